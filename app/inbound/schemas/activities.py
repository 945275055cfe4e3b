"""Activities as they are sent. Page 4, "Facts"."""

from typing import Annotated, Literal

from pydantic import Field

from app.kit.schemas import Id, Instant, Name, Schema, Text

MOST = 1_000_000_000


class ActivityIn(Schema):
    """Something other than an order for which a customer earns points, such as a review.

    They count on the day of `occurred_at` in the program's zone.
    """

    activity_id: Id = Field(examples=["review-4711"])
    customer_id: Id
    points: Annotated[int, Field(ge=1, le=MOST, examples=[50])]
    kind: Name = Field(examples=["review"], description="What was done, in the merchant's words.")
    occurred_at: Instant


class ActivityOut(Schema):
    """What became of an activity. `reason` says why it is quarantined, else it is null."""

    activity_id: str
    outcome: Literal["accepted", "duplicate", "quarantined"]
    reason: Text | None
