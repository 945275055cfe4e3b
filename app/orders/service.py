"""Records facts: the inbox, the state of every order, and the day totals that follow."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.customers.models import Locked
from app.kit.db import Session
from app.orders import inbox, repository
from app.orders.facts import Fact, key_of
from app.orders.models import Contribution, Touch
from app.orders.repository import Kept
from app.orders.resolving import Book, require, resolver
from app.orders.stepping import Recorded, Step, advance, compare, steps_of
from app.orders.writing import Entry, settle


async def record(
    session: Session,
    book: Book,
    facts: Sequence[Fact],
    pinned: Mapping[UUID, UUID],
    locked: Mapping[UUID, Locked],
) -> Recorded:
    """Put facts of orders into the inbox and derive what follows, in the order given.

    `pinned`: order key → home, of every order named. Every home and every customer named must
    be among `locked`; raises NeedMembers for others that turn out to be touched.
    """
    require(pinned.values(), locked)
    await recount(session, book, _stale(book, locked), locked)
    homes = {fact.event_key: pinned[key_of(fact)] for fact in facts}
    verdicts = await inbox.verdicts(session, book, facts, homes, locked)
    kept = await repository.orders_at(session, book.program_id, pinned)
    known = {key: one.known for key, one in kept.items()}
    steps = steps_of(facts, verdicts, known)
    found = await resolver(session, book, [step.known for step in steps.values()], locked)
    recorded = Recorded([])
    before = {key: one.before for key, one in kept.items()}
    for number, verdict in enumerate(verdicts):
        outcome = verdict or advance(steps[number], pinned, before, found, recorded)
        recorded.outcomes.append(outcome)
    await inbox.file(session, book, facts, recorded.outcomes, homes)
    entries = _entries(steps.values(), before, pinned, recorded)
    if entries:
        await settle(session, book, found, entries, locked)
    arrived = {key_of(step.fact) for step in steps.values() if step.known.states}
    waited = {key for key, one in kept.items() if not one.known.states}
    told = zip(facts, recorded.outcomes, strict=True)
    waited |= {key_of(fact) for fact, outcome in told if outcome.word == "waiting"}
    if arrived & waited:
        await repository.stop_waiting(session, book.program_id, arrived & waited)
    return recorded


async def recount(
    session: Session, book: Book, members: Iterable[UUID], locked: Mapping[UUID, Locked]
) -> set[UUID]:
    """Count all orders of these members anew, under the rules in force.

    Answers the members whose totals changed, others among them when orders moved home. Raises
    NeedMembers when an order's home or customer is not among `locked`.
    """
    asked = sorted(set(members))
    if not asked:
        return set()
    kept = await repository.orders_of(session, book.program_id, asked)
    touched = await _resettle(session, book, kept, locked)
    await repository.counted_under(session, book.program_id, asked, book.rules.counting)
    return set(touched)


async def rehome(
    session: Session, book: Book, customers: Iterable[UUID], locked: Mapping[UUID, Locked]
) -> set[UUID]:
    """Place the orders of these customers anew; the members whose totals changed.

    Raises NeedMembers when a home that is left or entered is not among `locked`.
    """
    homes = await repository.orders_of_customers(session, book.program_id, customers)
    require(homes.values(), locked)
    kept = await repository.orders_at(session, book.program_id, homes)
    return set(await _resettle(session, book, list(kept.values()), locked))


async def convert_anew(
    session: Session, book: Book, orders: Mapping[UUID, UUID], locked: Mapping[UUID, Locked]
) -> dict[UUID, Touch]:
    """Count these orders anew, as a rate of theirs was set; what that did, by member.

    `orders`: order key → home. Raises NeedMembers.
    """
    require(orders.values(), locked)
    kept = await repository.orders_at(session, book.program_id, orders)
    return await _resettle(session, book, list(kept.values()), locked)


async def converted_on(
    session: Session, program_id: UUID, day: date, currencies: Sequence[str]
) -> dict[UUID, UUID]:
    """Order key → home, of the orders that the program's rates of that day convert."""
    return await repository.converted_on(session, program_id, day, currencies)


async def keep_unusable(
    session: Session, program_id: UUID, rows: Mapping[UUID, Mapping[str, Any]]
) -> None:
    """Put events into the inbox that are no facts. `rows`: event key → its row."""
    new = await repository.pin_events(session, program_id, {key: key for key in rows})
    if new:
        await repository.file_events(session, (rows[key] for key in sorted(new)))


async def pins(session: Session, book: Book, facts: Iterable[Fact]) -> dict[UUID, UUID]:
    """Order key → home, of the orders named that have one."""
    keys = {fact.order_key for fact in facts if fact.order_key is not None}
    return await repository.pins(session, book.program_id, keys)


async def pin(session: Session, book: Book, proposed: Mapping[UUID, UUID]) -> dict[UUID, UUID]:
    """Order key → home: the proposed one for orders that had none."""
    return await repository.pin_orders(session, book.program_id, proposed, book.at)


async def _resettle(
    session: Session, book: Book, kept: Sequence[Kept], locked: Mapping[UUID, Locked]
) -> dict[UUID, Touch]:
    """Place and count orders anew that no fact has changed; what that did, by member."""
    found = await resolver(session, book, [one.known for one in kept], locked)
    recorded = Recorded([])
    entries = []
    for one in kept:
        was = one.before
        after, counted = found.contribution(one.known, was.home)
        compare(was, after, one.order_key, recorded)
        named = (one.order_key, one.source, one.order_id)
        entries.append(Entry(*named, one.known, was.home, was, after, counted))
    if entries:
        await settle(session, book, found, entries, locked)
    return recorded.touches


def _stale(book: Book, locked: Mapping[UUID, Locked]) -> list[UUID]:
    return [one.member_id for one in locked.values() if one.counting < book.rules.counting]


def _entries(
    steps: Iterable[Step],
    before: Mapping[UUID, Contribution],
    pinned: Mapping[UUID, UUID],
    recorded: Recorded,
) -> list[Entry]:
    last = {key_of(step.fact): step for step in steps}
    return [
        Entry(
            key,
            step.fact.source,
            step.fact.order_id or "",
            step.known,
            pinned[key],
            before.get(key),
            *recorded.ends[key],
            text=step.fact.text if step.fact.body is step.known.order else None,
        )
        for key, step in last.items()
    ]
