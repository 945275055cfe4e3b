"""Statements about programs and their versions."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Uuid, column, delete, table

from app.kit.db import Session, row, rows, rows_as, run, sql
from app.programs.models import (
    NewVersion,
    ProgramRow,
    ProgramSummary,
    Recheck,
    VersionRow,
    VersionSummary,
)

Row = TypeVar("Row")
FIRST, LAST = "", 2**31 - 1

PROGRAM = sql(__file__, "program")
HOLD_PROGRAM = sql(__file__, "hold_program")
WAIT_FOR_CHECKS = sql(__file__, "wait_for_checks")
LOCK_PROGRAM = sql(__file__, "lock_program")
PROGRAM_ID_OF = sql(__file__, "program_id_of")
PROGRAMS_AFTER = sql(__file__, "programs_after")
INSERT_PROGRAM = sql(__file__, "insert_program")
RENAME_PROGRAM = sql(__file__, "rename_program")
MOVE_PROGRAM = sql(__file__, "move_program")
DEFINITION = sql(__file__, "definition")
VERSIONS_BEFORE = sql(__file__, "versions_before")
INSERT_VERSION = sql(__file__, "insert_version")
INSERT_CHANGES = sql(__file__, "insert_changes")
DELETE_PROGRAM = sql(__file__, "delete_program")
END_EVIDENCE = sql(__file__, "end_evidence")
TABLES_OF_PROGRAMS = sql(__file__, "tables_of_programs")
HAS_FACTS = sql(__file__, "has_facts")


async def program(session: Session, program_id: UUID) -> ProgramRow | None:
    return _only(await rows_as(session, ProgramRow, PROGRAM, program_id=program_id))


async def hold_program(session: Session, program_id: UUID) -> ProgramRow | None:
    """The program, not to be changed before this transaction ends."""
    return _only(await rows_as(session, ProgramRow, HOLD_PROGRAM, program_id=program_id))


async def lock_program(session: Session, program_id: UUID) -> ProgramRow | None:
    """The program, for this transaction alone; waits longer than other locks do."""
    await rows(session, WAIT_FOR_CHECKS)
    return _only(await rows_as(session, ProgramRow, LOCK_PROGRAM, program_id=program_id))


async def program_id_of(session: Session, key: str) -> UUID | None:
    found = await row(session, PROGRAM_ID_OF, key=key)
    return found and found.id


async def programs_after(session: Session, key: str, most: int) -> list[ProgramSummary]:
    """Programs by their keys, behind `key`."""
    return await rows_as(session, ProgramSummary, PROGRAMS_AFTER, after=key, key=None, most=most)


async def summary(session: Session, key: str) -> ProgramSummary | None:
    found = await rows_as(session, ProgramSummary, PROGRAMS_AFTER, after=FIRST, key=key, most=1)
    return _only(found)


async def insert_program(
    session: Session, program_id: UUID, key: str, name: str, sandbox_day: date | None, at: datetime
) -> bool:
    """Whether the key was free."""
    wrote = await run(
        session,
        INSERT_PROGRAM,
        program_id=program_id,
        key=key,
        name=name,
        sandbox_day=sandbox_day,
        at=at,
    )
    return wrote == 1


async def rename_program(session: Session, program_id: UUID, name: str) -> None:
    await run(session, RENAME_PROGRAM, program_id=program_id, name=name)


async def delete_program(session: Session, program_id: UUID) -> None:
    """The program and every row of every table that is its own."""
    await rows(session, END_EVIDENCE, program_id=program_id)
    for one in await rows(session, TABLES_OF_PROGRAMS):
        owned = table(one.table_name, column("program_id", Uuid))
        await session.exec(delete(owned).where(owned.c.program_id == program_id))
    await run(session, DELETE_PROGRAM, program_id=program_id)


async def version(session: Session, program_id: UUID, number: int) -> VersionRow | None:
    found = await rows_as(session, VersionRow, DEFINITION, program_id=program_id, version=number)
    return _only(found)


async def versions_before(
    session: Session, program_id: UUID, number: int, most: int
) -> list[VersionSummary]:
    """The newest first."""
    return await rows_as(
        session, VersionSummary, VERSIONS_BEFORE, program_id=program_id, before=number, most=most
    )


async def insert_version(session: Session, new: NewVersion) -> None:
    binds = {**new._asdict(), "definition": _json(new.definition), "removed": _json(new.removed)}
    await run(session, INSERT_VERSION, **binds)


async def move_program(session: Session, new: NewVersion, recheck: Recheck) -> None:
    """Put the program at its new version, with the check that is owed then."""
    await run(
        session,
        MOVE_PROGRAM,
        program_id=new.program_id,
        version=new.version,
        counting=new.counting,
        recheck_at=recheck.at,
        recheck_occasion=recheck.occasion,
        recheck_keep=recheck.keep,
        forget_checks=recheck.forget_checks,
    )


async def insert_changes(
    session: Session, new: NewVersion, types: Sequence[str], as_of: date
) -> None:
    """Record events of the program itself, in the order given."""
    await run(
        session,
        INSERT_CHANGES,
        program_id=new.program_id,
        types=list(types),
        version=new.version,
        as_of=as_of,
        at=new.at,
        data=_json({"author": new.author}),
    )


async def has_facts(session: Session, program_id: UUID) -> bool:
    found = await row(session, HAS_FACTS, program_id=program_id)
    return bool(found and found.found)


def _only(found: list[Row]) -> Row | None:
    return found[0] if found else None


def _json(value: Any) -> str:
    return json.dumps(value)
