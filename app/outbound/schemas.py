from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Schema

EventType = Literal[
    "tier.upgraded",
    "tier.downgraded",
    "tier.assigned",
    "tier.left",
    "tier.at_risk",
    "stage.upgraded",
    "stage.downgraded",
    "stage.assigned",
    "stage.left",
    "stage.at_risk",
    "program.published",
    "program.enabled",
    "program.disabled",
    "endpoint.disabled",
    "customer.redacted",
]
TYPES: tuple[EventType, ...] = get_args(EventType)
MOVES = ("upgraded", "downgraded", "assigned", "left", "at_risk")
MOVE_TYPES = tuple(f"{kind}.{word}" for kind in ("tier", "stage") for word in MOVES)
PROGRAM_TYPES = ("program.published", "program.enabled", "program.disabled")
DISABLED_TYPE = "endpoint.disabled"
ERASED_TYPE = "customer.redacted"
TEST_TYPE = "endpoint.test"


class MemberRef(Schema):
    """`id` is null once the customer has been erased."""

    kind: Literal["customer", "organization", "contract"] = Field(examples=["customer"])
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


class DisabledEndpoint(Schema):
    """`gone`: it answered 410; `failing`: nothing but failures for 120 hours."""

    id: UUID
    reason: Literal["gone", "failing"]


class DisabledData(Schema):
    """An endpoint was disabled; enable it and replay what it has missed."""

    program: str = Field(examples=["shop"])
    endpoint: DisabledEndpoint
    sequence: int
    as_of: date
    version: int


class TestData(Schema):
    """Nothing has happened."""

    program: str = Field(examples=["shop"])
    endpoint: UUID


AnyData = MoveData | ProgramData | DisabledData | ErasedData


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


class DisabledEvent(Schema):
    type: Literal["endpoint.disabled"]
    timestamp: datetime
    data: DisabledData


class TestEvent(Schema):
    type: Literal["endpoint.test"]
    timestamp: datetime
    data: TestData


class ChangeOut(Schema):
    """A change of a member as its history tells it."""

    type: str = Field(examples=["tier.upgraded"])
    timestamp: datetime
    data: AnyData


class FeedItem(Schema):
    """A change. Continue with its `cursor`; `id` is the same wherever it is told."""

    cursor: str
    id: UUID
    type: str = Field(
        examples=["tier.upgraded"],
        json_schema_extra={"enum": [*TYPES]},
    )
    timestamp: datetime
    data: AnyData


class FeedPage(Schema):
    """`next`: send it as `after` to go on, also when there was nothing new yet."""

    items: tuple[FeedItem, ...]
    next: str | None
