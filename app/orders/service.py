"""Records facts: the inbox, the state of every order, and the day totals that follow."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.customers.models import Locked
from app.kit.db import Session
from app.orders import activities, inbox, repository, status_maps
from app.orders.facts import Fact, key_of
from app.orders.models import Touch
from app.orders.portions import portions
from app.orders.resettling import Shelf, resettle, resettle_at, shelf
from app.orders.resolving import Book, require, resolver
from app.orders.statuses import NO_MAP
from app.orders.stepping import Recorded, Step, advance, steps_of
from app.orders.writing import Entry, settle
from app.programs import rechecking


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
    mapped = {fact.source for fact in facts if "raw_status" in fact.body}
    pinned, kept, maps = await bring_up(session, book, pinned, locked, mapped)
    homes = {fact.event_key: pinned[key_of(fact)] for fact in facts}
    verdicts = await inbox.verdicts(session, book, facts, homes, locked)
    known = {key: one.known for key, one in kept.items()}
    steps = steps_of(facts, verdicts, known, maps)
    found = await resolver(session, book, [step.known for step in steps.values()], locked)
    recorded = Recorded([])
    before = {key: one.before for key, one in kept.items()}
    for number, verdict in enumerate(verdicts):
        outcome = verdict or advance(steps[number], pinned, before, found, recorded)
        recorded.outcomes.append(outcome)
    await inbox.file(session, book, facts, recorded.outcomes, homes)
    entries = _entries(steps.values(), Shelf(pinned, kept, maps), recorded)
    if entries:
        await settle(session, book, found, entries, locked)
    arrived = {key_of(step.fact) for step in steps.values() if step.known.states}
    waited = {key for key, one in kept.items() if not one.known.states}
    told = zip(facts, recorded.outcomes, strict=True)
    waited |= {key_of(fact) for fact, outcome in told if outcome.word == "waiting"}
    if arrived & waited:
        await repository.stop_waiting(session, book.program_id, arrived & waited)
    return recorded


async def bring_up(
    session: Session,
    book: Book,
    homes: Mapping[UUID, UUID],
    locked: Mapping[UUID, Locked],
    sources: Iterable[str] = (),
) -> Shelf:
    """These orders, under the rules and maps in force. `homes`: by order key.

    What older ones made of them is mended, so that it is nobody's doing. Raises NeedMembers.
    """
    homes = await _counted(session, book, homes, locked)
    return await shelf(session, book, homes, locked, sources)


async def _counted(
    session: Session, book: Book, homes: Mapping[UUID, UUID], locked: Mapping[UUID, Locked]
) -> Mapping[UUID, UUID]:
    """Where these orders are once whatever these members have is counted by the rules in force."""
    require(homes.values(), locked)
    stale = [one.member_id for one in locked.values() if one.counting < book.rules.counting]
    if not stale:
        return homes
    await recount(session, book, stale, locked)
    return await repository.pins(session, book.program_id, homes)


async def recount(
    session: Session, book: Book, members: Iterable[UUID], locked: Mapping[UUID, Locked]
) -> set[UUID]:
    """Count all orders of these members anew, under the rules in force.

    Answers the members whose totals changed, others among them when orders moved home. Raises
    NeedMembers when an order's home or customer is not among `locked`; some orders may have been
    written then.
    """
    asked = sorted(set(members))
    if not asked:
        return set()
    homes = await repository.orders_of(session, book.program_id, asked)
    touched = set(await resettle_at(session, book, homes, locked))
    found = await activities.at_home_with(session, book.program_id, asked)
    touched |= await activities.bring_home(session, book, found, locked)
    await repository.counted_under(session, book.program_id, asked, book.rules.counting)
    return touched


async def homes_of(session: Session, program_id: UUID, members: Iterable[UUID]) -> dict[UUID, UUID]:
    """Order key → home, of all orders that are at home with these members."""
    return await repository.orders_of(session, program_id, members)


async def rehome(
    session: Session, book: Book, customers: Iterable[UUID], locked: Mapping[UUID, Locked]
) -> set[UUID]:
    """Place the orders and activities of these customers anew; the members whose totals changed.

    Raises NeedMembers when a home that is left or entered is not among `locked`.
    """
    moved = set(customers)
    homes = await repository.orders_of_customers(session, book.program_id, moved)
    require(homes.values(), locked)
    touched = set(await resettle_at(session, book, homes, locked))
    found = await activities.of_customers(session, book.program_id, moved)
    return touched | await activities.bring_home(session, book, found, locked)


async def convert_anew(
    session: Session, book: Book, orders: Mapping[UUID, UUID], locked: Mapping[UUID, Locked]
) -> dict[UUID, Touch]:
    """Count these orders anew, as a rate of theirs was set; what that did, by member.

    `orders`: order key → home. Raises NeedMembers.
    """
    recorded = Recorded([])
    for some in portions(await _counted(session, book, orders, locked)):
        found = await shelf(session, book, some, locked)
        await resettle(session, book, list(found.kept.values()), locked, recorded)
    return recorded.touches


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


async def status_map(session: Session, program_id: UUID, source: str) -> dict[str, str]:
    """What the raw statuses of a source mean; empty if it has no map."""
    found = await status_maps.current(session, program_id, [source])
    return dict(found.get(source, NO_MAP).words)


async def status_maps_of(
    session: Session, program_id: UUID, sources: Sequence[str]
) -> dict[str, dict[str, str]]:
    """What the raw statuses of each of these sources mean."""
    found = await status_maps.current(session, program_id, sources)
    return {source: dict(found.get(source, NO_MAP).words) for source in sources}


async def set_status_map(
    session: Session, program_id: UUID, source: str, words: Mapping[str, str], at: datetime
) -> None:
    """From now on the raw statuses of a source mean this, those of its stored orders too.

    The worker reads the stored ones anew, then one check of everybody follows. Waits for the
    facts that are being recorded; lock neither the program nor a member before.
    """
    await status_maps.ask_remap(session, program_id, source, at)
    await rechecking.lock(session, program_id)
    if await status_map(session, program_id, source) != dict(words):
        await status_maps.insert(session, program_id, source, words, at)
        await status_maps.owe_check(session, program_id, source)


async def pins(session: Session, book: Book, facts: Iterable[Fact]) -> dict[UUID, UUID]:
    """Order key → home, of the orders named that have one."""
    keys = {fact.order_key for fact in facts if fact.order_key is not None}
    return await repository.pins(session, book.program_id, keys)


async def pin(session: Session, book: Book, proposed: Mapping[UUID, UUID]) -> dict[UUID, UUID]:
    """Order key → home: the proposed one for orders that had none."""
    return await repository.pin_orders(session, book.program_id, proposed, book.at)


def _entries(steps: Iterable[Step], found: Shelf, recorded: Recorded) -> list[Entry]:
    last = {key_of(step.fact): step for step in steps}
    return [
        Entry(
            key,
            step.fact.source,
            step.fact.order_id or "",
            step.known,
            found.homes[key],
            found.kept[key].before if key in found.kept else None,
            *recorded.ends[key],
            map_revision=found.maps.get(step.fact.source, NO_MAP).revision
            if step.known.has_raw
            else None,
            multiplier=found.kept[key].multiplier if key in found.kept else None,
            text=step.fact.text if step.fact.body is step.known.order else None,
        )
        for key, step in last.items()
    ]
