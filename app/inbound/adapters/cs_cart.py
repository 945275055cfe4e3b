"""CS-Cart: orders as `GET /api/orders` gives them, posted by the store's add-on.

Everything is a text there; letters of statuses differ per store. Page 7, sections 8, 9 and 11.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from app.inbound.adapters import posted
from app.inbound.adapters.contract import (
    FactEvent,
    Failure,
    Headers,
    Reading,
    Reason,
    Rules,
    Unreadable,
)
from app.inbound.adapters.documents import Part
from app.inbound.adapters.neutral import Line, line, snapshot
from app.inbound.adapters.posted import signed_at, verify
from app.inbound.adapters.signatures import standard_id
from app.inbound.adapters.values import (
    as_amount,
    as_currency,
    as_flag,
    as_status,
    content_id,
    dated_id,
)

__all__ = ["STATUS_MAP", "event_id", "read", "read_documents", "signed_at", "verify"]

STATUS_MAP: Mapping[str, str] = {
    **dict.fromkeys("OYBN", "pending"),
    "P": "paid",
    "C": "closed",
    **dict.fromkeys("FDI", "cancelled"),
}
ORDERS, ORDER_ID, CHANGED = "orders", "order_id", "updated_at"


class Told(NamedTuple):
    """One order of a page. `order_id` "" when it has none that can be read."""

    order_id: str
    event: FactEvent | Failure | None
    value: Mapping[str, Any]

    @property
    def raw(self) -> bytes:
        """A body of this order alone, to read it again."""
        return json.dumps(self.value, default=str).encode()


def event_id(headers: Headers, body: bytes) -> str:
    """The signed message id; the content's, dated where an order has no instant of change."""
    if standard_id(headers):
        return posted.event_id(headers, body)
    content = content_id("", body)
    return content if _dated(body) else dated_id(content, None)


def read(_headers: Headers, body: bytes, rules: Rules) -> Reading:
    """One order or a page of them. Raises Unreadable."""
    return read_documents("", {ORDERS: Part.of_body(body).value}, rules)


def read_documents(_order_id: str, documents: Mapping[str, Any], rules: Rules) -> Reading:
    """What the API told: `orders` is one order or a page of them. Raises Unreadable."""
    orders = _orders(Part.of(documents[ORDERS]))
    if len(orders) == 1:
        event = _order(orders[0], rules)
        return Reading((event,)) if event else Reading(ignored="parent_order")
    told = [one.event for one in _told(orders, rules)]
    facts = tuple(one for one in told if isinstance(one, FactEvent))
    failed = tuple(one for one in told if isinstance(one, Failure))
    if facts or failed:
        return Reading(facts, failed=failed)
    return Reading(ignored="parent_order" if told else "empty")


def _orders(body: Part) -> list[Part]:
    if body.has(ORDERS):
        return body.parts(ORDERS)
    if not body.has(ORDER_ID):
        raise Unreadable(Reason.not_valid, "", "Neither an order nor a page of orders.")
    return [body]


def orders_of(body: bytes, rules: Rules) -> list[Told]:
    """The orders one by one; the event of a parent order is None. Raises Unreadable."""
    return _told(_orders(Part.of_body(body)), rules)


def _told(orders: list[Part], rules: Rules) -> list[Told]:
    return [Told(_id_of(one), _read(one, rules), one.value) for one in orders]


def _read(order: Part, rules: Rules) -> FactEvent | Failure | None:
    try:
        return _order(order, rules)
    except Unreadable as error:
        told = f"{error.pointer}: {error.detail}" if error.detail else error.pointer
        return Failure(_id_of(order), error.reason, told)


def _id_of(order: Part) -> str:
    try:
        return order.id(ORDER_ID) or ""
    except Unreadable:
        return ""


def _order(order: Part, rules: Rules) -> FactEvent | None:
    """None for a parent order: its children count."""
    if as_flag(order.get("is_parent_order"), order.at("is_parent_order")):
        return None
    raw = order.needed_text("status")
    identifier = order.needed_id(ORDER_ID)
    return snapshot(
        {
            "id": identifier,
            "number": identifier,
            "status": as_status(raw, rules, order.at("status")),
            "customer_id": order.id("user_id"),
            "organization_id": order.id("organization_id"),
            "currency": as_currency("", rules),
            "total": order.needed_money("total"),
            "tax": order.money("tax_subtotal"),
            "shipping": order.money("shipping_cost"),
            "discount": _sum(order.money("discount"), order.money("subtotal_discount")),
            "placed_at": order.epoch("timestamp"),
            "refunds_complete": False,
            "refunds": [],
            "lines": [_line(key, one) for key, one in _products(order)],
        },
        order.epoch(CHANGED),
        raw,
    )


def _sum(*told: Decimal | None) -> Decimal | None:
    known = [amount for amount in told if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _products(order: Part) -> list[tuple[str, Part]]:
    """By their cart key; what is empty is written as a list."""
    value = order.get("products")
    if isinstance(value, Mapping):
        products = Part(value, order.at("products"))
        return [(key, Part.of(one, products.at(key))) for key, one in value.items()]
    return [(str(place), one) for place, one in enumerate(order.parts("products"), 1)]


def _line(key: str, product: Part) -> Line:
    quantity, price = product.amount("amount"), product.amount("price")
    total = None if quantity is None or price is None else as_amount(quantity * price)
    return line(product.id("item_id") or key, product.id("product_id"), quantity, total)


def _dated(body: bytes) -> bool:
    """Whether every order of the body tells when it changed."""
    try:
        return all(order.epoch(CHANGED) for order in _orders(Part.of_body(body)))
    except Unreadable:
        return True
