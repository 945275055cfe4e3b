"""Orders and day totals derived once more from the facts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.checks.auditing import Bench, Mismatch, mismatch
from app.kit.db import Session, row, rows, sql
from app.orders import service as orders
from app.orders import status_maps
from app.orders.counting import Counted, RateOf, count
from app.orders.facts import Fact, FactType
from app.orders.fold import Known, from_json, learn, under
from app.orders.portions import portions
from app.orders.rebuilding import Folded
from app.orders.resolving import Book, Rates, rates_of
from app.orders.statuses import NO_MAP, StatusMap
from app.programs import service as programs
from app.programs.rules import Rules

DAYS = sql(__file__, "audit/days")
FACTS = sql(__file__, "audit/facts")
ORDERS = sql(__file__, "audit/orders")
VERSION_COUNTING = sql(__file__, "audit/version_counting")

UNHEARD = Folded("", Known())

Day = tuple[date, int, int, int]  # spend, orders, largest
Amounts = defaultdict[date, list[int]]
AllMaps = Mapping[tuple[str, int], StatusMap]


async def refold(
    session: Session, bench: Bench, members: Mapping[UUID, int]
) -> list[tuple[UUID, Mismatch]]:
    """Where stored orders and day totals are not what the facts give.

    `members`: each with the counting that its orders stand under.
    """
    program_id = bench.rules.program_id
    maps = await status_maps.all_maps(session, program_id)
    books = await _books(session, bench, set(members.values()))
    wrong: list[tuple[UUID, Mismatch]] = []
    amounts: defaultdict[UUID, Amounts] = defaultdict(lambda: defaultdict(list))
    for some in portions(await orders.homes_of(session, program_id, members)):
        found = await _told(session, program_id, some, maps)
        rate_of = await _rates(session, books.values(), [known for _, known in found])
        for one, known in found:
            book = books[members[one.member_id]]
            counted = count(known, book.counting, rate_of, owned=_is_owned(book, known))
            if not _is_stored(one, known) or not _same(one, counted):
                wrong.append((one.member_id, mismatch(one.member_id, "order", one.order_key, None)))
            if counted.day is not None and counted.excluded_because is None:
                amounts[one.member_id][counted.day].append(counted.amount)
    kept = _by_member(await rows(session, DAYS, program_id=program_id, member_ids=list(members)))
    return wrong + [
        (member, mismatch(member, "days", _first(kept[member] - days), _first(days - kept[member])))
        for member in members
        if (days := _days(amounts[member])) != kept[member]
    ]


async def _told(
    session: Session, program_id: UUID, homes: Mapping[UUID, UUID], maps: AllMaps
) -> list[tuple[Any, Known]]:
    """These orders as they are stored, each with what its facts say, read by its own map.

    `homes`: by order key.
    """
    binds = {"member_ids": list(homes.values()), "order_keys": list(homes)}
    stored = await rows(session, ORDERS, program_id=program_id, **binds)
    told = await folded(session, program_id, list(homes))
    return [(one, _read(told.get(one.order_key, UNHEARD).known, one, maps)) for one in stored]


def _read(known: Known, stored: Any, maps: AllMaps) -> Known:
    return under(known, maps.get((stored.source, stored.map_revision), NO_MAP).words)


async def _rates(session: Session, books: Iterable[Book], knowns: Sequence[Known]) -> RateOf:
    """The rates that these orders may ask for in any of these books."""
    found: Rates = {}
    for book in books:
        found = {**found, **await rates_of(session, book, knowns)}
    return lambda currency, day: found.get((currency, day))


async def _books(session: Session, bench: Bench, countings: set[int]) -> dict[int, Book]:
    rules = {one: await _rules_counting(session, bench.rules, one) for one in countings}
    return {one: Book(found, bench.at.date(), bench.at) for one, found in rules.items()}


def _is_owned(book: Book, known: Known) -> bool:
    """Whether its last state names somebody; else it is at home here and counts for nobody."""
    named = (book.customer(known.order), book.organization(known.order))
    return any(one is not None for one in named)


def _is_stored(stored: Any, known: Known) -> bool:
    """Whether it is what the facts say, read by the map that the order stands under."""
    told = from_json(stored.state, stored.history, stored.refunds)
    return known == told and known.has_raw == (stored.map_revision is not None)


def _days(amounts: Amounts) -> set[Day]:
    return {(day, sum(found), len(found), max(found)) for day, found in amounts.items()}


def _same(stored: Any, counted: Counted) -> bool:
    told = (stored.counted_on, stored.counted_amount, stored.excluded_because)
    return told == (counted.day, counted.amount, counted.excluded_because)


async def folded(session: Session, program_id: UUID, keys: Sequence[UUID]) -> dict[UUID, Folded]:
    """Order key → what all its facts say together, of those that have any."""
    found = await rows(session, FACTS, program_id=program_id, order_keys=keys)
    told: dict[UUID, Folded] = {}
    for one in found:
        before = told.get(one.order_key, UNHEARD).known
        told[one.order_key] = Folded(one.source, learn(before, _fact(one)))
    return told


def _fact(one: Any) -> Fact:
    return Fact(
        event_key=one.event_key,
        event_id=one.event_id,
        source=one.source,
        type=FactType(one.type),
        occurred_at=one.occurred_at,
        received_at=one.received_at,
        content_hash=one.content_hash,
        body=one.parsed,
        order_key=one.order_key,
        version=one.version,
    )


async def _rules_counting(session: Session, rules: Rules, counting: int) -> Rules:
    """The rules under which orders were counted so."""
    if counting == rules.counting:
        return rules
    binds = {"program_id": rules.program_id, "counting": counting}
    found = await row(session, VERSION_COUNTING, **binds)
    version = found.version if found and found.version else rules.version
    return await programs.rules_as_of(session, rules.program_id, version)


def _by_member(found: Iterable[Any]) -> defaultdict[UUID, set[Day]]:
    kept: defaultdict[UUID, set[Day]] = defaultdict(set)
    for one in found:
        kept[one.member_id].add((one.day, one.spend, one.orders, one.largest))
    return kept


def _first(days: set[Day]) -> Day | None:
    return min(days, default=None)
