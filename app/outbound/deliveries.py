"""Deliveries as people see and repeat them."""

from datetime import datetime
from uuid import UUID

from app.kit import pages
from app.kit.db import Session
from app.kit.errors import RequestInvalid
from app.kit.errors.problem import Fault
from app.kit.schemas import MAX_64
from app.outbound import endpoints, feed
from app.outbound.endpoint_schemas import (
    AttemptOut,
    DeliveryOut,
    DeliveryShown,
    ReplayIn,
    ReplayOut,
    State,
)
from app.outbound.errors import DeliveryNotFound, EndpointDisabled, ReplayRuns
from app.outbound.parcels import Claim, message_id
from app.outbound.reading import DeliveryRow, Wanted, delivery_id, parts_of
from app.outbound.repository import deliveries as repository
from app.outbound.repository import endpoints as endpoint_rows
from app.outbound.repository import lanes
from app.outbound.repository.endpoints import Replay
from app.outbound.schemas import TEST_TYPE

MOST_ATTEMPTS = 100


async def deliveries(
    session: Session,
    asked: tuple[UUID, UUID],
    state: State | None,
    after: str | None,
    limit: int,
) -> pages.Page[DeliveryOut]:
    """The deliveries of an endpoint, the newest change first. Raises EndpointNotFound."""
    await endpoints.endpoint(session, *asked)
    name = f"deliveries of {asked[1]} {state}"
    (before,) = pages.after(name, after, int) or (MAX_64,)
    found = await repository.deliveries_of(session, Wanted(*asked, before, state), limit + 1)
    shown, following = pages.page(name, found, limit, lambda one: (one.feed_seq,))
    items = tuple(DeliveryOut.model_validate(_shown(one)) for one in shown)
    return pages.Page(items=items, next=following)


async def delivery(session: Session, program_id: UUID, id_: str) -> DeliveryShown:
    """One delivery with its attempts. Raises DeliveryNotFound."""
    endpoint_id, feed_seq = parts_of(id_)
    found = await _found(session, program_id, endpoint_id, feed_seq)
    made = await repository.attempts_of(session, program_id, endpoint_id, feed_seq, MOST_ATTEMPTS)
    attempts = [
        AttemptOut(
            number=one.number,
            at=one.at,
            status=one.status,
            milliseconds=one.milliseconds,
            error=one.error,
            answer=one.answer,
        )
        for one in made
    ]
    return DeliveryShown.model_validate({**_shown(found), "attempts": attempts})


async def retry(session: Session, program_id: UUID, id_: str, now: datetime) -> DeliveryOut:
    """Make a delivery once more, from its first try on, or now if it waits for its next.

    Raises DeliveryNotFound and EndpointDisabled.
    """
    endpoint_id, feed_seq = parts_of(id_)
    held = await endpoint_rows.lock(session, program_id, endpoint_id)
    if held is None:
        raise DeliveryNotFound
    before = await _found(session, program_id, endpoint_id, feed_seq)
    if not held.enabled:
        raise EndpointDisabled
    if await repository.repeat(session, program_id, endpoint_id, feed_seq, now):
        claim = Claim(endpoint_id, program_id)
        await lanes.hold_back(session, claim, [before.member_id])
    found = await _found(session, program_id, endpoint_id, feed_seq)
    return DeliveryOut.model_validate(_shown(found))


async def test(session: Session, asked: tuple[UUID, UUID], now: datetime) -> DeliveryOut:
    """Owe an endpoint a test, made once. Raises EndpointNotFound and EndpointDisabled."""
    if not (await endpoints.locked(session, *asked)).enabled:
        raise EndpointDisabled
    number = await repository.add_test(session, *asked, now)
    return DeliveryOut.model_validate(_shown(await _found(session, *asked, number)))


async def replay(session: Session, asked: tuple[UUID, UUID], said: ReplayIn) -> ReplayOut:
    """Have everything behind a cursor delivered again, in the feed's order.

    Raises EndpointNotFound, EndpointDisabled, ReplayRuns, RequestInvalid for a foreign cursor.
    """
    program_id, endpoint_id = asked
    after = _start(program_id, said.after)
    through = await endpoint_rows.end_of_feed(session, program_id)
    held = await endpoints.locked(session, *asked)
    wanted = Replay(endpoint_id, program_id, after, through)
    number = await endpoint_rows.count_replay(session, wanted)
    if said.dry_run:
        return ReplayOut(count=number, dry_run=True)
    if not held.enabled:
        raise EndpointDisabled
    if held.replay_after is not None:
        raise ReplayRuns
    if number:
        await endpoint_rows.ask_replay(session, wanted)
    return ReplayOut(count=number, dry_run=False)


async def _found(
    session: Session, program_id: UUID, endpoint_id: UUID, feed_seq: int
) -> DeliveryRow:
    found = await repository.delivery(session, program_id, endpoint_id, feed_seq)
    if found is None:
        raise DeliveryNotFound
    return found


def _start(program_id: UUID, cursor: str | None) -> int:
    try:
        return feed.start_of(program_id, cursor)
    except RequestInvalid as refused:
        found = [Fault("/after", one.code, one.detail) for one in refused.faults]
        raise RequestInvalid(found) from None


def _shown(found: DeliveryRow) -> dict[str, object]:
    claim = Claim(found.endpoint_id, found.program_id)
    return {
        "id": delivery_id(found.endpoint_id, found.feed_seq),
        "endpoint_id": found.endpoint_id,
        "event_id": message_id(claim, found.feed_seq),
        "type": found.type or TEST_TYPE,
        "state": found.state,
        "replay": found.replay,
        "attempts_made": found.attempts,
        "next_attempt_at": found.retry_at,
        "created_at": found.created_at,
        "ended_at": found.ended_at,
    }
