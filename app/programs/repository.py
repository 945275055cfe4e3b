"""Statements about programs and their versions."""

from typing import TypeVar
from uuid import UUID

from app.kit.db import Session, rows_as, sql
from app.programs.models import ProgramRow, VersionRow

Row = TypeVar("Row")

PROGRAM = sql(__file__, "program")
HOLD_PROGRAM = sql(__file__, "hold_program")
LOCK_PROGRAM = sql(__file__, "lock_program")
DEFINITION = sql(__file__, "definition")


async def program(session: Session, program_id: UUID) -> ProgramRow | None:
    return _only(await rows_as(session, ProgramRow, PROGRAM, program_id=program_id))


async def hold_program(session: Session, program_id: UUID) -> ProgramRow | None:
    """The program, not to be changed before this transaction ends."""
    return _only(await rows_as(session, ProgramRow, HOLD_PROGRAM, program_id=program_id))


async def lock_program(session: Session, program_id: UUID) -> ProgramRow | None:
    """The program, for this transaction alone."""
    return _only(await rows_as(session, ProgramRow, LOCK_PROGRAM, program_id=program_id))


async def version(session: Session, program_id: UUID, number: int) -> VersionRow | None:
    found = await rows_as(session, VersionRow, DEFINITION, program_id=program_id, version=number)
    return _only(found)


def _only(found: list[Row]) -> Row | None:
    return found[0] if found else None
