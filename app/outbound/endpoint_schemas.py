from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.kit import texts
from app.kit.pages import After
from app.kit.schemas import MISSING, Schema
from app.outbound.schemas import EventType

Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=4_096,
        pattern=texts.ONE_LINE,
        examples=["https://shop.example/hooks/tiers"],
        description="HTTPS, port 443 or 8443, no user name. Where it leads is judged at connect.",
    ),
]
Events = Annotated[
    tuple[EventType, ...],
    Field(max_length=50, description="None = all, also those still to come."),
]
Description = Annotated[str, Field(max_length=500, pattern=texts.MANY_LINES, examples=["ERP"])]
Format = Literal["standard", "cloudevents"]
State = Literal["pending", "delivered", "exhausted"]
Grace = Annotated[int, Field(ge=0, le=168, examples=[24])]
PlaceInFeed = Annotated[After, Field(examples=["kX3vY1tq0cVbNDJd"])]
DELIVERY = "0b9d2c6e-52f1-5b52-8a4a-3f0f6f3a9d11.42"


class EndpointIn(Schema):
    """Where changes are to be told from now on."""

    url: Url
    events: Events = ()
    description: Description = ""
    format: Format = "standard"


class EndpointPatch(Schema):
    """A field left out stays as it is. Other `events` hold from now on."""

    url: Url | MISSING = MISSING
    events: Events | MISSING = MISSING
    description: Description | MISSING = MISSING
    format: Format | MISSING = MISSING
    enabled: bool | MISSING = MISSING


class EndpointOut(Schema):
    """`disabled_reason`: by hand, `gone` (it answered 410), or `failing` for 120 hours."""

    id: UUID
    url: str = Field(examples=["https://shop.example/hooks/tiers"])
    events: tuple[EventType, ...]
    description: str
    format: Format
    enabled: bool
    disabled_reason: Literal["by_hand", "gone", "failing"] | None
    disabled_at: datetime | None
    old_secret_until: datetime | None = Field(description="The secret before signs until then.")
    replaying: bool
    created_at: datetime


class EndpointMade(EndpointOut):
    """`secret` is shown this once; messages are signed with it."""

    secret: str = Field(examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])


class Rotation(Schema):
    """How long the secret before goes on signing beside the new one."""

    grace_hours: Grace = 24


class ReplayIn(Schema):
    """Everything behind a cursor of the feed, or, with null, all there ever was."""

    after: PlaceInFeed | None
    dry_run: bool = False


class ReplayOut(Schema):
    """How many changes are delivered again."""

    count: int = Field(examples=[120])
    dry_run: bool


class DeliveryOut(Schema):
    """A change on its way to an endpoint.

    `next_attempt_at` null: it has ended, or waits for an older one of its member.
    """

    id: str = Field(examples=[DELIVERY])
    endpoint_id: UUID
    event_id: UUID = Field(description="The `webhook-id`; the `id` of the change in the feed.")
    type: str = Field(examples=["tier.upgraded"])
    state: State
    replay: bool
    attempts_made: int = Field(examples=[1])
    next_attempt_at: datetime | None
    created_at: datetime
    ended_at: datetime | None


class AttemptOut(Schema):
    """One POST. `error`: the class of the failure, null when it was taken."""

    number: int = Field(examples=[1])
    at: datetime
    status: int | None = Field(examples=[503])
    milliseconds: int = Field(examples=[87])
    error: str | None = Field(examples=["status"])
    answer: str | None = Field(description="At most 20 kB of what was answered.")


class DeliveryShown(DeliveryOut):
    """The last 100 attempts of the last 30 days, the newest first."""

    attempts: tuple[AttemptOut, ...]


class EventTypeOut(Schema):
    """A type of event, and the JSON Schema of its messages."""

    type: str = Field(examples=["tier.upgraded"])
    description: str
    json_schema: dict[str, Any]


class EventTypes(Schema):
    """All there are."""

    items: tuple[EventTypeOut, ...]
    next: None
