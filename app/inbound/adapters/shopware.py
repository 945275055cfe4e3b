"""Shopware 6: app webhooks. Orders in `data.payload.order`; the sequence header says which is last.

`order.written` names ids only. Page 7, sections 7 to 9, 11 and 15.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.inbound.adapters.contract import FactEvent, Headers, Reading, Reason, Rules, Unreadable
from app.inbound.adapters.documents import Part
from app.inbound.adapters.neutral import Line, Order, fetched, line, snapshot
from app.inbound.adapters.signatures import signed_in_hex, text_keys
from app.inbound.adapters.values import as_currency, as_status, content_id, signed_id

STATUS_MAP: Mapping[str, str] = {
    "cancelled/*": "cancelled",
    "completed/refunded": "cancelled",
    "completed/chargeback": "cancelled",
    "*/refunded": "cancelled",
    "*/chargeback": "cancelled",
    "completed/*": "closed",
    "*/paid": "paid",
    "*/refunded_partially": "paid",
    "*": "pending",
}

SIGNATURE, SEQUENCE = "shopware-shop-signature", "x-shopware-sequence"
STATES = re.compile(
    r"checkout\.order\.placed|state_enter\.(?:order|order_transaction)\.state\.[^.]+"
)
WRITTEN, ENTITY = "order.written", "order"
NUMBER = re.compile(r"[0-9]{1,18}")


def verify(secrets: Sequence[str], headers: Headers, body: bytes) -> bool:
    """Lower-case hex HMAC-SHA256 with the shop's secret."""
    return signed_in_hex(text_keys(secrets), headers.get(SIGNATURE, ""), body)


def signed_at(_: Headers) -> datetime | None:
    """No timestamp is signed."""
    return None


def event_id(_headers: Headers, body: bytes) -> str:
    """The shop's own, inside what is signed; else the content's."""
    try:
        source = Part.of_body(body).part("source")
        told = source.id("eventId") if source else None
    except Unreadable:
        told = None
    return signed_id(told or "", body) if told else content_id("", body)


def read(headers: Headers, body: bytes, rules: Rules) -> Reading:
    """An order's state, or the ids of orders to fetch. Raises Unreadable."""
    data = Part.of_body(body).needed_part("data")
    topic = data.needed_text("event")
    if topic == WRITTEN:
        _sequence(headers)
        return _written(data)
    if not STATES.fullmatch(topic):
        return Reading(ignored="other_topic")
    payload = data.get("payload")
    if not isinstance(payload, Mapping) or not isinstance(payload.get("order"), Mapping):
        raise data.mismatch(topic)
    order = Part(payload["order"], data.at("payload") + "/order")
    sequence = _sequence(headers)
    told, raw = _order(order, rules)
    return Reading((snapshot(told, order.instant("updatedAt"), raw, sequence=sequence),))


def read_documents(_order_id: str, documents: Mapping[str, Any], rules: Rules) -> Reading:
    """The order as the API gives it; its `sequence` is that of the notification that asked."""
    order = Part.of(documents["order"])
    told, raw = _order(order, rules)
    event = fetched(told, order.instant("updatedAt"), raw)
    said = {**event.said, "sequence": documents.get("sequence")}
    return Reading((FactEvent(said, raw),))


def _written(data: Part) -> Reading:
    """The orders among the entities that were written."""
    if not isinstance(data.get("payload"), list):
        raise data.mismatch(WRITTEN)
    written = [one for one in data.parts("payload") if one.get("entity") == ENTITY]
    ids = dict.fromkeys(one.needed_id("primaryKey") for one in written)
    return Reading(fetch=tuple(ids)) if ids else Reading(ignored="other_topic")


def _sequence(headers: Headers) -> int:
    """Made for "the last write wins"; a source has it always or never."""
    told = headers.get(SEQUENCE, "")
    if not NUMBER.fullmatch(told):
        raise Unreadable(Reason.sequence_missing)
    return int(told)


def _order(order: Part, rules: Rules) -> tuple[Order, str]:
    """The order and its raw status."""
    raw = f"{_state(order)}/{_newest_payment(order)}"
    currency = order.part("currency")
    buyer = order.part("orderCustomer")
    total, net = order.needed_money("amountTotal"), order.money("amountNet")
    told: Order = {
        "id": order.needed_id("id"),
        "number": order.id("orderNumber"),
        "status": as_status(raw, rules, order.at("stateMachineState")),
        "customer_id": buyer.id("customerId") if buyer else None,
        "currency": as_currency(currency.get("isoCode") if currency else None, rules),
        "total": total,
        "tax": _tax(total, net),
        "shipping": order.money("shippingTotal"),
        "placed_at": order.instant("orderDateTime"),
        "refunds_complete": False,
        "refunds": [],
        "lines": [_line(one) for one in order.parts("lineItems") if one.get("type") == "product"],
    }
    return told, raw


def _tax(total: Decimal, net: Decimal | None) -> Decimal | None:
    if net is not None and net > total:
        raise Unreadable(Reason.bad_amount, "/amountNet")
    return None if net is None else total - net


def _state(part: Part) -> str:
    return part.needed_part("stateMachineState").needed_text("technicalName")


def _newest_payment(order: Part) -> str:
    """The state of the newest transaction."""
    dated = [
        (one.instant("createdAt"), place, one)
        for place, one in enumerate(order.parts("transactions"))
    ]
    if not dated:
        return "none"
    if len(dated) > 1 and any(instant is None for instant, _, _ in dated):
        raise Unreadable(Reason.missing_field, order.at("transactions"))
    return _state(max(dated, key=lambda one: (one[0] and one[0].timestamp(), one[1]))[2])


def _line(node: Part) -> Line:
    return line(
        node.needed_id("id"),
        node.id("productId"),
        node.amount("quantity"),
        node.amount("totalPrice"),
    )
