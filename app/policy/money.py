"""Money: integers in minor units inside, decimals only on the way in. Semantics 3."""

from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

# Wide enough that no product or quotient of amounts is rounded before its one rounding.
_EXACT = Context(prec=120, rounding=ROUND_HALF_EVEN)


def to_minor(amount: Decimal, exponent: int) -> int:
    """The amount in minor units, half-even. `exponent`: decimals of the currency (ISO 4217)."""
    scaled = _EXACT.scaleb(amount, exponent)
    return int(scaled.to_integral_value(ROUND_HALF_EVEN))


def to_major(minor: int, exponent: int) -> str:
    """Plain digits with exactly `exponent` decimals."""
    sign = "-" if minor < 0 else ""
    digits = str(abs(minor)).rjust(exponent + 1, "0")
    if exponent == 0:
        return sign + digits
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"


def convert(amount: Decimal, rate: Decimal, exponent: int) -> int:
    """The amount times the rate in minor units of the currency that has `exponent` decimals."""
    return to_minor(times(amount, rate), exponent)


def times(amount: Decimal, factor: Decimal) -> Decimal:
    """The product, not rounded."""
    return _EXACT.multiply(amount, factor)


def counted(basis: Decimal, total: Decimal, refunded: Decimal) -> Decimal:
    """The net amount that counts, not yet rounded: basis x (total - refunded) / total.

    Never below 0; more refunded than the total counts as all of it.
    """
    if basis <= 0 or total <= 0 or refunded >= total:
        return Decimal(0)
    if refunded <= 0:
        return basis
    left = _EXACT.subtract(total, refunded)
    return _EXACT.divide(_EXACT.multiply(basis, left), total)


def wholly_refunded(total: Decimal, refunded: Decimal) -> bool:
    """Such an order leaves the order count. An order of zero is no refund."""
    return 0 < total <= refunded


def earned_points(minor: int, per_unit: Decimal, exponent: int) -> int:
    """The points of a counted amount: whole ones only. Semantics 11."""
    if not minor or not per_unit:
        return 0
    amount = _EXACT.scaleb(Decimal(minor), -exponent)
    return _whole(amount, per_unit)


def bonus_points(earned: int, multiplier: Decimal) -> int:
    """What a multiplier adds to earned points: whole ones only. Semantics 11."""
    return _whole(Decimal(earned), multiplier) - earned


def _whole(amount: Decimal, factor: Decimal) -> int:
    return int(_EXACT.multiply(amount, factor).to_integral_value(ROUND_FLOOR))
