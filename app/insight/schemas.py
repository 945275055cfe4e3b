"""What analytics tell: who stands where, who moved, who falls off, what a level costs."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from app.kit.schemas import Key, Schema
from app.policy.standing import Direction, Occasion

LevelKey = Annotated[
    str | None, Field(description="A level's key; null is no level.", examples=["gold"])
]
Number = Annotated[int, Field(examples=[120])]


Amount = Annotated[
    str | int, Field(description="A decimal string of money, else a number.", examples=["1250.00"])
]


def _share(given: Any) -> Any:
    """A JSON number stands for the same share."""
    return repr(given) if type(given) in {int, float} else given


Share = Annotated[
    str,
    Field(
        pattern=r"^(0\.[0-9]{1,6}|1(\.0{1,6})?)$",
        examples=["0.05"],
        description="A part of all members, from 0 to 1; may come as a JSON number.",
    ),
    BeforeValidator(_share),
]


class LevelShare(Schema):
    """`position` is null for a level that is not in force any more."""

    key: str
    name: str
    position: int | None
    members: Number


class LadderShares(Schema):
    """`none`: members on no level of it; `levels` lowest first."""

    ladder: str
    none: Number
    levels: tuple[LevelShare, ...]


class Distribution(Schema):
    """`members`: known by that date and still there, without sleeping representatives.

    Members that were merged away or erased since are counted on the level they held then, and
    not among `members`.
    """

    as_of: date
    members: Number
    ladders: tuple[LadderShares, ...]


class Spanned(Schema):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class OccasionMoves(Schema):
    occasion: Occasion
    moves: Number


class LevelMoves(Spanned):
    """How often members moved from one level to another; null is no level."""

    from_: LevelKey = Field(alias="from")
    to: LevelKey
    direction: Direction
    moves: Number
    by_occasion: tuple[OccasionMoves, ...]


class LadderMovement(Schema):
    ladder: str
    up: Number
    down: Number
    moves: tuple[LevelMoves, ...]


class Movement(Spanned):
    """Every move as of the days of the span, both included; one member may move often."""

    from_: date = Field(alias="from")
    to: date
    ladders: tuple[LadderMovement, ...]


class SuggestIn(Schema):
    """`target`: level → the part of all members that shall stand on it and not above."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"target": {"silver": "0.15", "gold": "0.05"}}]}
    )

    target: Annotated[dict[Key, Share], Field(min_length=1, max_length=64)]
    metric: Literal["spend", "orders", "largest_order", "points"] = "spend"
    ladder: Annotated[Key, Field(description='"tiers", or the name of a track.')] = "tiers"


class SuggestedLevel(Schema):
    """`members` reach `at_least` and no higher suggestion; `tied` have exactly that much.

    `share` is their part of all members, `off_by` what it is above the target. At 0 everybody
    is on the level: it needs no criterion.
    """

    key: str
    name: str
    target: str
    at_least: Amount
    members: Number
    share: Annotated[str, Field(examples=["0.050012"])]
    off_by: Annotated[str, Field(examples=["0.000012"])]
    tied: Number


class Suggestion(Spanned):
    """What to ask of each level, lowest first, by what counts in the days of the window."""

    ladder: str
    metric: str
    from_: date = Field(alias="from")
    to: date
    members: Number
    levels: tuple[SuggestedLevel, ...]


class FallsOnDay(Spanned):
    """How many fall on one day from a level of a ladder to another; null is no level."""

    on: date
    ladder: str
    from_: LevelKey = Field(alias="from")
    to: LevelKey
    members: Number


class FallingMember(Spanned):
    kind: Literal["customer", "organization", "contract"]
    id: str
    ladder: str
    from_: LevelKey = Field(alias="from")
    to: LevelKey
    on: date


class AtRisk(Schema):
    """Who is lowered by which scheduled check through a day, if nothing more is bought.

    `days` and `items` are in order of days. `untold`: holders whom only a forecast of their own
    can tell, beyond the first 2,000 of each ladder; they are not counted.
    """

    as_of: date
    through: date
    untold: Number
    days: tuple[FallsOnDay, ...]
    items: tuple[FallingMember, ...]
    next: str | None


class LevelEconomics(Schema):
    """What was bought by who held this level when the day began; null is no level.

    `stated_discount`: what the orders themselves tell, all discounts together; those of
    `foreign_orders`, in other currencies, are left out. `benefit_cost`: the level's discount of
    today on all of `spend`, an upper bound where it is for some products only; `share` of spend.
    """

    key: LevelKey
    members: Number
    orders: Number
    spend: Annotated[str, Field(examples=["1250.00"])]
    stated_discount: Annotated[str, Field(examples=["80.00"])]
    foreign_orders: Number
    discount_percent: Annotated[str, Field(examples=["7.00"])]
    benefit_cost: Annotated[str, Field(examples=["87.50"])]
    share: Annotated[str, Field(examples=["0.070000"])]


class LadderEconomics(Schema):
    """Levels of which something was bought: none first, then lowest first."""

    ladder: str
    levels: tuple[LevelEconomics, ...]


class Economics(Spanned):
    """Amounts are in `currency`; both days are included."""

    from_: date = Field(alias="from")
    to: date
    currency: str
    ladders: tuple[LadderEconomics, ...]
