"""What is said of people, and what is known of them."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from app.kit.schemas import MISSING, CurrencyCode, Day, Id, Schema

MOST_TAGS = 100


def sorted_once(tags: list[str]) -> list[str]:
    return sorted(set(tags))


Tags = Annotated[
    list[Id],
    Field(max_length=MOST_TAGS, examples=[["wholesale"]], description="All tags there are then."),
    AfterValidator(sorted_once),
]


class PersonIn(Schema):
    tags: Tags | MISSING = MISSING
    joined_on: Day | MISSING | None = MISSING
    currency: CurrencyCode | MISSING | None = MISSING


class OrganizationIn(PersonIn):
    """What is left out stays as it is; null takes it away."""

    parent_id: Id | MISSING | None = Field(
        default=MISSING, description="To whom it belongs from today on; null: nobody any more."
    )


class CustomerIn(PersonIn):
    """What is left out stays as it is; null takes it away."""

    organization_id: Id | MISSING | None = Field(
        default=MISSING, description="Whom it orders for from today on; null: nobody any more."
    )


class RepresentativeIn(Schema):
    """Days in the program's zone; what is left out stays, and begins today if there is nothing."""

    from_on: Day | MISSING = Field(default=MISSING, alias="from", description="The first day.")
    until_on: Day | MISSING | None = Field(
        default=MISSING, alias="until", description="The last day; null: open."
    )


class Out(Schema):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class PersonOut(Out):
    id: str
    tags: tuple[str, ...]
    joined_on: date | None
    currency: str | None


class OrganizationOut(PersonOut):
    parent_id: str | None


class CustomerOut(PersonOut):
    organization_id: str | None


class RepresentativeOut(Out):
    organization_id: str
    customer_id: str
    from_on: date = Field(alias="from")
    until_on: date | None = Field(alias="until")
