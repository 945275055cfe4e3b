"""Points that customers earn otherwise than by orders, and where they are at home. Semantics 3."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.customers import service as customers
from app.customers.models import Locked, Represents
from app.kit.db import Session, rows_as, sql
from app.orders import accrual, repository
from app.orders.resolving import Book, kept_as, require

ACTIVITIES_OF = sql(__file__, "activities_of")
ACTIVITIES_AT = sql(__file__, "activities_at")
MOST_ABOVE = 2  # an organization, and its parent


class Activity(NamedTuple):
    """What the ledger holds of one, of a kind, with one member. `reason`: what was done."""

    member_id: UUID
    customer_id: UUID
    activity_id: str
    day: date
    kind: str
    reason: str
    points: int


@dataclass(frozen=True, slots=True)
class Homes:
    """Whose the points of customers are. `merged`: removed → kept; `people`: as in a Resolver."""

    book: Book
    merged: Mapping[UUID, UUID]
    people: Mapping[UUID, Sequence[Represents]]

    def customer(self, one: UUID) -> UUID:
        return self.merged.get(one, one)

    def of(self, one: UUID, day: date) -> UUID:
        """What the customer represents on the day, or its parent; else the customer."""
        owner = self.customer(one)
        asked = self.book.on if self.book.rules.pooling == "current_representatives" else day
        for _ in range(MOST_ABOVE):
            owner = customers.organization_on(self.people.get(owner, ()), asked) or owner
        return owner


async def homes_of(
    session: Session, book: Book, named: Iterable[UUID], merged: Mapping[UUID, UUID]
) -> Homes:
    """Ready to say whose the points of these customers are."""
    asked = {merged.get(one, one) for one in named}
    people = await customers.representations_of(session, book.program_id, asked)
    above = {one.organization_id for told in people.values() for one in told}
    if further := above - people.keys():
        people |= await customers.representations_of(session, book.program_id, further)
    return Homes(book, merged, people)


async def of_customers(session: Session, program_id: UUID, named: Iterable[UUID]) -> list[Activity]:
    asked = sorted(set(named))
    return await rows_as(session, Activity, ACTIVITIES_OF, program_id=program_id, customers=asked)


async def at_home_with(
    session: Session, program_id: UUID, members: Iterable[UUID]
) -> list[Activity]:
    asked = sorted(set(members))
    return await rows_as(session, Activity, ACTIVITIES_AT, program_id=program_id, member_ids=asked)


async def bring_home(
    session: Session, book: Book, found: Sequence[Activity], locked: Mapping[UUID, Locked]
) -> set[UUID]:
    """Let the points stand where they belong now; the members whose totals changed.

    Raises NeedMembers when somebody whom that concerns is not among `locked`.
    """
    if not found:
        return set()
    named = {one.customer_id for one in found}
    require(named, locked)
    homes = await homes_of(session, book, named, kept_as(named, locked))
    held = {_place(one, one.member_id, one.customer_id): one.points for one in found}
    reasons = {one.activity_id: one.reason for one in found}
    changed = accrual.changed(_belonging(homes, found), held)
    require((home for home, *_ in changed), locked)
    lines = [
        {
            **accrual.line(book, home, locked[home].version),
            "kind": kind,
            "points": points,
            "day": day,
            "activity_id": activity,
            "customer_id": customer,
            "reason": reasons[activity],
        }
        for (home, (activity, customer), day, kind), points in changed.items()
    ]
    if lines:
        await repository.write_points(session, lines)
    days = {(home, day) for home, _, day, kind in changed if kind == accrual.EARNED}
    if days:
        await repository.write_day_totals(session, book.program_id, days, clear=True)
    return {home for home, _ in days}


def _belonging(homes: Homes, found: Iterable[Activity]) -> Iterator[tuple[accrual.Place, int]]:
    for one in found:
        customer = homes.customer(one.customer_id)
        yield _place(one, homes.of(customer, one.day), customer), one.points


def _place(one: Activity, home: UUID, customer: UUID) -> accrual.Place:
    return home, (one.activity_id, customer), one.day, one.kind
