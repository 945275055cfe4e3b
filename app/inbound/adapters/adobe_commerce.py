"""Adobe Commerce (Magento) through Adobe I/O Events: the order in `event.data.value`.

One object mixes numbers and texts; instants are UTC without a mark. Page 7, sections 7 to 9.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from app.inbound.adapters.contract import Headers, Reading, Rules, Unreadable
from app.inbound.adapters.documents import Part
from app.inbound.adapters.neutral import Line, Order, Refund, line, snapshot
from app.inbound.adapters.signatures import from_base64
from app.inbound.adapters.values import NOTHING, as_currency, as_status, content_id, signed_id

STATUS_MAP: Mapping[str, str] = {
    "new/*": "pending",
    "pending_payment/*": "pending",
    "payment_review/*": "pending",
    "holded/*": "pending",
    "processing/*": "paid",
    "complete/*": "closed",
    "closed/*": "cancelled",
    "canceled/*": "cancelled",
}

TOPIC, SIGNATURE = "x-adobe-event-code", "x-adobe-digital-signature-"
ORDER_SAVED = "observer.sales_order_save_commit_after"
ORDER_FIELDS = ("entity_id", "state", "status", "grand_total", "order_currency_code")
OF_ANOTHER = "order_id"  # invoices, shipments and credit memos name their order
UTC = ZoneInfo("UTC")


def verify(secrets: Sequence[str], headers: Headers, body: bytes) -> bool:
    """RSA-SHA256, either of two signatures, by a key that the source holds: none is ever loaded."""
    given = [from_base64(headers.get(f"{SIGNATURE}{place}", "")) for place in (1, 2)]
    keys = [key for key in map(_public_key, secrets) if key is not None]
    return any(_signed(key, one, body) for key in keys for one in given if one)


def signed_at(_: Headers) -> datetime | None:
    """No timestamp is signed."""
    return None


def event_id(_headers: Headers, body: bytes) -> str:
    """The event's own, inside what is signed; else the content's."""
    try:
        told = Part.of_body(body).id("event_id")
    except Unreadable:
        told = None
    return signed_id(told, body) if told else content_id("", body)


def read(headers: Headers, body: bytes, rules: Rules) -> Reading:
    """An order's state; invoices and credit memos are told by their order. Raises Unreadable."""
    whole = Part.of_body(body)
    topic = headers.get(TOPIC, "")
    if topic and not topic.endswith(ORDER_SAVED):
        return Reading(ignored="other_topic")
    order = whole.needed_part("event").needed_part("data").needed_part("value")
    if not order.has(*ORDER_FIELDS) or order.has(OF_ANOTHER):
        raise order.mismatch(topic)
    raw = f"{order.needed_text('state')}/{order.needed_text('status')}"
    return Reading((snapshot(_order(order, raw, rules), order.instant("updated_at", UTC), raw),))


def _order(order: Part, raw: str, rules: Rules) -> Order:
    credit = _sum(order.money("gift_cards_amount"), order.money("customer_balance_amount"))
    discount = order.amount("discount_amount")
    return {
        "id": order.needed_id("entity_id"),
        "number": order.id("increment_id"),
        "status": as_status(raw, rules, order.at("state")),
        "customer_id": order.id("customer_id"),
        "currency": as_currency(order.get("order_currency_code"), rules),
        "total": order.needed_money("grand_total") + credit,
        "tax": order.money("tax_amount"),
        "shipping": order.money("shipping_incl_tax"),
        "discount": None if discount is None else abs(discount),
        "other_tender": credit,
        "placed_at": order.instant("created_at", UTC),
        "refunds_complete": True,
        "refunds": _refunds(order),
        "lines": [_line(one) for one in order.parts("items") if one.id("parent_item_id") is None],
    }


def _refunds(order: Part) -> list[Refund]:
    """A running sum."""
    refunded = order.money("total_refunded")
    return [{"id": "total", "amount": refunded, "at": None}] if refunded else []


def _line(item: Part) -> Line:
    return line(
        item.needed_id("item_id"),
        item.id("product_id"),
        item.amount("qty_ordered"),
        item.amount("row_total_incl_tax"),
    )


def _sum(*told: Decimal | None) -> Decimal:
    return sum((amount for amount in told if amount is not None), NOTHING)


def _public_key(secret: str) -> RSAPublicKey | None:
    try:
        key = load_pem_public_key(secret.encode(errors="replace"))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, RSAPublicKey) else None


def _signed(key: RSAPublicKey, signature: bytes, body: bytes) -> bool:
    try:
        key.verify(signature, body, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
