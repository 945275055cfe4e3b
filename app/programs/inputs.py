"""What comes in: parts of a definition of which anything with a default may be left out."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field

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
from app.programs import defaults
from app.programs.specs import (
    MOST_CRITERIA,
    AmountBasis,
    AmountMeans,
    CriterionSpec,
    DatedBy,
    Days,
    DowngradeWord,
    EffectiveTier,
    Entitlements,
    Factor,
    MatchWord,
    Pooling,
    Products,
    RefundWord,
    Seconds,
    StartWord,
    Statuses,
    UpgradeWord,
)
from app.programs.windows import WindowSpec

Criteria = Annotated[tuple[CriterionSpec, ...], Field(max_length=MOST_CRITERIA)]
Place = Annotated[
    PositiveInt, Field(description="Its place, 1 is the lowest; beyond the last is on top.")
]


def _told(values: Mapping[str, Any], example: Mapping[str, Any] | None = None) -> ConfigDict:
    """Shows the defaults that are filled in, and an example."""

    def tell(schema: dict[str, Any]) -> None:
        for name, value in values.items():
            if name in schema["properties"]:
                schema["properties"][name]["default"] = value
        if example:
            schema["examples"] = [dict(example)]

    return ConfigDict(json_schema_extra=tell)


class BenefitsPatch(Schema):
    """A benefit left out stays as it is."""

    discount_percent: Percent | MISSING = MISSING
    products: Products | MISSING = MISSING
    points_multiplier: Factor | MISSING = MISSING
    entry_bonus_points: Count | MISSING = MISSING
    tag: Id | MISSING | None = MISSING
    user_group: Id | MISSING | None = MISSING
    entitlements: Entitlements | MISSING = MISSING


class BenefitsIn(BenefitsPatch):
    """What a level gives."""

    model_config = _told(defaults.BENEFITS)


class TierPatch(Schema):
    """A field left out stays as it is; null is refused unless it means something."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"criteria": [{"metric": "spend", "at_least": "12000.00"}]}]
        }
    )

    name: Name | MISSING = MISSING
    position: Place | MISSING = MISSING
    enabled: bool | MISSING = MISSING
    automatic: bool | MISSING = MISSING
    match: MatchWord | MISSING = MISSING
    criteria: Criteria | MISSING = MISSING
    keep: Criteria | MISSING | None = MISSING
    benefits: BenefitsPatch | MISSING = MISSING
    visible: bool | MISSING = MISSING
    icon: Name | MISSING | None = MISSING
    description: Text | MISSING | None = MISSING


class TierIn(TierPatch):
    """A tier; without a name it is called by its key, without a position it stands on top."""

    model_config = _told(
        defaults.TIER,
        {
            "key": "gold",
            "name": "Gold",
            "criteria": [{"metric": "spend", "at_least": "10000.00"}],
            "benefits": {"discount_percent": "10.00", "entitlements": ["shipping:express"]},
        },
    )

    key: Key
    benefits: BenefitsIn | MISSING = MISSING


class StagePatch(Schema):
    """A field left out stays as it is; null is refused unless it means something."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": "6000.00"}]})

    name: Name | MISSING = MISSING
    position: Place | MISSING = MISSING
    automatic: bool | MISSING = MISSING
    amount: Money | MISSING = MISSING
    keep_amount: Money | MISSING | None = MISSING
    move_to_next: bool | MISSING = MISSING
    products: Products | MISSING = MISSING
    discount_percent: Percent | MISSING = MISSING
    visible: bool | MISSING = MISSING
    enabled: bool | MISSING = MISSING


class StageIn(StagePatch):
    """A loyalty stage; without a position it stands on top of its track."""

    model_config = _told(
        defaults.STAGE,
        {"key": "stage_4", "name": "Stage 4", "amount": "20000.00", "discount_percent": "9.00"},
    )

    key: Key
    track: Key | MISSING = MISSING
    amount: Money


class TierLadderPatch(Schema):
    """How the tier ladder moves; a field left out stays as it is."""

    window: WindowSpec | MISSING = MISSING
    upgrade: UpgradeWord | MISSING = MISSING
    downgrade: DowngradeWord | MISSING = MISSING
    min_stay_days: Days | MISSING = MISSING
    grace_days: Days | MISSING = MISSING
    refund_downgrade: RefundWord | MISSING = MISSING


class TierLadderIn(TierLadderPatch):
    """How the tier ladder moves."""

    model_config = _told(defaults.TIER_LADDER)


class StageLadderPatch(Schema):
    """How the stages of a track move; a field left out stays as it is."""

    window: WindowSpec | MISSING = MISSING
    amount_means: AmountMeans | MISSING = MISSING
    upgrade: UpgradeWord | MISSING = MISSING
    downgrade: DowngradeWord | MISSING = MISSING
    min_stay_days: Days | MISSING = MISSING
    start: StartWord | MISSING = MISSING


class StageLadderIn(StageLadderPatch):
    """How the stages of a track move."""

    model_config = _told(defaults.STAGE_LADDER)


class SettingsFields(Schema):
    enabled: bool | MISSING = MISSING
    currency: CurrencyCode | MISSING = MISSING
    time_zone: TimeZone | MISSING = MISSING
    counted_statuses: Statuses | MISSING = MISSING
    dated_by: DatedBy | MISSING = MISSING
    amount_basis: AmountBasis | MISSING = MISSING
    pooling: Pooling | MISSING = MISSING
    effective_tier: EffectiveTier | MISSING = MISSING
    points_per_unit: Factor | MISSING = MISSING
    starts_on: Day | MISSING | None = MISSING
    check_schedule: Cron | MISSING = MISSING
    debounce_seconds: Seconds | MISSING = MISSING


class SettingsPatch(SettingsFields):
    """A field left out stays as it is, also within ladders; a track set to null is removed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tiers": {"window": {"rolling_months": 12}}}]}
    )

    tiers: TierLadderPatch | MISSING = MISSING
    stages: dict[Key, StageLadderPatch | None] | MISSING = MISSING


class SettingsIn(SettingsFields):
    """Everything of a definition that is not a level."""

    model_config = _told({**defaults.SETTINGS, "tiers": defaults.TIER_LADDER})

    currency: CurrencyCode
    tiers: TierLadderIn | MISSING = MISSING
    stages: dict[Key, StageLadderIn] | MISSING = MISSING


class DefinitionIn(Schema):
    """A whole definition; what has a default may be left out. Levels are listed lowest first."""

    settings: SettingsIn
    tiers: tuple[TierIn, ...] = ()
    loyalty_stages: tuple[StageIn, ...] = ()


class LevelOrder(Schema):
    """All tiers, or all stages of the track, lowest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"keys": ["bronze", "silver"]}]})

    keys: Annotated[tuple[Key, ...], Field(max_length=64)]
