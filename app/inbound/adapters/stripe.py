"""Stripe: invoices and check-outs, refunds and lost disputes of charges. Page 7, sections 7 to 11.

Nothing is ever closed here: a program that counts closed orders alone maps `paid` to it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from app.inbound.adapters import neutral
from app.inbound.adapters.contract import FactEvent, Headers, Reading, Rules, Unreadable
from app.inbound.adapters.documents import Part
from app.inbound.adapters.signatures import (
    MOST_SIGNATURES,
    instant_of,
    signed_in_hex,
    text_keys,
)
from app.inbound.adapters.stripe_amounts import (
    digits_of,
    lines_of,
    minor,
    needed_minor,
    shipping_of,
    sum_of,
    tax_of,
)
from app.inbound.adapters.values import (
    NOTHING,
    as_currency,
    as_status,
    content_id,
    signed_id,
)

STATUS_MAP: Mapping[str, str] = {
    "draft": "pending",
    "open": "pending",
    "unpaid": "pending",
    "paid": "paid",
    "no_payment_required": "paid",
    "void": "cancelled",
    "uncollectible": "cancelled",
}
KINDS: Mapping[str, str] = {
    "invoice.paid": "invoice",
    "invoice.payment_succeeded": "invoice",
    "invoice.voided": "invoice",
    "invoice.marked_uncollectible": "invoice",
    "checkout.session.completed": "checkout.session",
    "checkout.session.async_payment_succeeded": "checkout.session",
    "charge.refunded": "charge",
    "charge.dispute.closed": "dispute",
}


class Event(NamedTuple):
    """What is common to all of Stripe's events; `about` is the thing it tells of."""

    id: str
    at: datetime | None
    about: Part


def verify(secrets: Sequence[str], headers: Headers, body: bytes) -> bool:
    """Hex HMAC-SHA256 of the instant and the body; the key is the whole text. Never raises."""
    seconds, given = _signature(headers)
    if instant_of(seconds) is None:
        return False
    signed = f"{seconds}.".encode() + body
    keys = text_keys(secrets)
    return True in [signed_in_hex(keys, one, signed) for one in given]


def signed_at(headers: Headers) -> datetime | None:
    """The instant that the signature covers."""
    return instant_of(_signature(headers)[0])


def event_id(_: Headers, body: bytes) -> str:
    """The event's own. Never raises."""
    try:
        return signed_id(Part.of_body(body).text("id") or "", body)
    except Unreadable:
        return content_id("", body)


def read(_: Headers, body: bytes, rules: Rules) -> Reading:
    """The state of an invoice or a check-out, or what a charge gave back. Raises Unreadable."""
    said = Part.of_body(body)
    topic = said.needed_text("type")
    if topic not in KINDS:
        return Reading(ignored="other_topic")
    about = said.needed_part("data").needed_part("object")
    if about.get("object") != KINDS[topic]:
        raise about.mismatch(topic)
    own_id = signed_id(said.text("id") or "", body)
    event = Event(own_id, said.epoch("created"), about)
    found, is_test = _told(event, rules), said.get("livemode") is False
    if isinstance(found, str):
        return Reading(ignored=found, test=is_test)
    return Reading(events=(found,), test=is_test)


def _told(event: Event, rules: Rules) -> FactEvent | str:
    """The event, or why there is none."""
    match event.about.get("object"):
        case "invoice":
            return _invoice(event, rules)
        case "checkout.session":
            return _session(event, rules)
        case "charge":
            return _refund(event, "amount_refunded")
        case _ if event.about.get("status") == "lost":
            return _refund(event, "amount")
        case _:
            return "no_money"


def _invoice(event: Event, rules: Rules) -> FactEvent:
    about, digits = event.about, digits_of(event.about)
    raw = about.needed_text("status")
    total, due = needed_minor(about, "total", digits), minor(about, "amount_due", digits)
    moments = about.part("status_transitions") or Part({})
    order = neutral.Order(
        id=_order_id(about),
        number=about.id("number"),
        status=as_status(raw, rules, about.at("status")),
        customer_id=about.id("customer"),
        currency=as_currency(about.get("currency"), rules, about.at("currency")),
        total=total,
        tax=tax_of(about, digits),
        shipping=shipping_of(about, digits),
        discount=sum_of(about, "total_discount_amounts", digits),
        other_tender=None if due is None else max(total - due, NOTHING),
        placed_at=about.epoch("created"),
        paid_at=moments.epoch("paid_at"),
        cancelled_at=moments.epoch("voided_at"),
        refunds_complete=False,
        refunds=[],
        lines=lines_of(about, digits),
    )
    return neutral.snapshot(order, event.at, raw, event_id=event.id)


def _session(event: Event, rules: Rules) -> FactEvent | str:
    about, digits = event.about, digits_of(event.about)
    if about.get("mode") != "payment" or about.get("invoice") is not None:
        return "told_by_invoice"
    raw = about.needed_text("payment_status")
    details = about.part("total_details") or Part({})
    order = neutral.Order(
        id=_order_id(about),
        status=as_status(raw, rules, about.at("payment_status")),
        customer_id=about.id("customer"),
        currency=as_currency(about.get("currency"), rules, about.at("currency")),
        total=needed_minor(about, "amount_total", digits),
        tax=minor(details, "amount_tax", digits),
        shipping=minor(details, "amount_shipping", digits),
        discount=minor(details, "amount_discount", digits),
        other_tender=NOTHING,
        placed_at=about.epoch("created"),
        paid_at=None if raw == "unpaid" else event.at,
        refunds_complete=False,
        refunds=[],
    )
    return neutral.snapshot(order, event.at, raw, event_id=event.id)


def _refund(event: Event, name: str) -> FactEvent | str:
    """A running sum has the charge's id, a lost dispute its own."""
    about = event.about
    amount = needed_minor(about, name, digits_of(about))
    if not amount:
        return "no_money"
    one = neutral.Refund(id=about.needed_id("id"), amount=amount, at=event.at)
    return neutral.refund(_order_id(about), one, event.at, event.id)


def _order_id(about: Part) -> str:
    """The shop's own word first; else what an invoice, a check-out and a charge share."""
    metadata = about.part("metadata")
    named = metadata.id("order_id") if metadata else None
    shared = () if about.get("object") == "invoice" else ("invoice", "payment_intent", "charge")
    found = (about.id(one) for one in shared)
    return named or next((one for one in found if one), None) or about.needed_id("id")


def _signature(headers: Headers) -> tuple[str, list[str]]:
    """The instant and every `v1`; a header with two instants has none."""
    parts = [one.partition("=") for one in headers.get("stripe-signature", "").split(",")]
    seconds = [value for name, _, value in parts if name.strip() == "t"]
    given = [value for name, _, value in parts if name.strip() == "v1"]
    return (seconds[0] if len(seconds) == 1 else ""), given[:MOST_SIGNATURES]
