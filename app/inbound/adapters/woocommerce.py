"""WooCommerce: whole orders with their refunds. Page 7, sections 7 to 11."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.inbound.adapters.contract import UTC, Headers, Reading, Rules
from app.inbound.adapters.documents import Part
from app.inbound.adapters.neutral import Line, Order, Refund, deleted, fetched, line, snapshot
from app.inbound.adapters.signatures import signed_in_base64, text_keys
from app.inbound.adapters.values import (
    NOTHING,
    as_currency,
    as_status,
    content_id,
    dated_id,
)

STATUS_MAP: Mapping[str, str] = {
    "pending": "pending",
    "on-hold": "pending",
    "checkout-draft": "pending",
    "auto-draft": "pending",
    "processing": "paid",
    "refunded": "paid",
    "completed": "closed",
    "cancelled": "cancelled",
    "failed": "cancelled",
    "trash": "cancelled",
}
SNAPSHOTS = frozenset({"order.created", "order.updated", "order.restored"})
DELETION = "order.deleted"
DOCUMENT = "order"
ENTITY = re.compile(r"&(?:(amp|lt|gt|quot)|#0*(38|60|62|34|39)|#[xX]0*(26|22|27));")
NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}


def verify(secrets: Sequence[str], headers: Headers, body: bytes) -> bool:
    """Base64 HMAC-SHA256 whose key is the secret as WordPress decodes it. Never raises."""
    keys = text_keys([ENTITY.sub(_decoded, one) for one in secrets])
    return signed_in_base64(keys, headers.get("x-wc-webhook-signature", ""), body)


def signed_at(_: Headers) -> datetime | None:
    """No instant is signed."""
    return None


def event_id(headers: Headers, body: bytes) -> str:
    """Of the content: one delivery id may stand for two orders. Never raises."""
    topic = headers.get("x-wc-webhook-topic", "")
    identifier = content_id(topic, body)
    return dated_id(identifier, None) if topic == DELETION else identifier


def read(headers: Headers, body: bytes, rules: Rules) -> Reading:
    """The order's state, or that it is gone. Raises Unreadable."""
    topic = headers.get("x-wc-webhook-topic", "")
    if topic not in SNAPSHOTS and topic != DELETION:
        return Reading(ignored="other_topic")
    order = Part.of_body(body)
    names_only = order.value.keys() == {"id"}
    if topic == DELETION and names_only:
        return Reading(events=(deleted(order.needed_id("id"), None),))
    if topic == DELETION or names_only or not _is_order(order):
        raise order.mismatch(topic)
    said, raw = _order(order, rules)
    return Reading(events=(snapshot(said, order.instant("date_modified_gmt", UTC), raw),))


def read_documents(order_id: str, documents: Mapping[str, Any], rules: Rules) -> Reading:
    """`order`: the answer of GET /wp-json/wc/v3/orders/{id}. Raises Unreadable."""
    order = Part.of(documents.get(DOCUMENT), f"/{DOCUMENT}")
    if order.id("id") != order_id or not _is_order(order):
        raise order.mismatch(DOCUMENT)
    said, raw = _order(order, rules)
    return Reading(events=(fetched(said, order.instant("date_modified_gmt", UTC), raw),))


def _is_order(body: Part) -> bool:
    """A subscription has the fields of an order, and some of its own."""
    return body.has("id", "status", "line_items") and not body.has("billing_period")


def _order(order: Part, rules: Rules) -> tuple[Order, str]:
    raw = order.needed_text("status")
    cards = sum((card.money("amount") or NOTHING for card in order.parts("gift_cards")), NOTHING)
    shipping = order.money("shipping_total")
    said = Order(
        id=order.needed_id("id"),
        number=order.id("number"),
        status=as_status(raw, rules, order.at("status")),
        customer_id=order.id("customer_id"),
        currency=as_currency(order.get("currency"), rules, order.at("currency")),
        total=order.needed_money("total") + cards,
        tax=order.money("total_tax"),
        shipping=None if shipping is None else shipping + (order.money("shipping_tax") or NOTHING),
        discount=order.money("discount_total"),
        other_tender=cards,
        placed_at=order.instant("date_created_gmt", UTC),
        paid_at=order.instant("date_paid_gmt", UTC),
        closed_at=order.instant("date_completed_gmt", UTC),
        refunds_complete=order.get("refunds") is not None,
        refunds=[one for part in order.parts("refunds") if (one := _refund(part))["amount"]],
        lines=[_line(one) for one in order.parts("line_items")],
    )
    return said, raw


def _refund(refund: Part) -> Refund:
    amount = abs(refund.amount("total") or NOTHING)
    return Refund(id=refund.needed_id("id"), amount=amount, at=None)


def _line(item: Part) -> Line:
    return line(
        item.needed_id("id"), item.id("product_id"), item.amount("quantity"), item.amount("total")
    )


def _decoded(entity: re.Match[str]) -> str:
    """As `wp_specialchars_decode`: once, and only these five characters."""
    name, decimal, hexadecimal = entity.groups()
    return NAMED[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16))
