"""Statements about what 1C pushes."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from app.inbound.exchange.models import ExchangeFile, ExchangeSession, HeldFile
from app.kit.db import Session, row, rows_as, run, sql
from app.kit.tables import col, select

TOUCH_SESSION = sql(__file__, "exchange_touch_session")
FORGET_SESSIONS = sql(__file__, "exchange_forget_sessions")
FORGET_FILES = sql(__file__, "exchange_forget_files")
KEPT = sql(__file__, "exchange_kept")
APPEND = sql(__file__, "exchange_append")
ADD_PART = sql(__file__, "exchange_add_part")
PARTS = sql(__file__, "exchange_parts")
DROP_PARTS = sql(__file__, "exchange_drop_parts")
HOLD = sql(__file__, "exchange_hold")
CLAIM = sql(__file__, "exchange_claim")
NOTE = sql(__file__, "exchange_note")
FAIL = sql(__file__, "exchange_fail")


class Kept(NamedTuple):
    """What a session and its source have."""

    files: int
    bytes: int


class Part(NamedTuple):
    place: int
    body: bytes


async def add_session(session: Session, said: Mapping[str, Any]) -> None:
    session.add(ExchangeSession(**said))
    await session.flush()


async def touch_session(session: Session, said: Mapping[str, Any]) -> UUID | None:
    """The session of a cookie; None when there is none, or it has ended."""
    found = await row(session, TOUCH_SESSION, **said)
    return None if found is None else UUID(str(found.id))


async def forget(session: Session, program_id: UUID, source_id: UUID, before: datetime) -> None:
    """End the sessions and files of a source that nothing has happened to since."""
    binds = {"program_id": program_id, "source_id": source_id, "before": before}
    await run(session, FORGET_SESSIONS, **binds)
    await run(session, FORGET_FILES, **binds)


async def kept(session: Session, program_id: UUID, source_id: UUID, session_id: UUID) -> Kept:
    binds = {"program_id": program_id, "source_id": source_id, "session_id": session_id}
    return (await rows_as(session, Kept, KEPT, **binds))[0]


async def files_of(session: Session, program_id: UUID, session_id: UUID) -> list[ExchangeFile]:
    """The files of a session, the newest first."""
    statement = select(ExchangeFile).where(
        ExchangeFile.program_id == program_id, ExchangeFile.session_id == session_id
    )
    newest = statement.order_by(col(ExchangeFile.changed_at).desc(), col(ExchangeFile.id))
    return list(await session.exec(newest.execution_options(populate_existing=True)))


async def add_file(session: Session, said: Mapping[str, Any]) -> None:
    session.add(ExchangeFile(**said))
    await session.flush()


async def append(
    session: Session, program_id: UUID, file_id: UUID, body: bytes, at: datetime
) -> bool:
    """Whether the file could still take a part."""
    binds = {"program_id": program_id, "id": file_id, "bytes": len(body), "at": at}
    found = await row(session, APPEND, **binds)
    if found is None:
        return False
    part = {"file_id": file_id, "place": found.place, "program_id": program_id, "body": body}
    await run(session, ADD_PART, **part)
    return True


async def parts(session: Session, held: HeldFile, after: int, most: int) -> list[Part]:
    binds = {"program_id": held.program_id, "file_id": held.id, "after": after, "most": most}
    return await rows_as(session, Part, PARTS, **binds)


async def drop_parts(session: Session, held: HeldFile) -> None:
    await run(session, DROP_PARTS, program_id=held.program_id, file_id=held.id)


async def hold(
    session: Session, program_id: UUID, file_id: UUID, at: datetime, until: datetime
) -> HeldFile | None:
    """The file, to be read; None while somebody else reads it, and when it has been read."""
    binds = {"program_id": program_id, "id": file_id, "at": at, "until": until}
    found = await rows_as(session, HeldFile, HOLD, **binds)
    return found[0] if found else None


async def claim(
    session: Session, at: datetime, idle_since: datetime, until: datetime
) -> HeldFile | None:
    """A file that nobody asked to import, or whose reader is gone."""
    binds = {"at": at, "idle_since": idle_since, "until": until}
    found = await rows_as(session, HeldFile, CLAIM, **binds)
    return found[0] if found else None


async def note(session: Session, held: HeldFile, said: Mapping[str, Any]) -> bool:
    """Whether the holder still holds the file."""
    outcomes = json.dumps(said["outcomes"])
    whose = {"program_id": held.program_id, "id": held.id, "claims": held.claims}
    return bool(await run(session, NOTE, **{**said, "outcomes": outcomes, **whose}))


async def fail(session: Session, held: HeldFile, until: datetime, most: int) -> None:
    binds = {"program_id": held.program_id, "id": held.id, "claims": held.claims}
    await run(session, FAIL, **binds, until=until, most=most)
