"""Statements about deliveries: made by the relay, read and repeated by people."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.kit.db import Session, rows, rows_as, run, sql
from app.outbound.reading import AttemptRow, DeliveryRow, Wanted
from app.outbound.repository.feed import OwedChange

ADD_DELIVERIES = sql(__file__, "add_deliveries")
ADD_TEST = sql(__file__, "add_test")
ATTEMPTS_OF = sql(__file__, "attempts_of")
DELIVERIES_OF = sql(__file__, "deliveries_of")
DELIVERY = sql(__file__, "delivery")
HOLD_SUBSCRIBERS = sql(__file__, "hold_subscribers")
REPEAT = sql(__file__, "repeat")


async def hold_subscribers(session: Session, program_ids: Sequence[UUID]) -> list[UUID]:
    """The enabled endpoints of programs, as they are until this transaction ends."""
    found = await rows(session, HOLD_SUBSCRIBERS, program_ids=list(program_ids))
    return [one.id for one in found]


async def add_deliveries(
    session: Session,
    endpoint_ids: Sequence[UUID],
    numbered: Sequence[tuple[OwedChange, int]],
    at: datetime,
) -> None:
    """Numbered changes for those of the endpoints that want them."""
    await run(
        session,
        ADD_DELIVERIES,
        endpoint_ids=list(endpoint_ids),
        program_ids=[change.program_id for change, _ in numbered],
        member_ids=[change.member_id for change, _ in numbered],
        types=[change.type for change, _ in numbered],
        feed_seqs=[feed_seq for _, feed_seq in numbered],
        at=at,
    )


async def add_test(session: Session, program_id: UUID, endpoint_id: UUID, at: datetime) -> int:
    """A test of an endpoint that is held; its number, below zero."""
    [made] = await rows(session, ADD_TEST, program_id=program_id, endpoint_id=endpoint_id, at=at)
    number: int = made.feed_seq
    return number


async def deliveries_of(session: Session, wanted: Wanted, most: int) -> list[DeliveryRow]:
    """The deliveries of an endpoint before a number, the newest first."""
    return await rows_as(session, DeliveryRow, DELIVERIES_OF, **wanted._asdict(), most=most)


async def delivery(
    session: Session, program_id: UUID, endpoint_id: UUID, feed_seq: int
) -> DeliveryRow | None:
    """One delivery."""
    binds = {"program_id": program_id, "endpoint_id": endpoint_id, "feed_seq": feed_seq}
    found = await rows_as(session, DeliveryRow, DELIVERY, **binds)
    return found[0] if found else None


async def attempts_of(
    session: Session, program_id: UUID, endpoint_id: UUID, feed_seq: int, most: int
) -> list[AttemptRow]:
    """The attempts of a delivery, the newest first."""
    binds = {"program_id": program_id, "endpoint_id": endpoint_id, "feed_seq": feed_seq}
    return await rows_as(session, AttemptRow, ATTEMPTS_OF, **binds, most=most)


async def repeat(
    session: Session, program_id: UUID, endpoint_id: UUID, feed_seq: int, at: datetime
) -> bool:
    """Owe a delivery once more, or now if it is owed; whether it is not being sent just now."""
    binds = {"program_id": program_id, "endpoint_id": endpoint_id, "feed_seq": feed_seq}
    return bool(await run(session, REPEAT, **binds, at=at))
