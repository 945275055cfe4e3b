from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Schema

MOVES = ("upgraded", "downgraded", "assigned", "left", "at_risk")
MOVE_TYPES = tuple(f"{kind}.{word}" for kind in ("tier", "stage") for word in MOVES)
PROGRAM_TYPES = ("program.published", "program.enabled", "program.disabled")
ERASED_TYPE = "customer.redacted"


class MemberRef(Schema):
    """`id` is null once the customer has been erased."""

    kind: Literal["customer", "organization"] = Field(examples=["customer"])
    id: str | None = Field(examples=["c-7"])


class LevelRef(Schema):
    """A level as the version named it."""

    key: str = Field(examples=["gold"])
    name: str = Field(examples=["Gold"])
    position: int | None = Field(examples=[3])


class MetricOut(Schema):
    """A value against what was asked. Money is a decimal string; a tag is 1 or 0."""

    metric: str = Field(examples=["spend"])
    value: str | int = Field(examples=["10250.00"])
    needed: str | int = Field(examples=["10000.00"])


class CauseOut(Schema):
    """What brought it about: an order, a check or an override."""

    type: Literal["order", "check", "override"]
    id: str = Field(examples=["1001"])
    source: str | None = Field(description="The source of the order.", examples=["api"])


class MoveData(Schema):
    """A move of a member on a ladder, or a notice about it. Null level: on none.

    `sequence` counts the changes of the member 1, 2, 3 … without gaps.
    """

    program: str = Field(examples=["shop"])
    member: MemberRef
    ladder: str = Field(examples=["tiers"])
    from_: LevelRef | None = Field(alias="from")
    to: LevelRef | None
    direction: Literal["up", "down"] | None
    occasion: str = Field(examples=["order"])
    reason: str = Field(examples=["qualified"])
    sequence: int = Field(examples=[4])
    as_of: date
    version: int = Field(examples=[2])
    metrics: tuple[MetricOut, ...]
    cause: CauseOut | None


class ProgramData(Schema):
    """The program itself was published, enabled or disabled."""

    program: str = Field(examples=["shop"])
    sequence: int = Field(examples=[2])
    as_of: date
    version: int = Field(examples=[2])


class ErasedData(Schema):
    """A customer was erased; forget it too."""

    program: str = Field(examples=["shop"])
    member: MemberRef
    sequence: int
    as_of: date
    version: int


class Event(Schema):
    """What endpoints receive and the feed lists."""

    type: str = Field(examples=["tier.upgraded"], json_schema_extra={"enum": [*MOVE_TYPES]})
    timestamp: datetime
    data: MoveData


class ProgramEvent(Schema):
    type: str = Field(examples=["program.published"], json_schema_extra={"enum": [*PROGRAM_TYPES]})
    timestamp: datetime
    data: ProgramData


class ErasedEvent(Schema):
    type: Literal["customer.redacted"]
    timestamp: datetime
    data: ErasedData


class ChangeOut(Schema):
    """A change of a member as its history tells it."""

    type: str = Field(examples=["tier.upgraded"])
    timestamp: datetime
    data: MoveData | ProgramData | ErasedData


class FeedItem(Schema):
    """A change. Continue with its `cursor`; `id` is the same wherever it is told."""

    cursor: str
    id: UUID
    type: str = Field(
        examples=["tier.upgraded"],
        json_schema_extra={"enum": [*MOVE_TYPES, *PROGRAM_TYPES, ERASED_TYPE]},
    )
    timestamp: datetime
    data: MoveData | ProgramData | ErasedData


class FeedPage(Schema):
    """`next`: send it as `after` to go on, also when there was nothing new yet."""

    items: tuple[FeedItem, ...]
    next: str | None
