"""The inbox, page by page and one by one, and replays of its quarantine."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from app.access.caller import Caller
from app.inbound.errors import InboundEventNotFound, ReplayNotFound, ReplayRunning
from app.inbound.inbox.replaying import NEVER, Replayer, Result, why_not
from app.inbound.quarantine import UNREAD
from app.inbound.repository import inbox as repository
from app.inbound.schemas.events import OutcomeOut
from app.inbound.schemas.inbox import (
    InboundEventOut,
    InboundEventWhole,
    InboundReplayIn,
    InboundReplayOut,
    RawOut,
    ReplayedOut,
)
from app.kit import pages
from app.kit.db import Session
from app.kit.logs import log
from app.kit.pages import Page
from app.kit.texts import instant, uuid
from app.orders import kept
from app.orders.kept import KeptEvent, Place, Seen, Wanted

NEWEST = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
OLDEST = (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))


async def events(
    session: Session, program_id: UUID, wanted: Wanted, cursor: str | None, limit: int
) -> Page[InboundEventOut]:
    """A page of the inbox, the newest first. A page may have few items and a next one.

    Raises RequestInvalid for a foreign cursor.
    """
    name = f"inbox of {program_id} {wanted}"
    key = pages.after(name, cursor, instant, uuid)
    before: Place = (key[0], key[1]) if key else NEWEST
    found, edge = await kept.page(session, program_id, wanted, before, limit + 1)
    items, following = pages.page(
        name, found, limit, lambda one: (one.at[0].isoformat(), one.at[1])
    )
    if following is None and edge is not None:
        following = pages.cursor(name, edge[0].isoformat(), edge[1])
    return Page(items=tuple(map(told_seen, items)), next=following)


async def event(session: Session, program_id: UUID, event_key: UUID) -> InboundEventWhole:
    """One event, whole. Raises InboundEventNotFound."""
    found = await kept.event(session, program_id, event_key)
    if found is None:
        raise InboundEventNotFound
    return InboundEventWhole(
        **dict(told(found)),
        parsed=found.parsed,
        headers=found.headers,
        body=None if found.raw is None else _body(found.raw),
    )


async def ask(
    session: Session, caller: Caller, said: InboundReplayIn, at: datetime
) -> InboundReplayOut:
    """Have events in quarantine read again by the worker, or only count them.

    Raises ReplayRunning.
    """
    wanted = Wanted("quarantined", said.source, said.reason)
    matching = await kept.matching(session, caller.program_id, wanted, NEVER)
    if said.dry_run:
        return _told_replay(said, matching, at)
    replay_id = uuid4()
    is_first = await repository.insert_replay(
        session,
        id=replay_id,
        program_id=caller.program_id,
        source=said.source,
        reason=said.reason,
        matching=matching,
        after_at=OLDEST[0],
        after_key=OLDEST[1],
        at=at,
        author=caller.author,
        request_id=caller.request_id,
    )
    if not is_first:
        raise ReplayRunning
    log("replay_asked", key_id=caller.key_id, request_id=caller.request_id, count=matching)
    return await replay(session, caller.program_id, replay_id)


async def replay_one(
    replayer: Replayer, caller: Caller, event_key: UUID, now: datetime
) -> ReplayedOut:
    """Read an event in quarantine again. Raises InboundEventNotFound and NotReplayable."""
    done = await replayer.replay(caller.program_id, event_key, now)
    log("event_replayed", key_id=caller.key_id, request_id=caller.request_id)
    found = await replayer.db.run(lambda session: kept.event(session, caller.program_id, event_key))
    if found is None:
        raise InboundEventNotFound
    return ReplayedOut(event=told(found), results=tuple(map(_result, done.results)))


async def replay(session: Session, program_id: UUID, replay_id: UUID) -> InboundReplayOut:
    """A replay and how far it is. Raises ReplayNotFound."""
    found = await repository.replay(session, program_id, replay_id)
    if found is None:
        raise ReplayNotFound
    return InboundReplayOut(**found._asdict())


def told(one: KeptEvent) -> InboundEventOut:
    """An event of the inbox, as it is listed."""
    return _told(one, replayable=why_not(one) is None)


def told_seen(one: Seen) -> InboundEventOut:
    """An event of the inbox, as one that was asked for is shown."""
    held = one.outcome == "quarantined" and one.has_raw
    return _told(one, replayable=held and one.reason not in NEVER)


def _told(one: Any, *, replayable: bool) -> InboundEventOut:
    return InboundEventOut(
        id=one.event_key,
        event_id=one.event_id,
        source=one.source,
        type=None if one.type == UNREAD else one.type,
        occurred_at=one.occurred_at,
        received_at=one.received_at,
        outcome=one.outcome,
        reason=one.reason,
        detail=one.detail,
        replayable=replayable,
    )


def _body(raw: bytes) -> RawOut:
    try:
        return RawOut(text=raw.decode(), base64=None)
    except UnicodeDecodeError:
        return RawOut(text=None, base64=b64encode(raw).decode())


def _result(one: Result) -> OutcomeOut:
    word: Any = "quarantined" if one.outcome.word == "conflict" else one.outcome.word
    return OutcomeOut(event_id=one.event_id, outcome=word, reason=one.outcome.reason)


def _told_replay(said: InboundReplayIn, matching: int, at: datetime) -> InboundReplayOut:
    return InboundReplayOut(
        id=None,
        state=None,
        source=said.source,
        reason=said.reason,
        matching=matching,
        seen=0,
        resolved=0,
        created_at=at,
        finished_at=None,
    )
