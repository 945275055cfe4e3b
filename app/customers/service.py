"""Who orders: customers, organizations, and who represents whom."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from app.customers import repository
from app.customers.models import Locked, Represents, Who
from app.kit.db import Session


async def lock_members(
    session: Session,
    program_id: UUID,
    counting: int,
    wanted: Iterable[Who],
    on: date,
    at: datetime,
) -> dict[UUID, Locked]:
    """Lock the members for this transaction, making known who was not.

    Call it once a transaction, with everybody it may touch: the statement takes the locks in id
    order, so two transactions never wait for each other.
    """
    ordered = sorted({who.member_id: who for who in wanted}.values(), key=lambda w: w.member_id)
    locked = await repository.lock_members(session, program_id, counting, ordered, on, at)
    return {one.member_id: one for one in locked}


async def representations_of(
    session: Session, program_id: UUID, customers: Iterable[UUID]
) -> dict[UUID, list[Represents]]:
    """All representations of each customer, the newest recorded first; every customer is a key."""
    asked = sorted(set(customers))
    found: dict[UUID, list[Represents]] = {customer: [] for customer in asked}
    if asked:
        for one in await repository.representations(session, program_id, asked):
            found[one.member_id].append(one)
    return found


def organization_on(representations: Sequence[Represents], day: date) -> UUID | None:
    """The organization that a customer orders for on `day`; of several, the one recorded last.

    Semantics 3 and 16.
    """
    return next((one.organization_id for one in representations if one.holds_on(day)), None)
