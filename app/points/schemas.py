"""The ledger of points as it is told, and what a person may write into it."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.kit.schemas import Reason, Schema
from app.points.listed import Listed

MOST = 1_000_000_000_000
NOT_ABOVE_ZERO = PydanticCustomError("not_above_zero", "Redeem a number above zero.")
NOTHING = PydanticCustomError("changes_nothing", "Adjust by a number other than zero.")

Points = Annotated[int, Field(ge=-MOST, le=MOST, examples=[100])]
Kind = Literal["earned", "bonus", "adjusted", "redeemed"]


class PointsIn(Schema):
    """Points that are added or taken (`adjusted`), or spent (`redeemed`, above zero)."""

    kind: Literal["adjusted", "redeemed"]
    points: Points
    reason: Reason

    @model_validator(mode="after")
    def changes_something(self) -> Self:
        """The sign of what is redeemed is not the sender's business."""
        if self.kind == "redeemed" and self.points <= 0:
            raise NOT_ABOVE_ZERO
        if not self.points:
            raise NOTHING
        return self

    @property
    def added(self) -> int:
        """What it adds to the balance."""
        return -self.points if self.kind == "redeemed" else self.points


class PointsEntryOut(Schema):
    """A line of the ledger. `balance`: after it. `points` below zero: taken, spent, reversed.

    `order_id` and `source`: of the order that it is of, while that counts for this member;
    `activity_id`: of the activity; `level`: of the tier whose entry it rewards. `reason`: what
    a person said, or the kind of the activity.
    """

    id: UUID
    kind: Kind
    points: int
    balance: int
    day: date
    order_id: str | None
    source: str | None
    activity_id: str | None
    level: str | None
    reason: str | None
    author: str | None
    recorded_at: datetime

    @classmethod
    def of(cls, one: Listed) -> Self:
        return cls(
            id=one.entry_id,
            kind=one.kind,
            points=one.points,
            balance=one.balance,
            day=one.day,
            order_id=one.order_id,
            source=one.source,
            activity_id=one.activity_id,
            level=one.level_key,
            reason=one.reason,
            author=one.author,
            recorded_at=one.recorded_at,
        )
