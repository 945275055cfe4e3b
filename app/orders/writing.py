"""Stores what orders have become: rows, homes, points, day totals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from app.customers.models import Locked
from app.kit.db import Session
from app.orders import accrual, repository
from app.orders.counting import Counted
from app.orders.facts import normal_text
from app.orders.fold import Known, to_json
from app.orders.models import Contribution
from app.orders.multiplying import Earner, multipliers
from app.orders.resolving import Book, Resolver, require


class Entry(NamedTuple):
    """An order to be stored. `home`: where it was, or was thought to belong.

    `before`: what it added until now, None = nobody knew it; `after`: what it adds from now on.
    `map_revision`: of the status map that `known` was read by. `text`: of the order object, where
    it is at hand. `multiplier`: of its points, since it first counted.
    """

    order_key: UUID
    source: str
    order_id: str
    known: Known
    home: UUID
    before: Contribution | None
    after: Contribution
    counted: Counted
    map_revision: int | None
    multiplier: Decimal | None
    text: str | None = None


async def settle(
    session: Session,
    book: Book,
    found: Resolver,
    entries: Sequence[Entry],
    locked: Mapping[UUID, Locked],
) -> None:
    """Place and store the orders, and derive the touched days' totals anew.

    Raises NeedMembers when an order's new home is not among `locked`.
    """
    require((one.after.home for one in entries), locked)
    moved = [one for one in entries if one.after.home != one.home]
    if moved:
        left = {one.order_key: one.home for one in moved}
        await repository.leave_home(session, book.program_id, left)
        homes = {one.order_key: one.after.home for one in moved}
        await repository.move_pins(session, book.program_id, homes)
    entries = await _multiplied(session, book, found, entries)
    new = [_row(book, found, one) for one in entries if one.before is None]
    known = [_row(book, found, one) for one in entries if one.before is not None]
    if new:
        await repository.add_orders(session, new)
    if known:
        await repository.write_orders(session, known)
    repointed = await _points(session, book, entries, locked)
    await _totals(session, book, entries, repointed)


def _row(book: Book, found: Resolver, entry: Entry) -> Mapping[str, Any]:
    history, refunds = to_json(entry.known)
    order = entry.known.order
    counted = entry.counted
    return {
        "member_id": entry.after.home,
        "order_key": entry.order_key,
        "program_id": book.program_id,
        "source": entry.source,
        "order_id": entry.order_id,
        "customer_id": found.customer(entry.known),
        "organization_id": book.organization(order),
        "version": entry.known.version,
        "state": entry.text or (None if order is None else normal_text(order)),
        "history": normal_text(history),
        "refunds": normal_text(refunds),
        "currency": None if order is None else order.get("currency"),
        "rate_from": counted.rate_from,
        "refunded": counted.refunded,
        "over_refunded": counted.over_refunded,
        "date_substituted": counted.date_substituted,
        "basis_substituted": counted.basis_substituted,
        "counted_on": counted.day,
        "counted_amount": counted.amount,
        "excluded_because": counted.excluded_because,
        "map_revision": entry.map_revision,
        "multiplier": entry.multiplier,
    }


async def _multiplied(
    session: Session, book: Book, found: Resolver, entries: Sequence[Entry]
) -> Sequence[Entry]:
    """An order that counts for the first time keeps the multiplier that it meets."""
    new = {
        one.order_key: Earner(one.after.home, found.customer(one.known))
        for one in entries
        if one.multiplier is None and one.after.counts
    }
    if not new:
        return entries
    met = await multipliers(session, book, new)
    return [one._replace(multiplier=met.get(one.order_key, one.multiplier)) for one in entries]


async def _points(
    session: Session, book: Book, entries: Sequence[Entry], locked: Mapping[UUID, Locked]
) -> set[tuple[UUID, date]]:
    """The ledger gets what the orders count now; what stood there before is reversed.

    Answers the members' days on which that changes the points earned.
    """
    if not book.earns_points:
        return set()
    known = {one.order_key for one in entries if one.before is not None}
    held = await repository.earned_points(session, book.program_id, known)
    changed = accrual.changed(_worth(entries), held)
    lines = [
        {
            **accrual.line(book, home, locked[home].version),
            "kind": kind,
            "points": points,
            "day": day,
            "order_key": key,
        }
        for (home, key, day, kind), points in changed.items()
    ]
    if lines:
        await repository.write_points(session, lines)
    return {(home, day) for home, _, day, kind in changed if kind == accrual.EARNED}


def _worth(entries: Iterable[Entry]) -> Iterator[tuple[accrual.Place, int]]:
    for one in entries:
        if one.counted.day is not None:
            place = (one.after.home, one.order_key, one.counted.day)
            yield from accrual.worth(place, one.counted.points, one.multiplier)


async def _totals(
    session: Session,
    book: Book,
    entries: Iterable[Entry],
    repointed: Iterable[tuple[UUID, date]],
) -> None:
    """`repointed`: days whose points changed, perhaps while the orders count as before."""
    days = set(repointed)
    clear = False
    for one in entries:
        before, after = one.before, one.after
        if before == after:
            continue
        if before is not None and before.counts and before.day is not None:
            days.add((before.home, before.day))
            clear = True
        if after.counts and after.day is not None:
            days.add((after.home, after.day))
    if days:
        await repository.write_day_totals(session, book.program_id, days, clear=clear)
