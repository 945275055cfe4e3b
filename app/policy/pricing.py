"""What the levels held take off the lines of a cart. Semantics 10."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.policy.money import times, to_minor

CATEGORY = "category:"


class LostBecause(StrEnum):
    """Why a discount that fits a line does not apply to it."""

    smaller_discount = "smaller_discount"
    tier_before_stage = "tier_before_stage"
    higher_position = "higher_position"
    key_order = "key_order"


@dataclass(frozen=True, slots=True)
class Line:
    """`unit_price` in major units; it and the quantity may have any decimals, none below 0."""

    product: str
    quantity: Decimal
    unit_price: Decimal
    categories: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """What a scope may call it: its product's id, and `category:` with a category's."""
        return frozenset({self.product, *(CATEGORY + one for one in self.categories)})


@dataclass(frozen=True, slots=True)
class Discount:
    """What a level takes off. `percent`: 0 to 100; `scope`: names of lines, empty = all."""

    ladder: str
    key: str
    position: int
    percent: Decimal
    of_tier: bool
    scope: frozenset[str] = frozenset()

    @property
    def rank(self) -> tuple[Decimal, bool, int, str]:
        """The best first; of equal ones the tier's, then the higher position's, then by key."""
        return (-self.percent, not self.of_tier, -self.position, self.key)

    def fits(self, names: frozenset[str]) -> bool:
        return not self.scope or not self.scope.isdisjoint(names)


class Lost(NamedTuple):
    """A discount that fits the line, and why another applies."""

    discount: Discount
    because: LostBecause


class Priced(NamedTuple):
    """A line in minor units. `amount`: before the discount; `lost`: the best first."""

    amount: int
    off: int
    by: Discount | None
    lost: tuple[Lost, ...]

    @property
    def total(self) -> int:
        return self.amount - self.off


class Bill(NamedTuple):
    """A cart in minor units, its lines in the order given."""

    lines: tuple[Priced, ...]

    @property
    def off(self) -> int:
        return sum(one.off for one in self.lines)

    @property
    def total(self) -> int:
        return sum(one.total for one in self.lines)


def bill(lines: Iterable[Line], discounts: Collection[Discount], exponent: int) -> Bill:
    """Each line by itself: no line's discount depends on another line."""
    return Bill(tuple(price(line, discounts, exponent) for line in lines))


def price(line: Line, discounts: Iterable[Discount], exponent: int) -> Priced:
    """The line under the best single discount that fits it; one of 0 % is none.

    Amount and discount are each rounded once, half-even, from the exact product of price and
    quantity. `exponent`: decimals of the currency.
    """
    names, gross = line.names, times(line.unit_price, line.quantity)
    amount = to_minor(gross, exponent)
    fitting = sorted(
        (one for one in discounts if one.percent and one.fits(names)), key=lambda one: one.rank
    )
    if not fitting:
        return Priced(amount, 0, None, ())
    best, *others = fitting
    off = to_minor(times(gross, best.percent.scaleb(-2)), exponent)
    return Priced(amount, off, best, tuple(Lost(one, _why(one, best)) for one in others))


def _why(lost: Discount, best: Discount) -> LostBecause:
    if lost.percent != best.percent:
        return LostBecause.smaller_discount
    if lost.of_tier != best.of_tier:
        return LostBecause.tier_before_stage
    if lost.position != best.position:
        return LostBecause.higher_position
    return LostBecause.key_order
