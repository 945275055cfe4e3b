"""Sources as they are made, changed and shown. Page 7, section 1."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.inbound.adapters import ADAPTERS
from app.inbound.schemas.credentials import EXAMPLE, ApiIn, ApiOut, ApiPatch
from app.inbound.schemas.events import OutcomeOut, Status
from app.kit import texts
from app.kit.schemas import MISSING, CurrencyCode, Key, Schema, TimeZone

NO_PLATFORM = PydanticCustomError("platform", "is none of the platforms that are read")
LONGEST_SECRET = 16_384
SECRET = {
    "type": "string",
    "minLength": 8,
    "maxLength": LONGEST_SECRET,
    "pattern": texts.MANY_LINES,
    "writeOnly": True,
}

SecretText = Annotated[
    str,
    Field(min_length=8, max_length=LONGEST_SECRET, pattern=texts.MANY_LINES),
    WithJsonSchema({**SECRET, "examples": ["whsec_YSBzdGFuZGFyZCB3ZWJob29rcyB0ZXN0IGtleSAwMDE="]}),
]
Secrets = Annotated[
    list[SecretText],
    Field(
        min_length=1,
        max_length=2,
        description="One or two, the newest first; either may sign. Never shown again.",
    ),
]


def _read(platform: str) -> str:
    if platform not in ADAPTERS:
        raise NO_PLATFORM
    return platform


Platform = Annotated[
    str, AfterValidator(_read), Field(json_schema_extra={"enum": sorted(ADAPTERS)})
]
RawStatus = Annotated[str, Field(min_length=1, max_length=255, pattern=texts.ONE_LINE)]
Written = Annotated[str, Field(pattern=texts.ONE_LINE.replace("*", "{0,64}"))]
StatusChanges = Annotated[
    dict[RawStatus, Status | None],
    Field(
        max_length=500,
        examples=[{"processing": "pending", "lost/*": None}],
        description=(
            "The platform's status → ours, merged with what there is; null removes one. Looked"
            " up: the status itself, then `first/*`, `*/second`, `*`."
        ),
    ),
]
CurrencyChanges = Annotated[
    dict[Written, CurrencyCode | None],
    Field(
        max_length=200,
        examples=[{"EURO": "EUR", "": "EUR"}],
        description=(
            "What the platform writes → ISO 4217 code, merged with what there is; null removes"
            " one. The key is empty for orders that state no currency."
        ),
    ),
]
AddressRange = Annotated[
    str,
    Field(max_length=64, examples=["203.0.113.7", "2001:db8::/48"]),
    AfterValidator(texts.network),
]


class Unsigned(Schema):
    """Takes deliveries without a signature: from these addresses, with a secret of the source.

    The secret is the password of HTTP Basic, or the header `X-Source-Key`.
    """

    allowed_addresses: Annotated[list[AddressRange], Field(min_length=1, max_length=50)]


class SourceIn(Schema):
    """A source to be made. `key` and `platform` never change."""

    key: Annotated[Key, Field(examples=["shop"])]
    platform: Platform
    secrets: Secrets
    status_map: StatusChanges = Field(default_factory=dict)
    currency_map: CurrencyChanges = Field(default_factory=dict)
    time_zone: TimeZone | None = Field(
        default=None, description="Of instants without an offset; null: the program's."
    )
    test: bool = Field(default=False, description="Whether test deliveries count.")
    unsigned: Unsigned | None = None
    api: ApiIn | None = Field(default=None, description="How to ask the shop for orders.")


class SourcePatch(Schema):
    """What is left out stays as it is. The maps are merged key by key; null removes a key."""

    secrets: Secrets | MISSING = MISSING
    status_map: StatusChanges | MISSING = MISSING
    currency_map: CurrencyChanges | MISSING = MISSING
    time_zone: TimeZone | MISSING | None = MISSING
    test: bool | MISSING = MISSING
    unsigned: Unsigned | MISSING | None = Field(
        default=MISSING, description="null: every delivery must be signed."
    )
    api: ApiPatch | MISSING | None = Field(
        default=MISSING, description="null: the shop is not asked any more."
    )


class SecretOut(Schema):
    """When a secret was set, and when a delivery was last signed with it."""

    created_at: datetime
    last_used_at: datetime | None


class CountOut(Schema):
    """How many deliveries there were for this reason, and when the last one came."""

    reason: str
    count: int
    last_at: datetime


class SourceOut(Schema):
    """A source. `path` is what the platform is given; `secrets` the newest first."""

    key: str
    platform: str
    path: str
    secrets: tuple[SecretOut, ...]
    status_map: dict[str, Status]
    currency_map: dict[str, str]
    time_zone: str
    test: bool
    unsigned: Unsigned | None
    api: ApiOut | None
    ignored: tuple[CountOut, ...]
    refused: tuple[CountOut, ...]
    author: str
    created_at: datetime


class InboundOut(Schema):
    """One result for each event, in their order; or `ignored`: why there is nothing for us."""

    results: list[OutcomeOut]
    ignored: str | None


MADE: dict[str, Any] = {
    "shop": {
        "summary": "A Shopify shop",
        "value": {
            "key": "shop",
            "platform": "shopify",
            "secrets": ["shopify_example_secret"],
            "status_map": {"pending/*": "paid"},
            "api": EXAMPLE,
        },
    },
    "erp": {
        "summary": "An ERP whose script signs nothing",
        "value": {
            "key": "erp",
            "platform": "commerceml",
            "secrets": ["a long password of the script"],
            "currency_map": {"EURO": "EUR"},
            "time_zone": "Europe/Moscow",
            "unsigned": {"allowed_addresses": ["203.0.113.7"]},
        },
    },
}
