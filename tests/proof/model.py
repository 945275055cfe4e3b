"""The reference model: page 2 (semantics) told slowly, sharing nothing with the product.

Two questions, never mixed: `totals` (in `earning`) is a function of a set of facts, `replay` of the
recorded order. Members are written `customer:<id>` and `organization:<id>`. Where page 2 is silent
`Silent` is raised. Section 2 is in `dates`, 3 here, 4 to 6 in `earning`, 7 and 8 in `moves`.
"""

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from .dates import local_day
from .gaps import Gap, Silent

Json = dict[str, Any]
EXPONENTS = {"BHD": 3, "JPY": 0, "KRW": 0, "KWD": 3, "TND": 3}
STAMPS = {"pending": "placed_at"} | {name: f"{name}_at" for name in ("paid", "closed", "cancelled")}
RANKS = ["pending", "paid", "closed", "cancelled", "deleted"]
AMOUNTS = {"total", "tax", "shipping", "discount", "other_tender", "rate", "amount", "quantity"}
SETTINGS = {
    "enabled": True, "time_zone": "UTC", "counted_statuses": ["paid", "closed"],
    "dated_by": "counted", "amount_basis": "total", "pooling": "dated", "starts_on": None,
    "effective_tier": "organization_only", "check_schedule": "15 0 * * *", "points_per_unit": "1",
}  # fmt: skip


class Told(NamedTuple):
    """One order event as recorded; `version` compares states of one order."""

    type: str
    version: tuple[int, datetime, int, Fraction, str]
    order: Json
    event: Json


class Represents(NamedTuple):
    customer: str
    organization: str
    since: date
    until: date | None


class Judged(NamedTuple):
    """One order for one definition: whose, of which day, how much, or why not."""

    order: str
    customer: str | None
    member: str | None
    day: date
    spend: int
    points: int
    because: str | None


class Day(NamedTuple):
    spend: int = 0
    orders: int = 0
    largest: int = 0
    points: int = 0


@dataclass
class Facts:
    """All that was recorded, without decisions. `represented` is in recorded order."""

    settings: Json
    orders: dict[tuple[str, str], list[Told]] = field(default_factory=dict)
    activities: dict[str, Json] = field(default_factory=dict)
    rates: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    represented: list[Represents] = field(default_factory=list)
    people: dict[str, Json] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    redacted: set[str] = field(default_factory=set)


