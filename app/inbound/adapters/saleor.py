"""Saleor: the answer of the subscription query that page 7 section 11 ships."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from app.inbound.adapters.contract import Headers, Reading, Reason, Rules, Unreadable
from app.inbound.adapters.documents import Part
from app.inbound.adapters.jws import signed_by_jws
from app.inbound.adapters.neutral import Line, Order, Refund, line, snapshot
from app.inbound.adapters.signatures import signed_in_hex, text_keys
from app.inbound.adapters.values import NOTHING, as_currency, as_money, as_status, content_id

STATUS_MAP: Mapping[str, str] = {
    "CANCELED/*": "cancelled",
    "EXPIRED/*": "cancelled",
    "DRAFT/*": "pending",
    "UNCONFIRMED/*": "pending",
    "FULFILLED/FULL": "closed",
    "FULFILLED/OVERCHARGED": "closed",
    "*/FULL": "paid",
    "*/OVERCHARGED": "paid",
    "*/PARTIAL": "pending",
    "*/NONE": "pending",
}
SNAPSHOTS = frozenset(
    f"order_{one}"
    for one in (
        *("created", "confirmed", "paid", "fully_paid", "updated"),
        *("refunded", "fully_refunded", "cancelled", "fulfilled", "expired"),
    )
)
MOST_DIGITS = 6


def verify(secrets: Sequence[str], headers: Headers, body: bytes) -> bool:
    """A detached JWS by a key of the instance's JWKS; else hex HMAC-SHA256. Never raises.

    A JWKS is public: it never serves as the key of an HMAC.
    """
    given = _header(headers, "signature")
    published = [one for one in secrets if one.lstrip().startswith("{")]
    plain = [one for one in secrets if one not in published]
    by_jws = [signed_by_jws(one, given, body) for one in published]
    return True in [*by_jws, signed_in_hex(text_keys(plain), given, body)]


def signed_at(_: Headers) -> datetime | None:
    """No instant is signed."""
    return None


def event_id(headers: Headers, body: bytes) -> str:
    """Of the content. Never raises."""
    return content_id(_header(headers, "event"), body)


def read(headers: Headers, body: bytes, rules: Rules) -> Reading:
    """The order's state. Raises Unreadable."""
    topic = _header(headers, "event")
    if topic not in SNAPSHOTS:
        return Reading(ignored="other_topic")
    said = Part.of_body(body)
    order = said.part("order")
    if order is None or not order.has("id", "status", "chargeStatus"):
        raise said.mismatch(topic)
    raw = f"{order.needed_text('status')}/{order.needed_text('chargeStatus')}"
    occurred_at = order.instant("updatedAt") or said.instant("issuedAt")
    return Reading(events=(snapshot(_order(order, raw, rules), occurred_at, raw),))


def _order(order: Part, raw: str, rules: Rules) -> Order:
    user, total = order.part("user"), order.needed_part("total")
    gross = total.needed_part("gross")
    refunded = _money(order.part("totalRefunded")) or NOTHING
    discounts = [_money(one.part("amount")) or NOTHING for one in order.parts("discounts")]
    return Order(
        id=order.needed_id("id"),
        number=order.id("number"),
        status=as_status(raw, rules, order.at("status")),
        customer_id=user.id("id") if user else None,
        currency=as_currency(gross.get("currency"), rules, gross.at("currency")),
        total=_money(gross) or NOTHING,
        tax=_money(total.part("tax")),
        shipping=_gross(order.part("shippingPrice")),
        discount=None if order.get("discounts") is None else sum(discounts, NOTHING),
        placed_at=order.instant("created"),
        refunds_complete=order.get("totalRefunded") is not None,
        refunds=[Refund(id="total", amount=refunded, at=None)] if refunded else [],
        lines=[_line(one) for one in order.parts("lines")],
    )


def _line(item: Part) -> Line:
    variant = item.part("variant")
    product = variant.part("product") if variant else None
    category = product.part("category") if product else None
    return line(
        item.needed_id("id"),
        product.id("id") if product else None,
        item.amount("quantity"),
        _gross(item.part("totalPrice")),
        [category.needed_id("id")] if category else [],
    )


def _gross(price: Part | None) -> Decimal | None:
    return _money(price.part("gross")) if price else None


def _money(said: Part | None) -> Decimal | None:
    """Asked for as integers: `amount` is a float there."""
    if said is None:
        return None
    units, digits = said.get("fractionalAmount"), said.get("fractionDigits")
    if units is None or digits is None:
        name = "fractionalAmount" if units is None else "fractionDigits"
        raise Unreadable(Reason.missing_field, said.at(name))
    if not _is_count(units) or not _is_count(digits) or digits > MOST_DIGITS:
        raise Unreadable(Reason.bad_amount, said.at("fractionalAmount"))
    return as_money(Decimal(units).scaleb(-digits), said.at("fractionalAmount"))


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _header(headers: Headers, name: str) -> str:
    """Older versions write `x-` before it."""
    return headers.get(f"saleor-{name}", headers.get(f"x-saleor-{name}", ""))
