"""BigCommerce: thin notifications, and the documents of its API. Page 7, sections 7 to 11."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.inbound.adapters.contract import Headers, Reading, Rules
from app.inbound.adapters.documents import Part
from app.inbound.adapters.neutral import Order, Refund, fetched
from app.inbound.adapters.signatures import signed_by_standard, standard_id, standard_signed_at
from app.inbound.adapters.values import NOTHING, as_currency, as_status, signed_id

STATUS_MAP: Mapping[str, str] = {
    **dict.fromkeys(("0", "1", "7", "12", "13"), "pending"),
    **dict.fromkeys(("2", "3", "8", "9", "11", "14"), "paid"),
    "10": "closed",
    **dict.fromkeys(("4", "5", "6"), "cancelled"),
}
SCOPE = re.compile(
    r"store/(?:channel/[0-9]+/)?order/"
    r"(?:created|updated|archived|statusUpdated|refund/created|transaction/created)"
)
DOCUMENT, REFUNDS = "order", "refunds"


def verify(secrets: Sequence[str], headers: Headers, body: bytes) -> bool:
    """Standard Webhooks 1.0; the key is the client secret as it is written. Never raises."""
    return signed_by_standard(secrets, headers, body, _raw_key)


def signed_at(headers: Headers) -> datetime | None:
    """The instant that the signature covers."""
    return standard_signed_at(headers)


def event_id(headers: Headers, body: bytes) -> str:
    """The signed message id. Never raises."""
    return signed_id(standard_id(headers), body)


def read(_: Headers, body: bytes, _rules: Rules) -> Reading:
    """Which order to fetch. Raises Unreadable."""
    said = Part.of_body(body)
    scope = said.needed_text("scope")
    if not SCOPE.fullmatch(scope):
        return Reading(ignored="other_topic")
    about = said.needed_part("data")
    order_id = about.id("order_id")
    if order_id is None and about.get("type") != "order":
        raise about.mismatch(scope)
    return Reading(fetch=(order_id or about.needed_id("id"),))


def read_documents(order_id: str, documents: Mapping[str, Any], rules: Rules) -> Reading:
    """`order`: GET /v2/orders/{id}; `refunds`: GET /v3/orders/{id}/payment_actions/refunds.

    Without `refunds` they are not complete. Raises Unreadable.
    """
    order = Part.of(documents.get(DOCUMENT), f"/{DOCUMENT}")
    if order.id("id") != order_id:
        raise order.mismatch(DOCUMENT)
    has_refunds = documents.get(REFUNDS) is not None
    answer = Part.of(documents[REFUNDS], f"/{REFUNDS}") if has_refunds else Part({})
    refunds = [_refund(one, order_id) for one in answer.parts("data")]
    raw = _status_id(order)
    credit, card = order.money("store_credit_amount"), order.money("gift_certificate_amount")
    off, coupon = order.money("discount_amount"), order.money("coupon_discount")
    said = Order(
        id=order_id,
        number=order_id,
        status=as_status(raw, rules, order.at("status_id")),
        customer_id=order.id("customer_id"),
        currency=as_currency(
            order.get("default_currency_code"), rules, order.at("default_currency_code")
        ),
        total=order.needed_money("total_inc_tax"),
        tax=order.money("total_tax"),
        shipping=order.money("shipping_cost_inc_tax"),
        discount=None if off is None and coupon is None else (off or NOTHING) + (coupon or NOTHING),
        other_tender=None if credit is None or card is None else credit + card,
        placed_at=order.mail_date("date_created"),
        refunds_complete=has_refunds,
        refunds=[one for one in refunds if one["amount"]],
    )
    return Reading(events=(fetched(said, order.mail_date("date_modified"), raw),))


def _status_id(order: Part) -> str:
    """A number, of which 0 is one that means something."""
    value = order.get("status_id")
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else order.needed_id("status_id")


def _refund(refund: Part, order_id: str) -> Refund:
    """Only payments that were not declined moved money."""
    if refund.get("order_id") is not None and refund.id("order_id") != order_id:
        raise refund.mismatch(REFUNDS)
    moved = [one for one in refund.parts("payments") if one.get("is_declined") is not True]
    amount = sum((one.needed_money("amount") for one in moved), NOTHING)
    return Refund(id=refund.needed_id("id"), amount=amount, at=refund.instant("created"))


def _raw_key(secret: str) -> bytes:
    return secret.encode(errors="replace")
