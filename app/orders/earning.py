"""Records activities: facts that earn points, and no orders. Semantics 3 and 11."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.customers.models import Locked
from app.kit.db import Session
from app.orders import accrual, activities, inbox, repository
from app.orders import service as orders
from app.orders.facts import Fact
from app.orders.models import Outcome, Touch
from app.orders.multiplying import Earner, multipliers
from app.orders.resolving import Book, kept_as, require


async def record_activity(
    session: Session, book: Book, fact: Fact, locked: Mapping[UUID, Locked]
) -> tuple[Outcome, dict[UUID, Touch]]:
    """Put an activity into the inbox and its points where they belong; whom that touched.

    Its customer must be among `locked`; raises NeedMembers for others that it touches.
    """
    customer = book.customer(fact.body)
    assert customer is not None
    where = {fact.event_key: customer}
    [verdict] = await inbox.verdicts(session, book, [fact], where, locked)
    outcome = verdict or Outcome("accepted")
    await inbox.file(session, book, [fact], [outcome], where)
    if verdict is not None:
        return outcome, {}
    stale = [one.member_id for one in locked.values() if one.counting < book.rules.counting]
    await orders.recount(session, book, stale, locked)
    home = await _earn(session, book, fact, customer, locked)
    return outcome, {home: Touch()}


async def _earn(
    session: Session, book: Book, fact: Fact, customer: UUID, locked: Mapping[UUID, Locked]
) -> UUID:
    day = _day(book, fact.occurred_at)
    homes = await activities.homes_of(session, book, [customer], kept_as([customer], locked))
    kept, home = homes.customer(customer), homes.of(customer, day)
    require([kept, home], locked)
    met = await multipliers(session, book, {home: Earner(home, kept)})
    worth = accrual.worth((home, None, day), int(fact.body["points"]), met[home])
    lines = [
        {
            **accrual.line(book, home, locked[home].version),
            "kind": kind,
            "points": points,
            "day": day,
            "activity_id": fact.event_id,
            "customer_id": kept,
            "reason": fact.body["kind"],
        }
        for (_, _, _, kind), points in worth
        if points
    ]
    await repository.write_points(session, lines)
    await repository.write_day_totals(session, book.program_id, [(home, day)], clear=False)
    return home


def _day(book: Book, instant: datetime) -> date:
    return instant.astimezone(ZoneInfo(book.rules.zone)).date()
