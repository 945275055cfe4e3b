"""Orders as they are stored, with whom they are at home."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from app.kit.db import Session, rows, rows_as, sql
from app.orders.fold import NOTHING, Known, from_json

ONE = sql(__file__, "stored_order")
PLACED = sql(__file__, "orders_placed")
AT_HOME = sql(__file__, "orders_at_home")
BY_CUSTOMER = sql(__file__, "orders_by_customer")
OF_NOBODY = sql(__file__, "orders_of_nobody")
NEAR = sql(__file__, "orders_near")
ELSEWHERE = sql(__file__, "orders_elsewhere")
EARNED_SINCE = sql(__file__, "earned_since")
NO_DAY = date(9999, 12, 31)  # what is not dated yet is the newest


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """`known`: what all facts of it say. `kind` and `external_id`: of the member it is home with.

    `counted_amount` in minor units of the program, `refunded` in the order's currency.
    """

    member_id: UUID
    order_key: UUID
    source: str
    order_id: str
    customer_id: UUID | None
    known: Known
    currency: str | None
    rate_from: str | None
    refunded: Decimal
    over_refunded: bool
    date_substituted: bool
    basis_substituted: bool
    counted_on: date | None
    counted_amount: int
    excluded_because: str | None
    kind: str
    external_id: str | None

    @property
    def counts(self) -> bool:
        return self.excluded_because is None


class NearOrder(NamedTuple):
    """What is told of an order among many: `customer_id` is the sender's own.

    `refunds`: as they are stored, None while there are none.
    """

    member_id: UUID
    order_key: UUID
    source: str
    order_id: str
    customer_id: str | None
    status: str | None
    total: str | None
    currency: str | None
    refunds: Any
    over_refunded: bool
    date_substituted: bool
    basis_substituted: bool
    counted_on: date | None
    counted_amount: int
    excluded_because: str | None
    kind: str
    external_id: str | None

    @property
    def counts(self) -> bool:
        return self.excluded_because is None

    @property
    def refunded(self) -> Decimal:
        """The sum of the refunds in force, in the order's currency."""
        if self.refunds is None:
            return NOTHING
        return from_json(None, [], _json(self.refunds)).refunded


class Span(NamedTuple):
    """From which day on orders are looked at, and how many of the `latest` before `first`."""

    near: date
    first: date
    latest: int


async def stored(
    session: Session, program_id: UUID, home: UUID, order_key: UUID
) -> StoredOrder | None:
    found = await rows(session, ONE, program_id=program_id, member_id=home, order_key=order_key)
    return _stored(found[0]) if found else None


async def placed_or_held(  # a page has this many
    session: Session,
    program_id: UUID,
    whose: tuple[UUID | None, UUID | None],
    counted: bool | None,  # noqa: FBT001
    before: tuple[date, UUID],
    number: int,
) -> Sequence[StoredOrder]:
    """The orders of (customer, home), one of them at least, the newest first.

    `counted` None: all of them.
    """
    customer, home = whose
    binds = {"counted": counted, "before": before[0], "before_key": before[1], "number": number}
    if customer is None:
        found = await rows(session, AT_HOME, program_id=program_id, home=home, **binds)
    else:
        whose_binds = {"customer": customer, "home": home}
        found = await rows(session, PLACED, program_id=program_id, **whose_binds, **binds)
    return [_stored(row) for row in found]


async def by_customer(
    session: Session,
    program_id: UUID,
    counted: bool | None,  # noqa: FBT001
    after: tuple[UUID | None, UUID],
    number: int,
) -> Sequence[StoredOrder]:
    """All orders by (customer, order key), behind `after`; those of no customer are last."""
    customer, key = after
    binds = {"counted": counted, "program_id": program_id}
    found: list[StoredOrder] = []
    if customer is not None:
        page = {"customer": customer, "order_key": key, "number": number}
        found = [_stored(row) for row in await rows(session, BY_CUSTOMER, **binds, **page)]
        key = UUID(int=0)
    if len(found) < number:
        page = {"order_key": key, "number": number - len(found)}
        found += [_stored(row) for row in await rows(session, OF_NOBODY, **binds, **page)]
    return found


async def near(
    session: Session, program_id: UUID, member_id: UUID, span: Span
) -> Sequence[NearOrder]:
    """The orders at home with a member in the span or later, by day; undated ones are last."""
    binds = {"member_id": member_id, **span._asdict()}
    return await rows_as(session, NearOrder, NEAR, program_id=program_id, **binds)


async def elsewhere(
    session: Session, program_id: UUID, customer: UUID, since: date
) -> Sequence[NearOrder]:
    """The orders that a customer placed since a day and that count for somebody else."""
    binds = {"customer": customer, "near": since}
    return await rows_as(session, NearOrder, ELSEWHERE, program_id=program_id, **binds)


async def earned_since(
    session: Session, program_id: UUID, member_id: UUID, since: date
) -> list[tuple[date, UUID | None, int]]:
    """(day, order key, points) earned; the key is None for activities."""
    binds = {"member_id": member_id, "since": since}
    found = await rows(session, EARNED_SINCE, program_id=program_id, **binds)
    return [(row.day, row.order_key, row.points) for row in found]


def _stored(row: Any) -> StoredOrder:
    known = from_json(_json(row.state), _json(row.history), _json(row.refunds))
    said = {name: row._mapping[name] for name in StoredOrder.__slots__ if name != "known"}  # noqa: SLF001
    return StoredOrder(known=known, **said)


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
