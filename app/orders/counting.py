"""Which orders count, on which day, and how much. Pure; semantics 3."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.orders.fold import Known
from app.policy.money import convert, counted, earned_points, to_minor, wholly_refunded

STAMPS = {"pending": 0, "paid": 1, "closed": 2, "cancelled": 3}
LESS = {
    "total": (),
    "paid": ("other_tender",),
    "goods": ("shipping",),
    "goods_without_tax": ("shipping", "tax"),
}
MOST_AMOUNT = Decimal(10) ** 12  # what money may be on its way in; a rate can pass it
FIRST_KNOWN = ("paid_at", "closed_at", "placed_at")
PAST = frozenset({"paid", "closed"})
REACHED = {"paid_at": PAST, "closed_at": frozenset({"closed"})}

RateOf = Callable[[str, date], Decimal | None]


@dataclass(frozen=True, slots=True)
class Counting:
    """What the definition says about counting an order."""

    currency: str
    exponent: int
    zone: ZoneInfo
    counted_statuses: frozenset[str]
    dated_by: str
    amount_basis: str
    points_per_unit: Decimal


class Dated(NamedTuple):
    day: date
    substituted: bool


class Counted(NamedTuple):
    """How an order counts. `amount` in minor units of the program; 0 when excluded."""

    day: date | None
    amount: int
    points: int
    excluded_because: str | None
    rate_from: str | None
    refunded: Decimal
    over_refunded: bool
    date_substituted: bool
    basis_substituted: bool


NOT_YET = Counted(None, 0, 0, "waiting", None, Decimal(0), False, False, False)  # noqa: FBT003


def dated(known: Known, rules: Counting) -> Dated | None:
    """The local day an order belongs to; None while only refunds are known."""
    if not known.states:
        return None
    instant = _asked(known, rules)
    if instant is not None:
        return Dated(_local(instant, rules.zone), substituted=False)
    found = (_stated(known, name) or _inferred(known, name) for name in FIRST_KNOWN)
    first = next((one for one in found if one is not None), None)
    return Dated(_local(first or known.states[0].occurred_at, rules.zone), substituted=True)


def count(known: Known, rules: Counting, rate_of: RateOf, *, owned: bool) -> Counted:
    """How the order counts. `owned`: some member holds it, it is no guest's."""
    found = dated(known, rules)
    if found is None:
        return NOT_YET
    order = known.order or {}
    total = Decimal(order.get("total", "0"))
    refunded = known.refunded
    basis = _basis(order, total, rules)
    rate, rate_from = _rate(order, found.day, rules, rate_of)
    excluded = _excluded(known, rules, owned=owned)
    if excluded is None and wholly_refunded(total, refunded):
        excluded = "refunded"
    if excluded is None and rate is None:
        excluded = "unconverted"
    amount = 0
    if excluded is None and rate is not None:
        amount = _minor(counted(total if basis is None else basis, total, refunded), rate, rules)
    if amount > to_minor(MOST_AMOUNT, rules.exponent):
        excluded, amount = "unconverted", 0
    return Counted(
        day=found.day,
        amount=amount,
        points=earned_points(amount, rules.points_per_unit, rules.exponent),
        excluded_because=excluded,
        rate_from=rate_from,
        refunded=refunded,
        over_refunded=refunded > max(total, Decimal(0)),
        date_substituted=found.substituted,
        basis_substituted=basis is None,
    )


def _asked(known: Known, rules: Counting) -> str | None:
    if rules.dated_by != "counted":
        name = f"{rules.dated_by}_at"
        return _stated(known, name) or _inferred(known, name)
    entered = (_entered(known, status) for status in rules.counted_statuses)
    return min((instant for instant in entered if instant is not None), default=None)


def _entered(known: Known, status: str) -> str | None:
    """The earliest stamp of a status over all states."""
    place = 3 + STAMPS[status]
    stamps = [stamp for state in known.states if (stamp := state[place]) is not None]
    return min(stamps) if stamps else _inferred(known, f"{status}_at")


def _stated(known: Known, name: str) -> str | None:
    return (known.order or {}).get(name)


def _inferred(known: Known, name: str) -> str | None:
    """When an order that had been pending became paid or closed (closed). Page 7, section 5.

    Unknown of an order that was so already when it was first heard of: it may be old.
    """
    if name not in REACHED or known.states[0].status in PAST:
        return None
    states = iter(known.states)
    if not any(state.status == "pending" for state in states):
        return None
    return next((state.occurred_at for state in states if state.status in REACHED[name]), None)


@lru_cache(maxsize=16_384)
def _local(instant: str, zone: ZoneInfo) -> date:
    return datetime.fromisoformat(instant).astimezone(zone).date()


def _excluded(known: Known, rules: Counting, *, owned: bool) -> str | None:
    if known.status == "deleted":
        return "deleted"
    if known.status not in rules.counted_statuses:
        return "status"
    return None if owned else "guest"


def _basis(order: Any, total: Decimal, rules: Counting) -> Decimal | None:
    """None: a part that the basis takes off was not told."""
    parts = [order.get(name) for name in LESS[rules.amount_basis]]
    if any(part is None for part in parts):
        return None
    return total - sum((Decimal(part) for part in parts), Decimal(0))


def _rate(
    order: Any, day: date, rules: Counting, rate_of: RateOf
) -> tuple[Decimal | None, str | None]:
    """The rate towards the program's currency, and whose it is."""
    if order.get("currency", rules.currency) == rules.currency:
        return Decimal(1), None
    if "rate" in order:
        return Decimal(order["rate"]), "order"
    return rate_of(order["currency"], day), "table"


def _minor(net: Decimal, rate: Decimal, rules: Counting) -> int:
    if rate == 1:
        return to_minor(net, rules.exponent)
    return convert(net, rate, rules.exponent)
