"""Files of order events: random, and small enough to be read."""

import random
from datetime import UTC, datetime, timedelta

END = datetime(2026, 11, 20, 12, tzinfo=UTC)


def snapshot(number, customer="c-1", at=END, **order):
    said = {
        "id": f"{number}", "status": "paid", "customer_id": customer, "currency": "EUR",
        "total": "120.00", "placed_at": _said(at), "paid_at": _said(at), **order,
    }  # fmt: skip
    kept = {name: value for name, value in said.items() if value is not None}
    event_id = f"{number}.{said['status']}"
    return {"event_id": event_id, "type": "order.snapshot", "occurred_at": _said(at), "order": kept}


def refund(number, amount, at=END):
    said = {"id": f"r-{number}", "amount": amount}
    event = {"event_id": f"{number}.refund", "type": "order.refund", "occurred_at": _said(at)}
    return {**event, "order": {"id": f"{number}"}, "refund": said}


def redacted(customer, at=END):
    event = {"event_id": f"{customer}.redacted", "type": "customer.redacted"}
    return {**event, "occurred_at": _said(at), "customer": {"id": customer}}


def history(orders, customers, seed=1):
    """Orders with later states, refunds before them, guests, organizations, repetitions."""
    chance = random.Random(seed)
    events = []
    for number in range(orders):
        events += _order(chance, number, f"c-{chance.randrange(customers)}")
    events += chance.sample(events, len(events) // 20)
    chance.shuffle(events)
    return events


def _order(chance, number, customer):
    at = END - timedelta(minutes=chance.randrange(60 * 24 * 60))
    said = {"total": f"{chance.randrange(100, 90_000) / 100:.2f}", "tax": "10.5"}
    if chance.random() < 0.05:
        customer = None
    if chance.random() < 0.1:
        said["organization_id"] = f"o-{chance.randrange(5)}"
    if chance.random() < 0.05:
        said |= {"currency": "USD", **({"rate": "0.91"} if chance.random() < 0.5 else {})}
    yield snapshot(number, customer, at, **said)
    if chance.random() < 0.2:
        status = chance.choice(["closed", "cancelled"])
        later = at + timedelta(days=1)
        yield snapshot(number, customer, later, **said, status=status, closed_at=_said(later))
    if chance.random() < 0.1:
        yield refund(number, f"{chance.randrange(1, 90_000) / 100:.2f}", at + timedelta(days=2))


def _said(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
