"""How a source's shop is asked for orders, as it is set and shown. Page 7, sections 2 and 13."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field, WithJsonSchema

from app.kit import texts
from app.kit.schemas import MISSING, Instant, Schema

EVERY = "Asks for orders updated since the last time every so many minutes; null: never."
SINCE = "The first time asks for orders updated since then; null: for a day."
SECRET = {
    "type": "string",
    "minLength": 1,
    "maxLength": 2_048,
    "pattern": texts.ONE_LINE,
    "writeOnly": True,
}
NAMES = (
    "Shopify and BigCommerce: `access_token`. WooCommerce: `consumer_key`, `consumer_secret`."
    " CS-Cart: `email`, `api_key`. Shopware: `access_key_id`, `secret_access_key`."
)


def _without_slash(url: str) -> str:
    return url.rstrip("/")


ApiUrl = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2_048,
        pattern=texts.ONE_LINE,
        examples=["https://shop.myshopify.com"],
        description=(
            "Where the API is, without the paths of its version: the shop's address, for"
            " BigCommerce `https://api.bigcommerce.com/stores/{hash}`. Public HTTPS only."
        ),
    ),
    AfterValidator(_without_slash),
]
CredentialText = Annotated[
    str,
    Field(min_length=1, max_length=2_048, pattern=texts.ONE_LINE),
    WithJsonSchema(SECRET),
]
Credentials = Annotated[
    dict[Annotated[str, Field(max_length=64, pattern=texts.ONE_LINE)], CredentialText],
    Field(
        max_length=5,
        examples=[{"access_token": "shpat_example"}],
        description=f"Replaced as a whole, never shown again. {NAMES}",
    ),
]
Minutes = Annotated[int, Field(ge=1, le=10_080, examples=[15])]


class ApiIn(Schema):
    """The shop's API. Orders that notifications only name are fetched from it."""

    url: ApiUrl
    credentials: Credentials
    reconcile_every_minutes: Minutes | None = Field(default=None, description=EVERY)
    reconcile_since: Instant | None = Field(default=None, description=SINCE)


class ApiPatch(Schema):
    """What is left out stays as it is; another `url` needs its credentials with it."""

    url: ApiUrl | MISSING = MISSING
    credentials: Credentials | MISSING = MISSING
    reconcile_every_minutes: Minutes | MISSING | None = Field(default=MISSING, description=EVERY)
    reconcile_since: Instant | MISSING = Field(
        default=MISSING, description="Asks again for all orders updated since then."
    )


class ApiOut(Schema):
    """How the shop is asked, and how it answers.

    `error`: why the last request failed, null when it did not. `to_fetch`: orders that are still
    to be fetched, since `oldest_at`.
    """

    url: str
    set_at: datetime
    answered_at: datetime | None
    failed_at: datetime | None
    error: str | None
    to_fetch: int
    oldest_at: datetime | None
    reconcile_every_minutes: int | None
    reconciled: "ReconciledOut | None"


class ReconciledOut(Schema):
    """How far asking for changed orders came: all before `since`; a run that goes on has `until`.

    `orders`: how many were told in all, some of them twice. `finished_at`: when the last run ended.
    """

    since: datetime
    until: datetime | None
    orders: int
    finished_at: datetime | None
    next_at: datetime


EXAMPLE: dict[str, Any] = {
    "url": "https://shop.myshopify.com",
    "credentials": {"access_token": "shpat_example"},
    "reconcile_every_minutes": 15,
}
