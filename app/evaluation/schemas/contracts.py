"""What is said of contracts, and what is known of them."""

from datetime import date

from pydantic import ConfigDict, Field

from app.evaluation.schemas.answers import MemberTiers
from app.evaluation.schemas.people import PersonIn, PersonOut
from app.kit.schemas import MISSING, Day


class ContractIn(PersonIn):
    """What is left out stays as it is. Days in the program's zone, the first is today unless said.

    One that has ended holds again, without a gap.
    """

    from_on: Day | MISSING = Field(default=MISSING, alias="from", description="The first day.")
    until_on: Day | MISSING | None = Field(
        default=MISSING, alias="until", description="The last day; null: open."
    )


class ContractOut(PersonOut):
    """A contract that is a member of its own, on these days."""

    organization_id: str
    from_on: date = Field(alias="from")
    until_on: date | None = Field(alias="until")


class ContractTiers(MemberTiers):
    """All that is known of a contract's tiers as of today."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    organization_id: str
    from_on: date = Field(alias="from")
    until_on: date | None = Field(alias="until")
