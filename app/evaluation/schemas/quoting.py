"""A cart, and what the levels held take off it. Page 4, "People"."""

from typing import Annotated

from pydantic import ConfigDict, Field

from app.evaluation.schemas.answers import Shown
from app.kit.schemas import CurrencyCode, Id, Money, Schema
from app.policy.pricing import LostBecause

MOST_LINES = 500
MOST_CATEGORIES = 100

Quantity = Annotated[
    str,
    Field(
        pattern=r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$",
        examples=["2"],
        description="A decimal string, not negative.",
    ),
]
Percentage = Annotated[str, Field(description="With two decimals; 0.00 for none.")]
Amount = Annotated[str, Field(description="In the program's currency, to its minor unit.")]


class QuoteLineIn(Schema):
    """`unit_price` in the program's currency."""

    product_id: Id
    category_ids: Annotated[tuple[Id, ...], Field(max_length=MOST_CATEGORIES)] = ()
    quantity: Quantity
    unit_price: Money


class QuoteIn(Schema):
    """A cart, in the order in which it is answered."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"lines": [{"product_id": "p1", "quantity": "2", "unit_price": "30.00"}]},
            ]
        }
    )

    lines: Annotated[tuple[QuoteLineIn, ...], Field(max_length=MOST_LINES)]


class GiverOut(Schema):
    """The level whose discount applies."""

    ladder: str
    key: Shown


class LoserOut(GiverOut):
    """A level whose discount fits the line too, and why it does not apply."""

    discount_percent: Percentage
    because: LostBecause


class QuoteLineOut(Schema):
    """`total`: what is left after the discount. `by` null: none fits; `lost`: the best first."""

    quantity: str
    unit_price: str
    discount_percent: Percentage
    discount_amount: Amount
    total: Amount
    by: GiverOut | None
    lost: tuple[LoserOut, ...]


class QuoteOut(Schema):
    """The lines in the order asked, and their sums."""

    lines: tuple[QuoteLineOut, ...]
    total: Amount
    discount_total: Amount
    currency: CurrencyCode
