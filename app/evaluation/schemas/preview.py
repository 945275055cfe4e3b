"""What a definition that is not published yet would do."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator

from app.kit.schemas import MISSING, Day, Schema
from app.programs.inputs import DefinitionIn, SettingsPatch, StageIn, TierIn
from app.programs.lint_windows import LintWarning
from app.programs.refusal import refuse

EXAMPLE: dict[str, Any] = {
    "tiers": [{"key": "gold", "criteria": [{"metric": "spend", "at_least": "9000.00"}]}]
}
MOST_LEVELS = 1_024


class PreviewIn(Schema):
    """A whole definition, or what is to be different in the one in force.

    `settings` are merged into those there are; `tiers` and `stages` stand in place of all tiers
    and of all loyalty stages, lowest first. Nothing: what a check would do now.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    definition: DefinitionIn | MISSING = MISSING
    settings: SettingsPatch | MISSING = MISSING
    tiers: Annotated[tuple[TierIn, ...], Field(max_length=MOST_LEVELS)] | MISSING = MISSING
    stages: Annotated[tuple[StageIn, ...], Field(max_length=MOST_LEVELS)] | MISSING = MISSING
    as_of: Day | None = Field(default=None, description="Left out: today.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        parts = (self.settings, self.tiers, self.stages)
        if self.definition is not MISSING and any(one is not MISSING for one in parts):
            refuse("definition_twice", "Must have a definition, or parts of it.")
        return self


class Shown(Schema):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class MovesOut(Shown):
    """How many would move; null is no level."""

    from_: str | None = Field(alias="from")
    to: str | None
    count: int


class NearMiss(Shown):
    """How many have nine tenths of all that a level above theirs asks, and not all."""

    level: str
    count: int


class Sample(Shown):
    """One of those who would move; `member` is a customer's or an organization's id."""

    kind: str
    member: str
    from_: str | None = Field(alias="from")
    to: str | None


class LadderPreview(Shown):
    ladder: str
    moves: tuple[MovesOut, ...]
    near_misses: tuple[NearMiss, ...]
    samples: tuple[Sample, ...]


class LadderCost(Shown):
    """`before` and `after`: discounts on all that was spent in the days of the window.

    The percentage of the level held, with the definition in force and with the proposed one,
    times the spend; limits to some products are left aside, so it is the most it can be.
    """

    ladder: str
    first: date | None
    last: date | None
    before: str
    after: str


class BenefitCost(Shown):
    """By ladder; where several discounts fit, the best one applies alone, so do not add them."""

    currency: str
    ladders: tuple[LadderCost, ...]


class PreviewOut(Shown):
    """What publishing it and the check that follows would do; nothing was written."""

    warnings: tuple[LintWarning, ...]
    ladders: tuple[LadderPreview, ...]
    benefit_cost: BenefitCost
