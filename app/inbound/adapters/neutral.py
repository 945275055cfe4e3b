"""What adapters say, built of decimals and instants: the events of page 4."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Required, TypedDict

from app.inbound.adapters.contract import FactEvent
from app.inbound.adapters.values import NOTHING, as_money, as_text, content_id
from app.orders.facts import normal_text

MOST_LINES = 500


class Line(TypedDict):
    """`total` after the line's discounts; informational."""

    id: str
    product_id: str | None
    quantity: Decimal | None
    total: Decimal | None
    category_ids: list[str]


class Refund(TypedDict):
    id: str
    amount: Decimal
    at: datetime | None


class Order(TypedDict, total=False):
    """The state of an order, page 4. What is absent or None is not told."""

    id: Required[str]
    number: str | None
    status: Required[str]
    customer_id: str | None
    organization_id: str | None
    currency: Required[str]
    total: Required[Decimal]
    tax: Decimal | None
    shipping: Decimal | None
    discount: Decimal | None
    other_tender: Decimal | None
    placed_at: datetime | None
    paid_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    refunds_complete: Required[bool]
    refunds: Required[list[Refund]]
    lines: list[Line]


def snapshot(
    order: Order,
    occurred_at: datetime | None,
    raw_status: str,
    *,
    event_id: str | None = None,
    sequence: int | None = None,
) -> FactEvent:
    """The state of an order. `event_id` None: made by the service."""
    fields = {**order, "lines": _lines(order.get("lines", []))}
    return _event("order.snapshot", occurred_at, event_id, raw_status, order=fields, seq=sequence)


def fetched(order: Order, occurred_at: datetime | None, raw_status: str) -> FactEvent:
    """A state that the platform's API told; what it says is its id."""
    event = snapshot(order, occurred_at, raw_status)
    return FactEvent(
        {**event.said, "event_id": content_id("fetched", normal_text(event.said).encode())},
        raw_status,
    )


def refund(
    order_id: str, of: Refund, occurred_at: datetime | None, event_id: str | None = None
) -> FactEvent:
    """One refund."""
    return _event("order.refund", occurred_at, event_id, order={"id": order_id}, refund=of)


def deleted(order_id: str, occurred_at: datetime | None) -> FactEvent:
    """The order is gone."""
    return _event("order.deleted", occurred_at, None, order={"id": order_id})


def merged(kept_id: str, removed_id: str, occurred_at: datetime | None) -> FactEvent:
    """Two customers are one."""
    customer = {"kept_id": kept_id, "removed_id": removed_id}
    return _event("customer.merged", occurred_at, None, customer=customer)


def redacted(
    customer_id: str | None, order_ids: Sequence[str], occurred_at: datetime | None
) -> FactEvent:
    """The customer is to be forgotten."""
    customer = {"id": customer_id, "order_ids": list(order_ids)}
    return _event("customer.redacted", occurred_at, None, customer=customer)


def line(
    of: str,
    product_id: str | None,
    quantity: Decimal | None,
    total: Decimal | None,
    category_ids: Sequence[str] = (),
) -> Line:
    """A line; what is below zero (a credit, a return) is not told."""
    return Line(
        id=of,
        product_id=product_id,
        quantity=_not_negative(quantity),
        total=_not_negative(total),
        category_ids=list(category_ids),
    )


def _event(
    kind: str,
    occurred_at: datetime | None,
    event_id: str | None,
    raw_status: str | None = None,
    *,
    seq: int | None = None,
    **about: Mapping[str, Any],
) -> FactEvent:
    said: dict[str, Any] = {"type": kind, "occurred_at": occurred_at and as_text(occurred_at)}
    if event_id is not None:
        said["event_id"] = event_id
    if seq is not None:
        said["sequence"] = seq
    parts = {name: _told(part, f"/{name}") for name, part in about.items()}
    return FactEvent({**said, **parts}, raw_status)


def _told(value: Any, pointer: str) -> Any:
    """Amounts and instants as the texts of page 4."""
    match value:
        case None | str() | bool():
            return value
        case Decimal():
            return f"{abs(as_money(value, pointer) or NOTHING):f}"
        case datetime():
            return as_text(value)
        case dict():
            return {name: _told(part, f"{pointer}/{name}") for name, part in value.items()}
        case _:
            return [_told(part, f"{pointer}/{place}") for place, part in enumerate(value)]


def _lines(lines: Sequence[Line]) -> list[Line] | None:
    """None where they are more than an order of ours can have: untold, never cut."""
    return list(lines) if len(lines) <= MOST_LINES else None


def _not_negative(amount: Decimal | None) -> Decimal | None:
    return None if amount is not None and amount < 0 else amount
