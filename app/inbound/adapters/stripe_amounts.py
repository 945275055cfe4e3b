"""Amounts as Stripe has them: integers in the smallest unit, by Stripe's own list of decimals."""

from collections.abc import Mapping
from decimal import Decimal

from app.inbound.adapters.contract import Reason, Unreadable
from app.inbound.adapters.documents import Part
from app.inbound.adapters.neutral import Line, line
from app.inbound.adapters.values import NOTHING, as_amount

WITHOUT_DECIMALS = (
    *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"),
    *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
)
DECIMALS: Mapping[str, int] = {  # Stripe's own list, where it is not two
    **dict.fromkeys(WITHOUT_DECIMALS, 0),
    **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 3),
}


def tax_of(invoice: Part, digits: int) -> Decimal | None:
    """All tax of an invoice; newer versions list it by kind."""
    told = minor(invoice, "tax", digits)
    sums = (sum_of(invoice, name, digits) for name in ("total_taxes", "total_tax_amounts"))
    return told if told is not None else next((one for one in sums if one is not None), None)


def shipping_of(invoice: Part, digits: int) -> Decimal | None:
    """With its tax; a field that is there and null is no shipping."""
    cost = invoice.part("shipping_cost")
    if cost is not None:
        return minor(cost, "amount_total", digits)
    return NOTHING if invoice.has("shipping_cost") else None


def lines_of(invoice: Part, digits: int) -> list[Line]:
    """The lines that came along; a long invoice has more."""
    lines = invoice.part("lines")
    return [_line(one, digits) for one in lines.parts("data")] if lines else []


def _line(item: Part, digits: int) -> Line:
    price, pricing, plan = (item.part(one) for one in ("price", "pricing", "plan"))
    named = price or (pricing and pricing.part("price_details")) or plan
    product = named.id("product") if named else None
    total = minor(item, "amount", digits)
    return line(item.needed_id("id"), product, item.amount("quantity"), total)


def sum_of(of: Part, name: str, digits: int) -> Decimal | None:
    """Of the amounts in a list; None where the list is not told."""
    if of.get(name) is None:
        return None
    return sum((needed_minor(one, "amount", digits) for one in of.parts(name)), NOTHING)


def digits_of(about: Part) -> int:
    """How many decimals its currency has."""
    return DECIMALS.get((about.text("currency") or "").upper(), 2)


def minor(of: Part, name: str, digits: int) -> Decimal | None:
    """An amount in the smallest unit."""
    value = of.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise Unreadable(Reason.bad_amount, of.at(name))
    return None if value is None else as_amount(Decimal(value).scaleb(-digits), of.at(name))


def needed_minor(of: Part, name: str, digits: int) -> Decimal:
    """An amount in the smallest unit. Raises Unreadable where it is absent."""
    amount = minor(of, name, digits)
    if amount is None:
        raise Unreadable(Reason.missing_field, of.at(name))
    return amount
