"""Statements about shops' APIs, what is to be fetched from them, and how far polls came."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from app.inbound.fetching.models import ClaimedApi, ClaimedFetch, ClaimedPoll, Poll, SourceApi
from app.inbound.platforms.contract import Window
from app.kit.db import Session, row, rows, rows_as, run, sql
from app.kit.tables import col, select

SET_API = sql(__file__, "set_api")
DROP_API = sql(__file__, "drop_api")
PACE_API = sql(__file__, "pace_api")
NOTE_API = sql(__file__, "note_api")
CLAIM_API = sql(__file__, "claim_api")
ASK_FETCHES = sql(__file__, "ask_fetches")
CLAIM_FETCH = sql(__file__, "claim_fetch")
END_FETCH = sql(__file__, "end_fetch")
RETRY_FETCH = sql(__file__, "retry_fetch")
HURRY_FETCHES = sql(__file__, "hurry_fetches")
DROP_FETCHES = sql(__file__, "drop_fetches")
DROP_POLL = sql(__file__, "drop_poll")
FETCHES_OF = sql(__file__, "fetches_of")
START_POLL = sql(__file__, "start_poll")
CLAIM_POLL = sql(__file__, "claim_poll")
HOLD_POLL = sql(__file__, "hold_poll")
TURN_POLL = sql(__file__, "turn_poll")
RETRY_POLL = sql(__file__, "retry_poll")


class Owed(NamedTuple):
    """Orders of a source that are still to be fetched."""

    source_id: UUID
    orders: int
    oldest_at: datetime


class Asking(NamedTuple):
    """For which notification of which source an order is fetched."""

    program_id: UUID
    source_id: UUID
    notification: UUID


class Turn(NamedTuple):
    """Where a poll goes on. `finished_at`: when the run ended, if it did."""

    since_at: datetime
    until_at: datetime | None
    page: str | None
    due_at: datetime
    orders: int
    finished_at: datetime | None


async def set_api(session: Session, api: Mapping[str, Any]) -> None:
    await run(session, SET_API, **api)


async def drop_api(session: Session, program_id: UUID, source_id: UUID) -> None:
    await run(session, DROP_API, program_id=program_id, source_id=source_id)


async def drop_work(session: Session, program_id: UUID, source_id: UUID) -> None:
    """Nothing is to be fetched of the source any more."""
    for statement in (DROP_FETCHES, DROP_POLL):
        await run(session, statement, program_id=program_id, source_id=source_id)


async def apis_of(
    session: Session, program_id: UUID, sources: Iterable[UUID]
) -> Sequence[SourceApi]:
    statement = select(SourceApi).where(
        col(SourceApi.program_id) == program_id, col(SourceApi.source_id).in_(list(sources))
    )
    return (await session.exec(statement)).all()


async def polls_of(session: Session, program_id: UUID, sources: Iterable[UUID]) -> Sequence[Poll]:
    statement = select(Poll).where(
        col(Poll.program_id) == program_id, col(Poll.source_id).in_(list(sources))
    )
    return (await session.exec(statement)).all()


async def fetches_of(session: Session, program_id: UUID, sources: Iterable[UUID]) -> list[Owed]:
    asked = list(sources)
    return await rows_as(session, Owed, FETCHES_OF, program_id=program_id, source_ids=asked)


async def note_api(
    session: Session, api: ClaimedApi, at: datetime, error: str | None, pause: timedelta
) -> None:
    """How a request ended, and for how long there is none."""
    whose = {"program_id": api.program_id, "source_id": api.source_id}
    await run(session, NOTE_API, **whose, at=at, error=error)
    await run(session, PACE_API, **whose, next_at=at + pause)


async def ask_fetches(
    session: Session, asking: Asking, order_ids: Sequence[str], at: datetime, due_at: datetime
) -> None:
    """Asking for the same again only hurries it."""
    binds = {"order_ids": list(order_ids), "at": at, "due_at": due_at}
    await run(session, ASK_FETCHES, **asking._asdict(), **binds)


async def hurry_fetches(session: Session, program_id: UUID, source_id: UUID, at: datetime) -> None:
    await run(session, HURRY_FETCHES, program_id=program_id, source_id=source_id, at=at)


async def claim_fetch(
    session: Session, holder: UUID, at: datetime, lease: timedelta
) -> ClaimedFetch | None:
    """An order to be fetched; its shop is left in peace for its pause."""
    claimable = await rows_as(session, ClaimedApi, CLAIM_API, at=at)
    if not claimable:
        return None
    [api] = claimable
    whose = {"program_id": api.program_id, "source_id": api.source_id}
    await run(session, PACE_API, **whose, next_at=at + api.pause)
    binds = {**whose, "holder": holder, "at": at, "lease_until": at + lease}
    claimed = await rows(session, CLAIM_FETCH, **binds)
    if not claimed:
        return None
    notifications = tuple(sorted(one.notification for one in claimed))
    attempts = max(one.attempts for one in claimed)
    return ClaimedFetch(api, holder, claimed[0].order_id, notifications, attempts, at)


async def end_fetch(session: Session, unit: ClaimedFetch) -> bool:
    """Whether it was still ours."""
    return bool(await run(session, END_FETCH, **_of(unit), order_id=unit.order_id))


async def retry_fetch(session: Session, unit: ClaimedFetch, due_at: datetime, error: str) -> None:
    binds = {"order_id": unit.order_id, "due_at": due_at, "error": error}
    await run(session, RETRY_FETCH, **_of(unit), **binds)


async def start_poll(
    session: Session, whose: Mapping[str, UUID], since_at: datetime, at: datetime, *, again: bool
) -> None:
    """`whose`: program_id, source_id. `again`: from `since_at`, wherever it has come to."""
    await run(session, START_POLL, **whose, since_at=since_at, at=at, again=again)


async def claim_poll(
    session: Session, holder: UUID, at: datetime, lease: timedelta
) -> ClaimedPoll | None:
    """A page to be read; a new run reads up to now."""
    found = await row(session, CLAIM_POLL, at=at)
    if found is None:
        return None
    said = found._asdict()
    api = ClaimedApi(**{name: said[name] for name in ClaimedApi._fields})
    whose = {"program_id": api.program_id, "source_id": api.source_id}
    await run(session, PACE_API, **whose, next_at=at + api.pause)
    window = Window(found.since_at, found.until_at or max(found.since_at, at))
    binds = {**whose, "holder": holder, "lease_until": at + lease, "until_at": window.until}
    await run(session, HOLD_POLL, **binds)
    every = timedelta(minutes=found.every_minutes)
    return ClaimedPoll(api, holder, window, found.page, every, found.attempts + 1, at)


async def turn_poll(session: Session, unit: ClaimedPoll, turn: Turn) -> bool:
    """Whether it was still ours."""
    return bool(await run(session, TURN_POLL, **_of(unit), **turn._asdict()))


async def retry_poll(session: Session, unit: ClaimedPoll, due_at: datetime) -> None:
    await run(session, RETRY_POLL, **_of(unit), due_at=due_at)


def _of(unit: ClaimedFetch | ClaimedPoll) -> dict[str, UUID]:
    api = unit.api
    return {"program_id": api.program_id, "source_id": api.source_id, "holder": unit.holder}
