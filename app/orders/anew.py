"""Day totals as other rules would make them of the stored orders. Reads, writes nothing."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.customers import contracts, parents
from app.customers import service as customers
from app.kit.db import Session
from app.orders import activities, repository
from app.orders.accrual import EARNED
from app.orders.counting import Counted
from app.orders.models import Contribution
from app.orders.passing import Through, orders_through
from app.orders.portions import portions
from app.orders.repository import Kept
from app.orders.resolving import Book, Resolver, reading_resolver
from app.policy.days import DayTotal

AT_ONCE = 500

Ledger = defaultdict[UUID, dict[date, DayTotal]]


@dataclass(frozen=True, slots=True)
class Anew:
    """Counts under the rules of `book`. `roaming`: what the facts of representatives add.

    Those facts may belong to another member than the one that holds them now; all others stay
    where they are. `roamers`: the representatives.
    """

    book: Book
    roaming: Ledger = field(default_factory=lambda: defaultdict(dict))
    roamers: set[UUID] = field(default_factory=set)

    async def days(self, session: Session, members: Sequence[UUID]) -> dict[UUID, list[DayTotal]]:
        """The day totals of these members."""
        ledger: Ledger = defaultdict(dict)
        for member in members:
            ledger[member].update(self.roaming.get(member, {}))
        homes = await repository.orders_of(session, self.book.program_id, members)
        async for one, found in _read(session, self.book, homes):
            if found.roams(one.known) is None:
                _add(ledger, *found.contribution(one.known, one.before.home))
        program_id = self.book.program_id
        for at in await activities.at_home_with(session, program_id, members):
            if at.kind == EARNED and at.customer_id not in self.roamers:
                _put(ledger, at.member_id, DayTotal(at.day, points=at.points))
        return {member: list(ledger[member].values()) for member in members}


async def counting_anew(session: Session, book: Book) -> Anew:
    """Ready to count members anew, once the orders of all representatives are.

    And those that an organization names which belongs, or belonged, to another.
    """
    anew = Anew(book)
    everybody = await customers.all_representatives(session, book.program_id)
    for start in range(0, len(everybody), AT_ONCE):
        some = everybody[start : start + AT_ONCE]
        homes = await repository.orders_of_customers(session, book.program_id, some)
        await _roam(session, anew, homes, "customer")
        await _roam_activities(session, anew, some)
    children = await parents.all_children(session, book.program_id)
    for start in range(0, len(children), AT_ONCE):
        some = children[start : start + AT_ONCE]
        homes = await _passed_on(session, book, some, ())
        await _roam(session, anew, homes, "organization")
    agreed = await contracts.all_contracts(session, book.program_id)
    for start in range(0, len(agreed), AT_ONCE):
        part = agreed[start : start + AT_ONCE]
        named = sorted({one.organization_id for one in part})
        homes = await _passed_on(session, book, named, [one.member_id for one in part])
        await _roam(session, anew, homes, "contract", {one.member_id for one in part})
    return anew


async def _passed_on(
    session: Session, book: Book, organizations: Sequence[UUID], own: Sequence[UUID]
) -> dict[UUID, UUID]:
    """Order key → home, of those that name these organizations. `own`: their contracts."""
    told = await customers.representations_of(session, book.program_id, organizations)
    above = [one.organization_id for said in told.values() for one in said]
    through = Through([*organizations, *above, *own], organizations)
    return await orders_through(session, book.program_id, through)


async def _roam(
    session: Session,
    anew: Anew,
    homes: Mapping[UUID, UUID],
    kind: str,
    agreed: Collection[UUID] | None = None,
) -> None:
    """Count those of these orders about whom days of that kind decide; `agreed`: which ones."""
    book = anew.book
    async for one, found in _read(session, book, homes):
        chosen = agreed is None or book.contract(one.known.order) in agreed
        if chosen and found.roams(one.known) == kind:
            _add(anew.roaming, *found.contribution(one.known, one.before.home))


async def _read(
    session: Session, book: Book, homes: Mapping[UUID, UUID]
) -> AsyncIterator[tuple[Kept, Resolver]]:
    """These orders, each with who knows where it counts. `homes`: by order key."""
    for some in portions(homes):
        kept = (await repository.orders_at(session, book.program_id, some)).values()
        found = await reading_resolver(session, book, [one.known for one in kept])
        for one in kept:
            yield one, found


async def _roam_activities(session: Session, anew: Anew, some: Sequence[UUID]) -> None:
    book = anew.book
    anew.roamers.update(some)
    homes = await activities.homes_of(session, book, some, {})
    for one in await activities.of_customers(session, book.program_id, some):
        if one.kind == EARNED:
            home = homes.of(one.customer_id, one.day)
            _put(anew.roaming, home, DayTotal(one.day, points=one.points))


def _add(ledger: Ledger, adds: Contribution, counted: Counted) -> None:
    if not adds.counts or adds.day is None:
        return
    _put(ledger, adds.home, DayTotal(adds.day, adds.amount, 1, adds.amount, counted.points))


def _put(ledger: Ledger, member: UUID, more: DayTotal) -> None:
    was = ledger[member].get(more.day, DayTotal(more.day))
    ledger[member][more.day] = DayTotal(
        more.day,
        was.spend + more.spend,
        was.orders + more.orders,
        max(was.largest, more.largest),
        was.points + more.points,
    )
