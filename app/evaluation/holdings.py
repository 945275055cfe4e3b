"""What members hold and what it gives them, as it is shown. Pure; semantics 8 to 10."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.evaluation.profiles import Profile, View
from app.evaluation.schemas.answers import BenefitsOut, DiscountOut, HoldingOut, StageOut, TierOut
from app.policy.ladder import Ladder
from app.policy.override import Override, limits
from app.policy.pricing import Discount
from app.programs.rules import NO_BENEFITS, TIERS, Rules
from app.programs.specs import Benefits
from app.standings.moves import Held


class Holding(NamedTuple):
    """A level that is held. `shown` False: it gives its benefits and is not named."""

    ladder: str
    key: str
    name: str
    position: int
    shown: bool
    benefits: Benefits
    held: Held

    @property
    def discount(self) -> Discount:
        """As the policy prices by it; of 0 % if the level gives none."""
        return Discount(
            ladder=self.ladder,
            key=self.key,
            position=self.position,
            percent=Decimal(self.benefits.discount_percent),
            of_tier=self.ladder == TIERS,
            scope=frozenset(self.benefits.products),
        )


def held_by(rules: Rules, view: View) -> list[Holding]:
    """The levels that a member enjoys, on the ladders that there are."""
    found = (
        _holding(rules, ladder, view.on(rules, ladder.name).held(ladder.name))
        for ladder in rules.ladders
    )
    return [one for one in found if one]


def giving(rules: Rules, view: View) -> list[Holding]:
    """The levels held, the best discount first; none while the program is disabled."""
    if not rules.enabled:
        return []
    return sorted(held_by(rules, view), key=lambda one: one.discount.rank)


def shown(rules: Rules, view: View, on: date) -> HoldingOut:
    """What a member enjoys, hidden levels without their names."""
    found = held_by(rules, view)
    tier = next((one for one in found if one.ladder == TIERS), None)
    return HoldingOut(
        tier=_tier(rules, view.on(rules, TIERS), tier, on) if tier else None,
        stages=tuple(_stage(one) for one in found if one.ladder != TIERS),
    )


def benefits(rules: Rules, view: View) -> BenefitsOut:
    """What the levels enjoyed give together; nothing while the program is disabled."""
    found = giving(rules, view)
    given = [one.benefits for one in found]
    best = next((one for one in given if not one.products), NO_BENEFITS)
    multipliers = (one.points_multiplier for one in given)
    return BenefitsOut(
        discount_percent=best.discount_percent,
        points_multiplier=max(multipliers, key=Decimal, default=NO_BENEFITS.points_multiplier),
        tags=_united((one.tag,) if one.tag else () for one in given),
        user_group=next((one.user_group for one in given if one.user_group), None),
        entitlements=_united(one.entitlements for one in given),
        discounts=tuple(_discount(one) for one in found if one.discount.percent),
    )


def in_force(
    ladder: Ladder, overrides: Iterable[Override], held: str | None, on: date
) -> Override | None:
    """The strongest override in force: freeze, exact, ceiling, floor."""
    allowed = limits(ladder, overrides, on, ladder.position_of(held))
    return allowed.lowering or allowed.raising


def _holding(rules: Rules, ladder: Ladder, held: Held) -> Holding | None:
    """A level that is no longer there is held until it is decided, and gives nothing."""
    key = held.standing.level
    if key is None:
        return None
    text = rules.level(ladder.name, key)
    if text is None or text.position is None:
        name = text.name if text else key
        visible = text.visible if text else True
        return Holding(ladder.name, key, name, held.position, visible, NO_BENEFITS, held)
    return Holding(ladder.name, key, text.name, text.position, text.visible, text.benefits, held)


def _tier(rules: Rules, profile: Profile, one: Holding, on: date) -> TierOut:
    ladder = rules.ladder(TIERS)
    assert ladder is not None
    override = in_force(ladder, profile.overrides(TIERS), one.key, on)
    return TierOut(
        key=one.key if one.shown else None,
        name=one.name if one.shown else None,
        position=one.position,
        since=one.held.standing.since,
        state=one.held.standing.state,
        until=override.until if override else None,
        overridden=override.mode if override else None,
    )


def _stage(one: Holding) -> StageOut:
    return StageOut(
        track=one.ladder,
        key=one.key if one.shown else None,
        name=one.name if one.shown else None,
        position=one.position,
        since=one.held.standing.since,
    )


def _discount(one: Holding) -> DiscountOut:
    return DiscountOut(
        ladder=one.ladder,
        key=one.key if one.shown else None,
        discount_percent=one.benefits.discount_percent,
        products=one.benefits.products,
    )


def _united(found: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(sorted({one for some in found for one in some}))
