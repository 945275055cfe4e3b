"""Statements about order events, orders and day totals; each takes arrays."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from app.kit.db import Session, add, rows, run, sql
from app.orders.fold import Known, from_json
from app.orders.models import Contribution, Order, OrderEvent

PINS = sql(__file__, "pins")
PIN_ORDERS = sql(__file__, "pin_orders")
MOVE_PINS = sql(__file__, "move_pins")
PIN_EVENTS = sql(__file__, "pin_events")
FILED_EVENTS = sql(__file__, "filed_events")
STOP_WAITING = sql(__file__, "stop_waiting")
ORDERS_AT = sql(__file__, "orders_at")
ORDERS_OF_MEMBERS = sql(__file__, "orders_of_members")
ORDERS_HELD = sql(__file__, "orders_held")
ORDERS_OF_CUSTOMERS = sql(__file__, "orders_of_customers")
WRITE_ORDERS = sql(__file__, "write_orders")
LEAVE_HOME = sql(__file__, "leave_home")
WRITE_DAY_TOTALS = sql(__file__, "write_day_totals")
CLEAR_DAY_TOTALS = sql(__file__, "clear_day_totals")
EARNED_POINTS = sql(__file__, "earned_points")
RATES = sql(__file__, "rates")
CONVERTED_ON = sql(__file__, "converted_on")
COUNTED_UNDER = sql(__file__, "counted_under")
EVENT_COLUMNS = tuple(OrderEvent.model_fields)
ORDER_COLUMNS = tuple(Order.model_fields)
LEVELS_HELD = sql(__file__, "levels_held")
POINTS_COLUMNS = (
    *("member_id", "entry_id", "program_id", "kind", "points", "day", "order_key", "reason"),
    *("recorded_at", "recorded", "activity_id", "customer_id"),
)
ORDER_JSON = ("state", "history", "refunds")


class Kept(NamedTuple):
    """An order as it is stored."""

    order_key: UUID
    source: str
    order_id: str
    known: Known
    before: Contribution
    map_revision: int | None
    multiplier: Decimal | None


async def pins(session: Session, program_id: UUID, keys: Iterable[UUID]) -> dict[UUID, UUID]:
    """Order key → home, of those that have one."""
    asked = sorted(set(keys))
    if not asked:
        return {}
    found = await rows(session, PINS, program_id=program_id, order_keys=asked)
    return {row.order_key: row.member_id for row in found}


async def pin_orders(
    session: Session, program_id: UUID, proposed: Mapping[UUID, UUID], at: datetime
) -> dict[UUID, UUID]:
    """Order key → home: the proposed one, unless the order has one already."""
    keys = sorted(proposed)
    homes = [proposed[key] for key in keys]
    binds = {"program_id": program_id, "order_keys": keys, "member_ids": homes}
    if await run(session, PIN_ORDERS, **binds, at=at) == len(keys):
        return dict(proposed)
    return await pins(session, program_id, keys)


async def move_pins(session: Session, program_id: UUID, homes: Mapping[UUID, UUID]) -> None:
    keys = sorted(homes)
    members = [homes[key] for key in keys]
    await run(session, MOVE_PINS, program_id=program_id, order_keys=keys, member_ids=members)


async def pin_events(session: Session, program_id: UUID, homes: Mapping[UUID, UUID]) -> set[UUID]:
    """The event keys that were not known before. `homes`: event key → where it is filed."""
    keys = sorted(homes)
    members = [homes[key] for key in keys]
    binds = {"program_id": program_id, "event_keys": keys, "member_ids": members}
    return {row.event_key for row in await rows(session, PIN_EVENTS, **binds)}


async def filed_hashes(
    session: Session, program_id: UUID, keys: Iterable[UUID]
) -> dict[UUID, bytes]:
    """Event key → content hash of what is filed."""
    asked = sorted(set(keys))
    if not asked:
        return {}
    found = await rows(session, FILED_EVENTS, program_id=program_id, event_keys=asked)
    return {row.event_key: row.content_hash for row in found}


async def file_events(session: Session, events: Iterable[Mapping[str, Any]]) -> None:
    await add(session, "order_events", EVENT_COLUMNS, events)


async def stop_waiting(session: Session, program_id: UUID, keys: Iterable[UUID]) -> None:
    await run(session, STOP_WAITING, program_id=program_id, order_keys=sorted(keys))


async def orders_at(
    session: Session, program_id: UUID, homes: Mapping[UUID, UUID]
) -> dict[UUID, Kept]:
    """Order key → what is stored of it. `homes`: order key → home."""
    binds = {"member_ids": list(homes.values()), "order_keys": list(homes)}
    found = await rows(session, ORDERS_AT, program_id=program_id, **binds)
    return {row.order_key: _kept(row) for row in found}


async def orders_of(
    session: Session, program_id: UUID, members: Iterable[UUID]
) -> dict[UUID, UUID]:
    """Order key → home, of all orders that are at home with these members."""
    asked = sorted(set(members))
    found = await rows(session, ORDERS_OF_MEMBERS, program_id=program_id, member_ids=asked)
    return {row.order_key: row.member_id for row in found}


async def orders_held(
    session: Session, program_id: UUID, members: Sequence[UUID]
) -> dict[UUID, int]:
    """Member → how many orders are at home there; who has none is no key."""
    binds = {"member_ids": list(members)}
    found = await rows(session, ORDERS_HELD, program_id=program_id, **binds)
    return {row.member_id: row.number for row in found}


async def orders_of_customers(
    session: Session, program_id: UUID, customers: Iterable[UUID]
) -> dict[UUID, UUID]:
    """Order key → home, of the orders that these customers placed."""
    asked = sorted(set(customers))
    found = await rows(session, ORDERS_OF_CUSTOMERS, program_id=program_id, customers=asked)
    return {row.order_key: row.member_id for row in found}


async def converted_on(
    session: Session, program_id: UUID, day: date, currencies: Sequence[str]
) -> dict[UUID, UUID]:
    """Order key → home, of the orders that the program's rates of that day convert."""
    binds = {"day": day, "currencies": list(currencies)}
    found = await rows(session, CONVERTED_ON, program_id=program_id, **binds)
    return {row.order_key: row.member_id for row in found}


