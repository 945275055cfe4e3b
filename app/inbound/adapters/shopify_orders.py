"""Orders and refunds as Shopify's REST documents and webhooks have them. Page 7, section 9."""

import re
from datetime import datetime
from decimal import Decimal

from app.inbound.adapters.contract import Reason, Rules, Unreadable
from app.inbound.adapters.documents import Part
from app.inbound.adapters.neutral import Line, Order, Refund, line
from app.inbound.adapters.values import NOTHING, as_currency, as_status

UNDONE = frozenset({"cancelled", "error", "failure"})
GID = re.compile(r"gid://shopify/[A-Za-z]+/([0-9]{1,20})(?:\?.*)?")


def order_of(order: Part, rules: Rules) -> tuple[Order, str]:
    """The order and its raw status."""
    raw = _raw_status(order)
    customer, company = order.part("customer"), order.part("company")
    by_card = "gift_card" in order.members("payment_gateway_names")
    refunds = [refund_of(one, order.text("currency")) for one in order.parts("refunds")]
    said = Order(
        id=id_of(order),
        number=order.id("name"),
        status=as_status(raw, rules, order.at("financial_status")),
        customer_id=(gid(customer) or customer.id("id")) if customer else None,
        organization_id=company.id("id") if company else None,
        currency=as_currency(order.get("currency"), rules, order.at("currency")),
        total=order.needed_money("total_price"),
        tax=order.money("total_tax"),
        shipping=_shipping(order),
        discount=order.money("total_discounts"),
        other_tender=None if by_card else NOTHING,
        placed_at=order.instant("processed_at") or order.instant("created_at"),
        closed_at=_closed_at(order),
        cancelled_at=order.instant("cancelled_at"),
        refunds_complete=order.get("refunds") is not None,
        refunds=[one for one in refunds if one],
        lines=[_line(one) for one in order.parts("line_items")],
    )
    return said, raw


def refund_of(refund: Part, currency: str | None) -> Refund | None:
    """None where no money moved. `currency`: the order's; amounts in another are not added."""
    moved = [
        one
        for one in refund.parts("transactions")
        if one.get("kind") == "refund" and one.get("status") == "success"
    ]
    others = {one.text("currency") for one in moved} - {None, currency}
    if others and currency is None:
        raise Unreadable(Reason.unknown_currency, refund.at("transactions"))
    sums = [one.needed_money("amount") for one in moved]
    amount = _of_parts(refund) if others else sum(sums, NOTHING)
    if not amount:
        return None
    at = refund.instant("processed_at") or refund.instant("created_at")
    return Refund(id=id_of(refund), amount=amount, at=at)


def shop_currency(refund: Part) -> str | None:
    """The order's currency, which a refund that comes alone does not name."""
    lines, adjustments = refund.parts("refund_line_items"), refund.parts("order_adjustments")
    sets = [refund.part("total_duties_set")]
    sets += [one.part("subtotal_set") for one in lines]
    sets += [one.part("amount_set") for one in adjustments]
    money = [shop for one in sets if one and (shop := one.part("shop_money"))]
    return next((code for one in money if (code := one.text("currency_code"))), None)


def id_of(of: Part) -> str:
    """The tail of the graph id, else the number."""
    return gid(of) or of.needed_id("id")


def gid(of: Part, name: str = "admin_graphql_api_id") -> str | None:
    """The tail of a graph id: a relay may have rounded the number beside it."""
    found = GID.fullmatch(of.text(name) or "")
    return found[1] if found else None


def needed_gid(of: Part, name: str) -> str:
    """The tail of a graph id that has no number beside it."""
    found = gid(of, name)
    if found is None:
        raise Unreadable(Reason.missing_field, of.at(name))
    return found


def _raw_status(order: Part) -> str:
    financial = order.text("financial_status") or "none"
    if order.get("cancelled_at"):
        return f"cancelled/{financial}"
    return f"{financial}/{order.text('fulfillment_status') or 'unfulfilled'}"


def _closed_at(order: Part) -> datetime | None:
    if order.get("fulfillment_status") != "fulfilled":
        return None
    done = [one for one in order.parts("fulfillments") if one.text("status") not in UNDONE]
    return max((at for one in done if (at := one.instant("created_at"))), default=None)


def _shipping(order: Part) -> Decimal | None:
    price = _shop_money(order, "total_shipping_price_set")
    if price is None or order.get("taxes_included") is True:
        return price
    taxes = [tax for one in order.parts("shipping_lines") for tax in one.parts("tax_lines")]
    return price + sum((tax.money("price") or NOTHING for tax in taxes), NOTHING)


def _of_parts(refund: Part) -> Decimal:
    """In the shop's currency: lines and their tax, less adjustments, which are below zero."""
    lines, adjustments = refund.parts("refund_line_items"), refund.parts("order_adjustments")
    given = [(one, name) for one in lines for name in ("subtotal_set", "total_tax_set")]
    taken = [(one, name) for one in adjustments for name in ("amount_set", "tax_amount_set")]
    added = sum((_shop_money(*one) or NOTHING for one in given), NOTHING)
    return added - sum((_shop_money(*one) or NOTHING for one in taken), NOTHING)


def _shop_money(of: Part, name: str) -> Decimal | None:
    both = of.part(name)
    shop = both.part("shop_money") if both else None
    return shop.amount("amount") if shop else None


def _line(item: Part) -> Line:
    price, quantity = item.amount("price"), item.amount("quantity")
    discounts = item.parts("discount_allocations")
    off = sum((one.amount("amount") or NOTHING for one in discounts), NOTHING)
    total = None if price is None or quantity is None else price * quantity - off
    return line(id_of(item), item.id("product_id"), quantity, total)
