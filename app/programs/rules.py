"""A program's rules in force: its row, its definition, and the ladders that decide."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.kit.texts import exponents
from app.policy.ladder import Ladder
from app.programs.definition import Definition
from app.programs.specs import AmountBasis, Benefits, DatedBy, Pooling, Tier

TIERS = "tiers"
NO_BENEFITS = Benefits(
    discount_percent="0.00",
    products=(),
    points_multiplier="1",
    entry_bonus_points=0,
    tag=None,
    user_group=None,
    entitlements=(),
)


@dataclass(frozen=True, slots=True)
class LevelText:
    """What is said and given of a level. `position`: on the ladder, where disabled levels are not.

    None for a disabled level.
    """

    key: str
    name: str
    position: int | None
    visible: bool
    icon: str | None
    benefits: Benefits


@dataclass(frozen=True, slots=True)
class Rules:
    """`version` is the definition's; `counting` rises when orders are to be counted anew."""

    program_id: UUID
    key: str
    name: str
    version: int
    counting: int
    sandbox_day: date | None
    checked_on: date | None
    definition: Definition
    ladders: tuple[Ladder, ...]

    @property
    def currency(self) -> str:
        return self.definition.settings.currency

    @property
    def exponent(self) -> int:
        """The decimals of the currency."""
        return exponents()[self.currency]

    @property
    def zone(self) -> str:
        return self.definition.settings.time_zone

    @property
    def enabled(self) -> bool:
        return self.definition.settings.enabled

    @property
    def counted_statuses(self) -> frozenset[str]:
        return frozenset(self.definition.settings.counted_statuses)

    @property
    def dated_by(self) -> DatedBy:
        return self.definition.settings.dated_by

    @property
    def amount_basis(self) -> AmountBasis:
        return self.definition.settings.amount_basis

    @property
    def pooling(self) -> Pooling:
        return self.definition.settings.pooling

    @property
    def sleeping(self) -> bool:
        """Whether the own positions of who stands for another sleep meanwhile. Semantics 3."""
        return self.definition.settings.effective_tier == "organization_only"

    @property
    def points_per_unit(self) -> Decimal:
        return Decimal(self.definition.settings.points_per_unit)

    @property
    def multipliers(self) -> dict[str, Decimal]:
        """Tier → what it multiplies points by, of those in force that do; none while disabled."""
        given = ((one.key, Decimal(one.benefits.points_multiplier)) for one in self._given)
        return {key: factor for key, factor in given if factor != 1}

    @property
    def entry_bonuses(self) -> dict[str, int]:
        """Tier → the points for entering it, of those in force that give any; none if disabled."""
        given = ((one.key, one.benefits.entry_bonus_points) for one in self._given)
        return {key: points for key, points in given if points}

    @property
    def _given(self) -> list[Tier]:
        tiers = self.definition.tiers if self.enabled else ()
        return [tier for tier in tiers if tier.enabled]

    @property
    def starts_on(self) -> date | None:
        return self.definition.settings.starts_on

    @property
    def check_schedule(self) -> str:
        return self.definition.settings.check_schedule

    @property
    def debounce_seconds(self) -> int:
        return self.definition.settings.debounce_seconds

    def ladder(self, name: str) -> Ladder | None:
        """The tier ladder is named "tiers", a stage ladder like its track."""
        return next((ladder for ladder in self.ladders if ladder.name == name), None)

    def level(self, ladder: str, key: str) -> LevelText | None:
        """What the definition says of a level, also of a disabled one."""
        found = self.ladder(ladder)
        position = found.position_of(key) if found else None
        if ladder == TIERS:
            return self._tier(key, position)
        return self._stage(ladder, key, position)

    def _tier(self, key: str, position: int | None) -> LevelText | None:
        tier = self.definition.tier(key)
        if tier is None:
            return None
        return LevelText(tier.key, tier.name, position, tier.visible, tier.icon, tier.benefits)

    def _stage(self, track: str, key: str, position: int | None) -> LevelText | None:
        stage = self.definition.stage(key)
        if stage is None or stage.track != track:
            return None
        given = {"discount_percent": stage.discount_percent, "products": stage.products}
        benefits = NO_BENEFITS.model_copy(update=given)
        return LevelText(stage.key, stage.name, position, stage.visible, None, benefits)