def normal(value: Any, name: str = "") -> Any:
    """Sections 15 and 16: nulls left out, amounts without trailing zeros, instants in UTC."""
    if isinstance(value, dict):
        return {key: normal(one, key) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [normal(one, name) for one in value]
    if name in AMOUNTS:
        return (value.rstrip("0").rstrip(".") if "." in value else value) or "0"
    if name == "at" or name.endswith("_at"):
        return datetime.fromisoformat(value).astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value


def content(event: Json) -> str:
    """Section 16: what makes two events of one id the same."""
    body = {key: event[key] for key in ("type", "order", "refund", "customer") if key in event}
    return json.dumps(normal(body), sort_keys=True, separators=(",", ":"))


def told(event: Json) -> Told:
    """Section 3: an event with its version (sequence or -1, occurred_at, rank, content hash)."""
    order = event["order"]
    status = "deleted" if event["type"] == "order.deleted" else order.get("status", "pending")
    refunded = sum((Fraction(one["amount"]) for one in order.get("refunds") or []), Fraction(0))
    text = json.dumps(normal(order), sort_keys=True, separators=(",", ":"))
    sequence = -1 if event.get("sequence") is None else event["sequence"]
    at, digest = datetime.fromisoformat(event["occurred_at"]), hashlib.sha256(text.encode())
    version = (sequence, at, RANKS.index(status), refunded, digest.hexdigest())
    return Told(event["type"], version, order, event)


def refunds(events: Sequence[Told]) -> Fraction:
    """Section 3: a later complete list retires what it does not name; per refund the newest."""
    complete = [one for one in events if one.order.get("refunds_complete")]
    base = max(complete, key=lambda one: one.version) if complete else None
    newest: dict[str, tuple[tuple[int, datetime], Fraction]] = {}
    for one in events:
        age = one.version[:2]
        if one is not base and base and (one in complete or age < base.version[:2]):
            continue
        listed = one.order.get("refunds") or []
        for refund in [*listed, one.event["refund"]] if "refund" in one.event else listed:
            heard = (age, Fraction(refund["amount"]))
            known = newest.setdefault(refund["id"], heard)
            if known[0] == age and known != heard:
                raise Silent(Gap.refund_tie)
            newest[refund["id"]] = max(known, heard)
    if any(amount < 0 for _, amount in newest.values()):
        raise Silent(Gap.negative)
    return sum((amount for _, amount in newest.values()), Fraction(0))


def counted_on(settings: Json, states: Sequence[Told], current: Told) -> date:
    """Section 3, `dated_by`: the asked instant, else paid, closed, placed, else the oldest."""
    if settings["dated_by"] == "counted":
        asked = []
        for name in [STAMPS[status] for status in settings["counted_statuses"]]:
            said = [one.order.get(name) for one in states]
            asked += said if any(said) else [seen_at(states, name)]
    else:
        name = f"{settings['dated_by']}_at"
        asked = [current.order.get(name) or seen_at(states, name)]
    oldest = min(states, key=lambda one: one.version).event["occurred_at"]
    names = ["paid_at", "closed_at", "placed_at"]
    known = [current.order.get(name) or seen_at(states, name) for name in names]
    instants = [one for one in asked if one] or [one for one in [*known, oldest] if one][:1]
    return min(local_day(one, settings["time_zone"]) for one in instants)


def seen_at(states: Sequence[Told], name: str) -> str | None:
    """Page 7, section 5: an instant that nobody states is that of the first state past pending."""
    wanted = {"paid_at": ["paid", "closed"], "closed_at": ["closed"]}.get(name, [])
    ordered = sorted(states, key=lambda one: one.version)
    statuses = [one.order.get("status", "deleted") for one in ordered]
    if statuses[0] in {"paid", "closed"}:
        return None
    for number, status in enumerate(statuses):
        if status in wanted and "pending" in statuses[:number]:
            return str(ordered[number].event["occurred_at"])
    return None


def basis(settings: Json, order: Json) -> Fraction:
    """Section 3, `amount_basis`: the total where a part that is needed is missing."""
    parts = {"total": (), "paid": ("other_tender",), "goods": ("shipping",)}
    less = parts.get(settings["amount_basis"], ("shipping", "tax"))
    total = Fraction(order["total"])
    missing = any(order.get(part) is None for part in less)
    return total if missing else total - sum(Fraction(order[part]) for part in less)


def rate_of(facts: Facts, order: Json, day: date) -> Fraction | None:
    """Section 3: the rate sent with the order, else the program's of that very day."""
    if order["currency"] == facts.settings["currency"]:
        return Fraction(1)
    if order.get("rate") is not None:
        return Fraction(order["rate"])
    return facts.rates.get((order["currency"], day.isoformat()))


def kept_id(facts: Facts, customer: str | None) -> str | None:
    """Section 3: `customer.merged` moves all facts to the kept customer."""
    while customer in facts.merged:
        customer = facts.merged[customer]
    return customer


def representing(facts: Facts, customer: str, day: date) -> str | None:
    """Sections 3 and 16: of two representations in force the one recorded last holds."""
    for one in reversed(facts.represented):
        ended = one.until is not None and one.until < day
        if kept_id(facts, one.customer) == customer and one.since <= day and not ended:
            return one.organization
    return None


def home(facts: Facts, customer: str | None, day: date, on: date) -> str | None:
    """Section 3: the organization the customer represented on the day (or does now), else it."""
    if customer is None:
        return None
    asked = day if facts.settings["pooling"] == "dated" else on
    organization = representing(facts, customer, asked)
    return f"organization:{organization}" if organization else f"customer:{customer}"


def exponent(settings: Json) -> int:
    """Section 3: the ISO 4217 exponent of the program's currency."""
    return EXPONENTS.get(settings["currency"], 2)


def judge_order(facts: Facts, events: Sequence[Told], on: date) -> Judged | None:
    """Sections 3 and 11: the greatest state of an order; None while only refunds are known."""
    states = [one for one in events if one.type != "order.refund"]
    current = max(states, key=lambda one: one.version, default=None)
    if current is None or current.type == "order.deleted":
        return None
    order, settings = current.order, facts.settings
    day = counted_on(settings, states, current)
    customer = kept_id(facts, order.get("customer_id"))
    named = order.get("organization_id")
    member = f"organization:{named}" if named else home(facts, customer, day, on)
    rate = rate_of(facts, order, day)
    total, refunded = Fraction(order["total"]), refunds(events)
    because = None
    if order["status"] not in settings["counted_statuses"]:
        because = "status"
    elif member is None:
        because = "guest"
    elif refunded >= total > 0:
        because = "refunded"
    elif rate is None:
        because = "currency"
    spend = 0
    if because is None and rate is not None and total > 0:
        net = basis(settings, order) * (total - refunded) / total
        spend = max(0, round(net * rate * 10 ** exponent(settings)))
    units = Fraction(spend, 10 ** exponent(settings))
    points = math.floor(Fraction(settings["points_per_unit"]) * units)
    return Judged(order["id"], customer, member, day, spend, points, because)


def judged_orders(facts: Facts, on: date) -> list[Judged]:
    """Section 3: every order that has a state."""
    return [one for told_ in facts.orders.values() if (one := judge_order(facts, told_, on))]


def day_totals(facts: Facts, on: date) -> dict[str, dict[date, Day]]:
    """Section 1: spend, orders, largest and points per member and local day."""
    totals: defaultdict[str, dict[date, Day]] = defaultdict(dict)
    for one in judged_orders(facts, on):
        if one.because is None and one.member:
            was = totals[one.member].get(one.day, Day())
            spend, points = was.spend + one.spend, was.points + one.points
            largest = max(was.largest, one.spend)
            totals[one.member][one.day] = Day(spend, was.orders + 1, largest, points)
    for activity in facts.activities.values():
        day = local_day(activity["occurred_at"], facts.settings["time_zone"])
        member = home(facts, kept_id(facts, activity["customer_id"]), day, on)
        if activity["points"] < 0:
            raise Silent(Gap.negative)
        if member and activity["points"]:
            was = totals[member].get(day, Day())
            totals[member][day] = was._replace(points=was.points + activity["points"])
    return totals


def incomplete(facts: Facts, member: str, on: date) -> bool:
    """Section 3: a member with an order that waits for a rate."""
    return (member, "currency") in {(one.member, one.because) for one in judged_orders(facts, on)}
