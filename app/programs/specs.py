"""The parts of a definition, whole: every field is there. What page and file say, we store."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema, model_validator

from app.kit.schemas import (
    MISSING,
    Count,
    Cron,
    CurrencyCode,
    Day,
    Id,
    Key,
    Money,
    Name,
    Percent,
    PositiveInt,
    Schema,
    Text,
    TimeZone,
)
from app.programs.refusal import refuse
from app.programs.windows import WindowSpec

MOST_COUNTED = 10**15
MOST_CRITERIA = 16
MONEY = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?", re.ASCII)

Status = Literal["pending", "paid", "closed", "cancelled"]
DatedBy = Literal["placed", "paid", "closed", "counted"]
AmountBasis = Literal["total", "paid", "goods", "goods_without_tax"]
Pooling = Literal["dated", "current_representatives"]
EffectiveTier = Literal["organization_only", "best_of_both"]
UpgradeWord = Literal["immediate", "at_check"]
DowngradeWord = Literal["never", "to_earned", "one_step"]
RefundWord = Literal["at_check", "immediate"]
StartWord = Literal["none", "lowest"]
AmountMeans = Literal["to_hold", "to_advance"]
MetricWord = Literal["spend", "orders", "largest_order", "points"]
MatchWord = Literal["all", "any"]
AMOUNTS = {"spend", "largest_order"}


def read_threshold(value: Any) -> str | int:
    """An amount as text, a count as a number."""
    counts = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_COUNTED
    if not counts and not (isinstance(value, str) and MONEY.fullmatch(value)):
        refuse("threshold_invalid", "Must be a decimal string of an amount, or a whole number.")
    threshold: str | int = value
    return threshold


def unrepeated(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(values)) < len(values):
        refuse("repeated", "Must not name anything twice.")
    return values


def sorted_by_key(stages: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(stages.items()))


Threshold = Annotated[
    str | int,
    PlainValidator(read_threshold),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^{MONEY.pattern}$"},
                {"type": "integer", "minimum": 0, "maximum": MOST_COUNTED},
            ],
            "examples": ["1000.00", 12],
            "description": "A decimal string for spend and largest_order, else an integer.",
        }
    ),
]
Factor = Annotated[
    str,
    Field(
        pattern=r"^(0|[1-9][0-9]{0,3})(\.[0-9]{1,6})?$",
        examples=["1.5"],
        description="A decimal string from 0 to 9999.999999.",
    ),
]
Days = Annotated[int, Field(ge=0, le=36_500)]
Statuses = Annotated[tuple[Status, ...], Field(min_length=1), AfterValidator(unrepeated)]
Products = Annotated[
    tuple[Id, ...],
    Field(
        max_length=1_000,
        description="Ids of products, and `category:` with the id of a category. Empty means all.",
        examples=[["p1", "category:shoes"]],
    ),
    AfterValidator(unrepeated),
]
Entitlements = Annotated[
    tuple[Id, ...],
    Field(max_length=64, examples=[["shipping:express"]]),
    AfterValidator(unrepeated),
]
Seconds = Annotated[int, Field(ge=0, le=86_400)]


class CriterionSpec(Schema):
    """`{metric, at_least, window?}`, or `{tag}`. Without a window the ladder's is meant."""

    metric: MetricWord | MISSING = MISSING
    at_least: Threshold | MISSING = MISSING
    window: WindowSpec | MISSING = MISSING
    tag: Id | MISSING = MISSING

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        metric = self.metric is not MISSING and self.at_least is not MISSING
        if (self.tag is not MISSING) == metric or self._mixes():
            refuse("criterion_invalid", "Must have metric and at_least, or a tag alone.")
        if metric and isinstance(self.at_least, str) != (self.metric in AMOUNTS):
            refuse("threshold_kind", "Must be text for spend and largest_order, else a number.")
        return self

    def _mixes(self) -> bool:
        named = {self.metric, self.at_least, self.window} - {MISSING}
        return bool(named) and self.tag is not MISSING


class Benefits(Schema):
    """What a level gives."""

    discount_percent: Percent
    products: Products
    points_multiplier: Factor
    entry_bonus_points: Count
    tag: Id | None
    user_group: Id | None
    entitlements: Entitlements


class Tier(Schema):
    """A level of the tier ladder. `position`: its place among all tiers, 1 is the lowest."""

    key: Key
    name: Name
    position: PositiveInt
    enabled: bool
    automatic: bool
    match: MatchWord
    criteria: Annotated[tuple[CriterionSpec, ...], Field(max_length=MOST_CRITERIA)]
    keep: Annotated[tuple[CriterionSpec, ...], Field(max_length=MOST_CRITERIA)] | None
    benefits: Benefits
    visible: bool
    icon: Name | None
    description: Text | None


class Stage(Schema):
    """A loyalty stage. `position`: its place among all stages of its track."""

    key: Key
    track: Key
    name: Name
    position: PositiveInt
    automatic: bool
    amount: Money
    keep_amount: Money | None
    move_to_next: bool
    products: Products
    discount_percent: Percent
    visible: bool
    enabled: bool


class TierLadder(Schema):
    """How the tier ladder moves. Semantics 7."""

    window: WindowSpec
    upgrade: UpgradeWord
    downgrade: DowngradeWord
    min_stay_days: Days
    grace_days: Days
    refund_downgrade: RefundWord


class StageLadder(Schema):
    """How the stages of one track move. Semantics 6."""

    window: WindowSpec
    amount_means: AmountMeans
    upgrade: UpgradeWord
    downgrade: DowngradeWord
    min_stay_days: Days
    start: StartWord


class ProgramSettings(Schema):
    """Everything of a definition that is not a level."""

    enabled: bool
    currency: CurrencyCode
    time_zone: TimeZone
    counted_statuses: Statuses
    dated_by: DatedBy
    amount_basis: AmountBasis
    pooling: Pooling
    effective_tier: EffectiveTier
    points_per_unit: Factor
    starts_on: Day | None
    check_schedule: Cron
    debounce_seconds: Seconds
    tiers: TierLadder
    stages: Annotated[dict[Key, StageLadder], AfterValidator(sorted_by_key)]
