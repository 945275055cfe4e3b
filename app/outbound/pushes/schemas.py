"""Push targets as they are made, changed and shown. Page 7, section 14."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, WithJsonSchema

from app.kit import texts
from app.kit.schemas import MISSING, Key, Schema, Text
from app.outbound.schemas import MemberRef

Platform = Literal["shopify", "woocommerce", "cs_cart"]
State = Literal["pending", "failed", "acknowledged", "skipped"]
Occasion = Literal["backfill", "nightly", "published", "edited", "resync"]

MOST_SECRET = 500
PRINTABLE = "^[\\u0021-\\u007e]*$"
SECRET = {
    "type": "string",
    "minLength": 1,
    "maxLength": MOST_SECRET,
    "pattern": PRINTABLE,
    "writeOnly": True,
}

ShopUrl = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1_000,
        pattern=texts.ONE_LINE,
        examples=["https://shop.example"],
        description=(
            "Where the shop is, without the path of its API. HTTPS, port 443 or 8443, no user"
            " name; the address is judged at every connect."
        ),
    ),
]
Secret = Annotated[
    str,
    Field(min_length=1, max_length=MOST_SECRET, pattern=PRINTABLE),
    WithJsonSchema(SECRET),
]
Credentials = Annotated[
    dict[Key, Secret],
    Field(
        max_length=5,
        examples=[{"access_token": "shpat_0123456789abcdef"}],
        description=(
            "shopify: `access_token`; woocommerce: `consumer_key`, `consumer_secret`; cs_cart:"
            " `email`, `api_key`. Never shown again."
        ),
    ),
]
Value = Annotated[str, Field(min_length=1, max_length=255, pattern=texts.ONE_LINE)]
Mapping = Annotated[
    dict[Key, Value],
    Field(
        max_length=200,
        examples=[{"gold": "VIP gold"}],
        description=(
            "Level key → tag (shopify), metadata value (woocommerce), user group id (cs_cart)."
            " What is left out follows the level's benefits: `tag`, else its key; `user_group`."
        ),
    ),
]
PerSecond = Annotated[
    int,
    Field(ge=1, le=50, description="How many customers are told in a second at most."),
]


class PushTargetIn(Schema):
    """A push target to be made. `platform` and `ladder` never change."""

    platform: Platform = Field(examples=["shopify"])
    url: ShopUrl
    credentials: Credentials
    ladder: Key = Field(
        default="tiers",
        examples=["tiers"],
        description='"tiers", or the track of a stage ladder.',
    )
    mapping: Mapping = Field(default_factory=dict)
    per_second: PerSecond = 2
    enabled: bool = True
    description: Text | None = Field(default=None, examples=["Our shop in Vilnius"])


class PushTargetPatch(Schema):
    """What is left out stays as it is; `credentials` and `mapping` are replaced as a whole."""

    url: ShopUrl | MISSING = MISSING
    credentials: Credentials | MISSING = MISSING
    mapping: Mapping | MISSING = MISSING
    per_second: PerSecond | MISSING = MISSING
    enabled: bool | MISSING = MISSING
    description: Text | MISSING | None = MISSING


class PushCounts(Schema):
    """How many members wait to be told, failed last time, are acknowledged, or are skipped."""

    pending: int = Field(examples=[3])
    failed: int = Field(examples=[0])
    acknowledged: int = Field(examples=[1_204])
    skipped: int = Field(examples=[17])


class WalkOut(Schema):
    """A walk over everybody that has not ended: why it was begun, and how far it is."""

    occasion: Occasion
    members_done: int = Field(examples=[500])
    created_at: datetime


class LastError(Schema):
    """The last failure: an HTTP status, a class of failure, or what the platform called it."""

    error: str = Field(examples=["http_503"])
    at: datetime


class PushTargetOut(Schema):
    """A push target. `failures`: of the shop in a row; `paused_until`: it is left alone till then.

    `unmapped`: levels that nothing stands for in the shop.
    """

    id: UUID
    platform: Platform
    url: str
    ladder: str
    mapping: dict[str, str]
    unmapped: tuple[str, ...]
    per_second: int
    enabled: bool
    description: str | None
    counts: PushCounts
    walk: WalkOut | None
    failures: int
    paused_until: datetime | None
    last_error: LastError | None
    created_at: datetime
    updated_at: datetime


class PushedOut(Schema):
    """What a shop says of a member. `value` null: nothing of ours. `until`: a date, if it ends."""

    level: str | None = Field(examples=["gold"])
    value: str | None = Field(examples=["tier:gold"])
    until: str | None = Field(examples=["2026-12-31"])


class PushOut(Schema):
    """What one shop is to say of one member, and what it has acknowledged.

    `reason`: why a member is skipped: `organization`, `guest`, `merged`, `foreign_id` (no
    customer of this platform can have this id), `not_in_shop`.
    """

    member: MemberRef
    state: State
    desired: PushedOut
    acknowledged: PushedOut | None
    acknowledged_at: datetime | None
    reason: str | None
    attempts: int
    retry_at: datetime | None
    error: str | None


MADE: dict[str, Any] = {
    "shopify": {
        "summary": "Tags in a Shopify shop",
        "value": {
            "platform": "shopify",
            "url": "https://shop.example",
            "credentials": {"access_token": "shpat_0123456789abcdef"},
        },
    },
    "cs_cart": {
        "summary": "User groups of CS-Cart",
        "value": {
            "platform": "cs_cart",
            "url": "https://store.example",
            "credentials": {"email": "admin@store.example", "api_key": "0123456789abcdef"},
            "mapping": {"silver": "5", "gold": "6"},
        },
    },
}
