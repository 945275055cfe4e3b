"""A year of sample orders, the same for everybody who asks for the same day and seed. Pure."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

DAYS = 365
CUSTOMERS, ORGANIZATIONS, REPRESENTATIVES = 240, 24, 60
TAX = 0.21
STATUSES = ("paid", "closed", "closed", "closed", "cancelled")
REFUNDED = 0.06


class Person(NamedTuple):
    """Who orders: how often in a year, and about how much each time."""

    customer_id: str
    orders: float
    amount: float


def representatives() -> Iterator[tuple[str, str]]:
    """(customer, organization) of everybody who orders for an organization."""
    for number in range(REPRESENTATIVES):
        yield f"c-{number + 1:04d}", f"o-{number % ORGANIZATIONS + 1:03d}"


def orders(today: date, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Order events of the year up to `today`, in no particular order of time."""
    chance = random.Random(seed)  # noqa: S311 - samples, not secrets
    number = 1000
    for person in _people(chance):
        for _ in range(_count(chance, person.orders)):
            number += 1
            day = today - timedelta(chance.randrange(DAYS))
            yield from _order(chance, person, f"{number}", day)


def _people(chance: random.Random) -> Iterator[Person]:
    for number in range(CUSTOMERS):
        buyer = number < REPRESENTATIVES
        rate = chance.paretovariate(1.6) * (4 if buyer else 2)
        amount = chance.lognormvariate(5.2 if buyer else 4.1, 0.6)
        yield Person(f"c-{number + 1:04d}", min(rate, 60), amount)


def _count(chance: random.Random, rate: float) -> int:
    return max(1, round(chance.gauss(rate, rate**0.5)))


def _order(
    chance: random.Random, person: Person, order_id: str, day: date
) -> Iterator[dict[str, Any]]:
    placed = datetime.combine(day, time(chance.randrange(7, 21), chance.randrange(60)), UTC)
    total = round(person.amount * chance.uniform(0.4, 1.9), 2)
    status = chance.choice(STATUSES)
    order = {
        "id": order_id,
        "number": f"#{order_id}",
        "status": status,
        "customer_id": person.customer_id,
        "currency": "EUR",
        "total": f"{total:.2f}",
        "tax": f"{total * TAX / (1 + TAX):.2f}",
        "shipping": "0.00",
        "placed_at": _said(placed),
        "paid_at": _said(placed + timedelta(minutes=2)),
    }
    yield _event(f"{order_id}.1", "order.snapshot", placed + timedelta(minutes=2), order=order)
    if status == "closed" and chance.random() < REFUNDED:
        refund = {"id": f"r-{order_id}", "amount": f"{total / 2:.2f}"}
        at = placed + timedelta(hours=5)
        yield _event(f"{order_id}.2", "order.refund", at, order={"id": order_id}, refund=refund)


def _event(event_id: str, kind: str, at: datetime, **said: Any) -> dict[str, Any]:
    return {"event_id": event_id, "type": kind, "occurred_at": _said(at), **said}


def _said(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