async def add_orders(session: Session, orders: Iterable[Mapping[str, Any]]) -> None:
    """Orders that nobody knew; JSON as text."""
    await add(session, "orders", ORDER_COLUMNS, orders)


async def write_orders(session: Session, orders: Sequence[Mapping[str, Any]]) -> None:
    """Orders that are known at their homes, or were at others; JSON as text."""
    parsed = [
        {**one, **{name: json.loads(one[name] or "null") for name in ORDER_JSON}} for one in orders
    ]
    await run(session, WRITE_ORDERS, orders=json.dumps(parsed, default=str))


async def leave_home(session: Session, program_id: UUID, left: Mapping[UUID, UUID]) -> None:
    """`left`: order key → the home it has left."""
    binds = {"member_ids": list(left.values()), "order_keys": list(left)}
    await run(session, LEAVE_HOME, program_id=program_id, **binds)


async def write_day_totals(
    session: Session, program_id: UUID, days: Iterable[tuple[UUID, date]], *, clear: bool
) -> None:
    """Totals of these members' days anew; `clear`: some of them may have become empty."""
    ordered = sorted(days)
    binds = {
        "program_id": program_id,
        "member_ids": [member for member, _ in ordered],
        "days": [day for _, day in ordered],
    }
    if clear:
        await run(session, CLEAR_DAY_TOTALS, **binds)
    await run(session, WRITE_DAY_TOTALS, **binds)


async def earned_points(
    session: Session, program_id: UUID, keys: Iterable[UUID]
) -> dict[tuple[UUID, UUID, date, str], int]:
    """(member, order key, day, kind) → what the ledger holds of these orders."""
    asked = sorted(keys)
    if not asked:
        return {}
    found = await rows(session, EARNED_POINTS, program_id=program_id, order_keys=asked)
    return {(row.member_id, row.order_key, row.day, row.kind): row.points for row in found}


async def write_points(session: Session, entries: Iterable[Mapping[str, Any]]) -> None:
    """New lines of the ledger."""
    await add(session, "points_entries", POINTS_COLUMNS, entries)


async def levels_held(
    session: Session, program_id: UUID, ladder: str, members: Iterable[UUID]
) -> dict[UUID, str]:
    """Member → the level that it holds; who holds none is no key."""
    binds = {"ladder": ladder, "member_ids": sorted(members)}
    found = await rows(session, LEVELS_HELD, program_id=program_id, **binds)
    return {row.member_id: row.level_key for row in found}


async def rates(
    session: Session, program_id: UUID, asked: Iterable[tuple[str, date]]
) -> dict[tuple[str, date], Decimal]:
    """(currency, day) → units of the program's currency for one of it."""
    pairs = sorted(set(asked))
    if not pairs:
        return {}
    currencies, days = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    found = await rows(session, RATES, program_id=program_id, currencies=currencies, days=days)
    return {(row.currency, row.day): row.rate for row in found}


async def counted_under(
    session: Session, program_id: UUID, members: Iterable[UUID], counting: int
) -> None:
    binds = {"member_ids": sorted(members), "counting": counting}
    await run(session, COUNTED_UNDER, program_id=program_id, **binds)


def _kept(row: Any) -> Kept:
    known = from_json(_json(row.state), _json(row.history), _json(row.refunds))
    counts = row.counted_on is not None and row.excluded_because is None
    before = Contribution(row.member_id, row.counted_on, row.counted_amount, counts)
    named = (row.order_key, row.source, row.order_id)
    return Kept(*named, known, before, row.map_revision, row.multiplier)


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
