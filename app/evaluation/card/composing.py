"""What a card says of a customer: pure, from the answer that shops get to the texts of a page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from app.evaluation.card.speech import Speech
from app.evaluation.schemas.answers import (
    BenefitsOut,
    CriterionOut,
    CustomerTiers,
    NextOut,
    StageOut,
    TierOut,
)
from app.kit.schemas import MISSING
from app.outbound.schemas import MoveData
from app.policy.criteria import Metric
from app.policy.standing import State
from app.programs.rules import NO_BENEFITS, TIERS, Rules
from app.programs.specs import Benefits

NEW = timedelta(days=14)  # how long a discount is news
ONE_DAY = timedelta(1)


@dataclass(frozen=True, slots=True)
class Bar:
    """How far one criterion is. `value` of `most` for a progress element; None: it has none."""

    label: str
    text: str
    value: str | None
    most: str | None


class Next(NamedTuple):
    title: str
    lead: str | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """The texts of a card, in the order in which they are read."""

    kicker: str
    title: str
    facts: tuple[str, ...]
    news: tuple[str, ...]
    notes: tuple[str, ...]
    gives: tuple[str, ...]
    next: Next | None
    keep: tuple[str, ...]
    stages: tuple[str, ...]
    balance: str | None


def composed(rules: Rules, customer: CustomerTiers, moves: Iterable[MoveData], to: Speech) -> Card:
    """The card of a customer. `moves`: of whoever holds for it, the newest first."""
    held = _held(customer)
    on_tiers = customer.progress.ladder == TIERS
    others = [one for one in customer.stages if one is not held]
    points = customer.points.balance
    return Card(
        kicker=to.say("your_tier" if on_tiers else "your_stage"),
        title=_title(held, to),
        facts=tuple(_facts(held, to)),
        news=tuple(_news(rules, customer, moves, to)),
        notes=tuple(_notes(customer, to)),
        gives=tuple(_gives(customer.benefits, to)),
        next=_next(customer.progress.next, to),
        keep=tuple(_keep(rules, customer, to)),
        stages=tuple(one.name for one in others if one.name is not None),
        balance=to.say("balance", points=to.number(str(points))) if points else None,
    )


def _held(customer: CustomerTiers) -> TierOut | StageOut | None:
    """What is held on the ladder whose progress is told."""
    ladder = customer.progress.ladder
    if ladder == TIERS:
        return customer.tier
    return next((one for one in customer.stages if one.track == ladder), None)


def _title(held: TierOut | StageOut | None, to: Speech) -> str:
    if held is None:
        return to.say("no_level")
    return to.say("unnamed") if held.name is None else held.name


def _facts(held: TierOut | StageOut | None, to: Speech) -> Iterator[str]:
    if held is None:
        return
    if held.since:
        yield to.say("since", day=to.day(held.since))
    if isinstance(held, TierOut) and held.overridden:
        end = held.until
        yield to.say("until_agreed", day=to.day(end)) if end else to.say("agreed")
    if isinstance(held, TierOut) and held.state is not State.held:
        yield to.say(held.state.value)


def _notes(customer: CustomerTiers, to: Speech) -> Iterator[str]:
    if not customer.active:
        yield to.say("paused")
    if customer.incomplete:
        yield to.say("incomplete")


def _news(
    rules: Rules, customer: CustomerTiers, moves: Iterable[MoveData], to: Speech
) -> Iterator[str]:
    """The last move of each ladder, where it was of late and brought a greater discount."""
    last: dict[str, MoveData] = {}
    for move in moves:
        last.setdefault(move.ladder, move)
    since = {one.track: one.since for one in customer.stages}
    since[TIERS] = customer.tier.since if customer.tier else None
    for ladder, move in last.items():
        is_new = since.get(ladder) == move.as_of > customer.as_of - NEW
        got = _benefits(rules, ladder, move.to.key if move.to else None)
        had = _benefits(rules, ladder, move.from_.key if move.from_ else None)
        more = Decimal(got.discount_percent) > Decimal(had.discount_percent)
        if customer.active and is_new and more:
            key = "new_discount_some" if got.products else "new_discount"
            percent = to.percent(got.discount_percent)
            yield to.say(key, day=to.day(move.as_of), percent=percent)


def _benefits(rules: Rules, ladder: str, key: str | None) -> Benefits:
    level = None if key is None else rules.level(ladder, key)
    return level.benefits if level else NO_BENEFITS


def _gives(benefits: BenefitsOut, to: Speech) -> Iterator[str]:
    """The discounts that can win, the best first, and the multiplier of points."""
    for one in benefits.discounts:
        key = "discount_some" if one.products else "discount"
        yield to.say(key, percent=to.percent(one.discount_percent))
        if not one.products:
            break
    if Decimal(benefits.points_multiplier) != 1:
        yield to.say("points_times", factor=to.number(benefits.points_multiplier))


def _next(found: NextOut | None, to: Speech) -> Next | None:
    if found is None:
        return None
    bars = tuple(_bar(one, to) for one in found.criteria)
    lead = to.say("any") if found.match == "any" and len(bars) > 1 else None
    return Next(to.say("next", level=found.name), lead, bars)


def _bar(one: CriterionOut, to: Speech) -> Bar:
    label, left = to.say(one.metric.value), Decimal(one.missing)
    if one.metric is Metric.tags or one.tag is not MISSING:
        return Bar(label, to.say("tag_to_go" if left else "tag_reached"), None, None)
    said = {name: to.amount(one.metric, getattr(one, name)) for name in ("value", "needed")}
    text = to.say(
        "to_go" if left else "reached", missing=to.amount(one.metric, one.missing), **said
    )
    if not Decimal(one.needed):
        return Bar(label, text, None, None)
    return Bar(label, text, str(min(Decimal(one.value), Decimal(one.needed))), str(one.needed))


def _keep(rules: Rules, customer: CustomerTiers, to: Speech) -> Iterator[str]:
    keep = customer.progress.keep
    if keep is None:
        return
    if keep.falls_off_on is None:
        yield to.say("keep_always")
        return
    yield to.say("keep_through", day=to.day(keep.falls_off_on - ONE_DAY))
    if keep.needed_to_keep and Decimal(keep.needed_to_keep):
        yield to.say("keep_needs", amount=to.money(keep.needed_to_keep))
    yield _then(rules, customer.progress.ladder, keep.to, keep.falls_off_on, to)


def _then(rules: Rules, ladder: str, key: str | None, on: date, to: Speech) -> str:
    level = None if key is None else rules.level(ladder, key)
    if level is None:
        return to.say("then_none", day=to.day(on))
    return to.say("then_to", level=level.name, day=to.day(on))
