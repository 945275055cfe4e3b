"""Statements about replays of the quarantine."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from app.inbound.inbox.models import ClaimedReplay, ReplayShown
from app.kit.db import Session, rows_as, run, sql

INSERT_REPLAY = sql(__file__, "insert_replay")
REPLAY = sql(__file__, "replay")
CLAIM_REPLAY = sql(__file__, "claim_replay")
NOTE_REPLAY = sql(__file__, "note_replay")
RETRY_REPLAY = sql(__file__, "retry_replay")


class Progress(NamedTuple):
    """What one step of a replay has done, and how far it has come. `ends`: nothing is left."""

    after_at: datetime
    after_key: UUID
    seen: int
    resolved: int
    ends: bool


async def insert_replay(session: Session, **row: Any) -> bool:
    """Whether no other replay of the program is unfinished."""
    return bool(await run(session, INSERT_REPLAY, **row))


async def replay(session: Session, program_id: UUID, replay_id: UUID) -> ReplayShown | None:
    found = await rows_as(session, ReplayShown, REPLAY, program_id=program_id, id=replay_id)
    return found[0] if found else None


async def claim_replay(
    session: Session, holder: UUID, at: datetime, lease_until: datetime
) -> ClaimedReplay | None:
    binds = {"holder": holder, "at": at, "lease_until": lease_until}
    found = await rows_as(session, ClaimedReplay, CLAIM_REPLAY, **binds)
    return found[0] if found else None


async def note_replay(
    session: Session, claimed: ClaimedReplay, progress: Progress, at: datetime
) -> bool:
    """Whether it is still in the hands of whoever claimed it."""
    whose = {"id": claimed.id, "program_id": claimed.program_id, "holder": claimed.holder}
    return bool(await run(session, NOTE_REPLAY, at=at, **whose, **progress._asdict()))


async def retry_replay(session: Session, claimed: ClaimedReplay, claim_at: datetime) -> None:
    whose = {"id": claimed.id, "program_id": claimed.program_id, "holder": claimed.holder}
    await run(session, RETRY_REPLAY, claim_at=claim_at, **whose)
