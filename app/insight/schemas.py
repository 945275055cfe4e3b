"""What analytics tell: who stands where, who moved, who falls off, what a level costs."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from app.kit.schemas import Schema
from app.policy.standing import Direction, Occasion

LevelKey = Annotated[
    str | None, Field(description="A level's key; null is no level.", examples=["gold"])
]
Number = Annotated[int, Field(examples=[120])]


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
