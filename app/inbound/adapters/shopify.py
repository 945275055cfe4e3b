"""Shopify: whole orders, refunds, merges and redactions. Page 7, sections 7 to 11."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.inbound.adapters import neutral
from app.inbound.adapters.contract import FactEvent, Headers, Reading, Rules, Unreadable
from app.inbound.adapters.documents import Part
from app.inbound.adapters.shopify_orders import (
    id_of,
    needed_gid,
    order_of,
    refund_of,
    shop_currency,
)
from app.inbound.adapters.signatures import signed_in_base64, text_keys
from app.inbound.adapters.values import as_id, as_instant, content_id, dated_id

STATUS_MAP: Mapping[str, str] = {
    "cancelled/*": "cancelled",
    "voided/*": "cancelled",
    "paid/fulfilled": "closed",
    "partially_refunded/fulfilled": "closed",
    "refunded/fulfilled": "closed",
    "paid/*": "paid",
    "partially_refunded/*": "paid",
    "refunded/*": "paid",
    "pending/*": "pending",
    "authorized/*": "pending",
    "partially_paid/*": "pending",
    "expired/*": "pending",
}
SNAPSHOTS = frozenset(
    f"orders/{one}"
    for one in ("create", "updated", "paid", "partially_fulfilled", "fulfilled", "cancelled")
)
OPERATORS = frozenset({"customers/data_request", "shop/redact"})
WITHOUT_INSTANT = frozenset({"orders/delete", "customers/merge", "customers/redact"})
DOCUMENT = "order"
ORDER = ("currency", "financial_status", "line_items")


def verify(secrets: Sequence[str], headers: Headers, body: bytes) -> bool:
    """Base64 HMAC-SHA256 of the body. Never raises."""
    return signed_in_base64(text_keys(secrets), headers.get("x-shopify-hmac-sha256", ""), body)


def signed_at(_: Headers) -> datetime | None:
    """No instant is signed."""
    return None


def event_id(headers: Headers, body: bytes) -> str:
    """Of the content: ids in headers are not signed and may be shared. Never raises."""
    topic = headers.get("x-shopify-topic", "")
    identifier = content_id(topic, body)
    return dated_id(identifier, _triggered(headers)) if topic in WITHOUT_INSTANT else identifier


def read(headers: Headers, body: bytes, rules: Rules) -> Reading:
    """Orders, refunds, merges, redactions. Raises Unreadable."""
    topic = headers.get("x-shopify-topic", "")
    if topic in OPERATORS:
        return Reading(ignored="operator_action")
    if topic not in SNAPSHOTS | WITHOUT_INSTANT | {"orders/edited", "refunds/create"}:
        return Reading(ignored="other_topic")
    said = Part.of_body(body)
    is_test = headers.get("x-shopify-test", "").lower() == "true" or _is_test(said, topic)
    if topic == "orders/edited":
        edit = _shaped(said, topic, "order_edit").needed_part("order_edit")
        return Reading(fetch=(edit.needed_id("order_id"),), test=is_test)
    found = _event(said, topic, rules, _triggered(headers))
    if isinstance(found, str):
        return Reading(ignored=found, test=is_test)
    return Reading(events=(found,), test=is_test)


def read_documents(order_id: str, documents: Mapping[str, Any], rules: Rules) -> Reading:
    """`order`: as in the answer of GET /admin/api/…/orders/{id}.json. Raises Unreadable."""
    order = _shaped(Part.of(documents.get(DOCUMENT), f"/{DOCUMENT}"), DOCUMENT, *ORDER)
    if id_of(order) != order_id:
        raise order.mismatch(DOCUMENT)
    said, raw = order_of(order, rules)
    is_test = order.get("test") is True
    return Reading((neutral.fetched(said, order.instant("updated_at"), raw),), test=is_test)


def _event(said: Part, topic: str, rules: Rules, triggered: datetime | None) -> FactEvent | str:
    """The event, or why there is none."""
    match topic:
        case "orders/delete":
            if not said.value.keys() <= {"id", "admin_graphql_api_id"}:
                raise said.mismatch(topic)
            return neutral.deleted(id_of(said), triggered)
        case "customers/merge":
            return _merge(said, topic, triggered)
        case "customers/redact":
            return _redaction(_shaped(said, topic, "customer", "orders_to_redact"), triggered)
        case "refunds/create":
            shaped = _shaped(said, topic, "order_id", "transactions", "refund_line_items")
            return _refund_event(shaped)
        case _:
            order, raw = order_of(_shaped(said, topic, *ORDER), rules)
            return neutral.snapshot(order, said.instant("updated_at"), raw)


def _merge(said: Part, topic: str, triggered: datetime | None) -> FactEvent | str:
    kept, removed = (f"admin_graphql_api_customer_{one}_id" for one in ("kept", "deleted"))
    if _shaped(said, topic, kept, removed).text("status") != "completed":
        return "merge_not_completed"
    return neutral.merged(needed_gid(said, kept), needed_gid(said, removed), triggered)


def _redaction(said: Part, triggered: datetime | None) -> FactEvent:
    customer = said.part("customer")
    at = said.at("orders_to_redact")
    ids = [as_id(one, at) for one in said.members("orders_to_redact")]
    whose = customer.id("id") if customer else None
    return neutral.redacted(whose, [one for one in ids if one], triggered)


def _refund_event(said: Part) -> FactEvent | str:
    one = refund_of(said, shop_currency(said))
    at = said.instant("created_at")
    return "no_money" if one is None else neutral.refund(said.needed_id("order_id"), one, at)


def _shaped(said: Part, topic: str, *names: str) -> Part:
    if not said.has(*names):
        raise said.mismatch(topic)
    return said


def _is_test(said: Part, topic: str) -> bool:
    """The sample that Shopify's admin sends is a voided order that is paid."""
    voided = said.get("financial_status") == "voided" and bool(said.get("cancelled_at"))
    return said.get("test") is True or (topic == "orders/paid" and voided)


def _triggered(headers: Headers) -> datetime | None:
    try:
        return as_instant(headers.get("x-shopify-triggered-at"))
    except Unreadable:
        return None
