"""Stores what orders have become: rows, homes, points, day totals."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from app.kit.db import Session
from app.orders import repository
from app.orders.counting import Counted
from app.orders.fold import Known, to_json
from app.orders.models import Contribution
from app.orders.resolving import Book, Resolver, require


class Entry(NamedTuple):
    """An order to be stored. `before`: what it added until now, None = it was unknown."""

    order_key: UUID
    source: str
    order_id: str
    known: Known
    home: UUID
    before: Contribution | None


async def settle(
    session: Session,
    book: Book,
    found: Resolver,
    entries: Sequence[Entry],
    locked: Collection[UUID],
) -> None:
    """Place, count and store the orders, and derive the touched days' totals anew.

    Raises NeedMembers when an order's new home is not among `locked`.
    """
    settled = [(one, *found.contribution(one.known, one.home)) for one in entries]
    require((after.home for _, after, _ in settled), locked)
    moved = {one.order_key: one.home for one, after, _ in settled if after.home != one.home}
    if moved:
        await repository.leave_home(session, book.program_id, moved)
        homes = {one.order_key: after.home for one, after, _ in settled if one.order_key in moved}
        await repository.move_pins(session, book.program_id, homes)
    written = [_row(book, found, *one) for one in settled]
    await repository.write_orders(session, written)
    repointed = await _points(session, book, settled)
    await _totals(session, book, [(one.before, after) for one, after, _ in settled], repointed)


def _row(
    book: Book, found: Resolver, entry: Entry, after: Contribution, counted: Counted
) -> Mapping[str, Any]:
    history, refunds = to_json(entry.known)
    order = entry.known.order
    return {
        "member_id": str(after.home),
        "order_key": str(entry.order_key),
        "program_id": str(book.program_id),
        "source": entry.source,
        "order_id": entry.order_id,
        "customer_id": _text(found.customer(entry.known)),
        "organization_id": _text(book.organization(order)),
        "version": entry.known.version,
        "state": order,
        "history": history,
        "refunds": refunds,
        "currency": (order or {}).get("currency"),
        "rate_from": counted.rate_from,
        "refunded": str(counted.refunded),
        "over_refunded": counted.over_refunded,
        "date_substituted": counted.date_substituted,
        "basis_substituted": counted.basis_substituted,
        "counted_on": _text(counted.day),
        "counted_amount": counted.amount,
        "excluded_because": counted.excluded_because,
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


async def _points(
    session: Session, book: Book, settled: Iterable[tuple[Entry, Contribution, Counted]]
) -> set[tuple[UUID, date]]:
    """The ledger earns what the orders count now; what stood there before is reversed.

    Answers the members' days on which that changes the points.
    """
    now = {
        (after.home, one.order_key, counted.day): counted.points
        for one, after, counted in settled
        if counted.day is not None
    }
    if not book.earns_points:
        return set()
    held = await repository.earned_points(session, book.program_id, {key for _, key, _ in now})
    changed = [one for one in sorted({*now, *held}) if now.get(one, 0) != held.get(one, 0)]
    entries = [
        {
            "member_id": member,
            "entry_id": uuid4(),
            "program_id": book.program_id,
            "kind": "earned",
            "points": now.get((member, key, day), 0) - held.get((member, key, day), 0),
            "day": day,
            "order_key": key,
            "recorded_at": book.at.isoformat(),
        }
        for member, key, day in changed
    ]
    if entries:
        await repository.write_points(session, entries)
    return {(member, day) for member, _, day in changed}


async def _totals(
    session: Session,
    book: Book,
    changes: Iterable[tuple[Contribution | None, Contribution]],
    repointed: Iterable[tuple[UUID, date]],
) -> None:
    """`repointed`: days whose points changed, perhaps while the orders count as before."""
    days = set(repointed)
    clear = False
    for before, after in changes:
        if before == after:
            continue
        if before is not None and before.counts and before.day is not None:
            days.add((before.home, before.day))
            clear = True
        if after.counts and after.day is not None:
            days.add((after.home, after.day))
    if days:
        await repository.write_day_totals(session, book.program_id, days, clear=clear)
