"""What levels cost: their discounts on what was bought by who held them."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.insight import repository
from app.insight.errors import spanned
from app.insight.repository import Sold
from app.insight.schemas import Economics, LadderEconomics, LevelEconomics
from app.insight.service import USUAL_SPAN, Span
from app.kit.db import Session
from app.policy.money import times, to_major, to_minor
from app.programs import service as programs
from app.programs.rules import Rules

PLACES = Decimal("0.000001")


async def economics(session: Session, program_id: UUID, span: Span, now: datetime) -> Economics:
    """What was bought on each level in a span, and what its discount of today is of that.

    Raises RequestInvalid for a span that ends before it begins, or is longer than a leap year.
    """
    rules = await programs.rules_of(session, program_id)
    last = span.last or programs.today(rules, now)
    days = spanned(span.first or last - USUAL_SPAN, last)
    names = [ladder.name for ladder in rules.ladders]
    found = await repository.sold(session, program_id, days, names, rules.currency)
    return Economics(
        from_=days.first,
        to=days.last,
        currency=rules.currency,
        ladders=tuple(
            LadderEconomics(
                ladder=name,
                levels=tuple(_level(rules, one) for one in _ordered(rules, name, found)),
            )
            for name in names
        ),
    )


def _ordered(rules: Rules, name: str, found: Iterable[Sold]) -> list[Sold]:
    """No level first, then lowest first, then levels that are not in force any more."""
    ladder = rules.ladder(name)
    levels = [level.key for level in ladder.levels] if ladder else []
    places = {key: place for place, key in enumerate([None, *levels])}
    of_ladder = [one for one in found if one.ladder == name]
    return sorted(of_ladder, key=lambda one: (places.get(one.level_key, len(places)), one[1] or ""))


def _level(rules: Rules, one: Sold) -> LevelEconomics:
    percent = _percent(rules, one)
    cost = to_minor(times(Decimal(one.spend), percent.scaleb(-2)), 0)
    share = Decimal(cost) / one.spend if one.spend else Decimal(0)
    return LevelEconomics(
        key=one.level_key,
        members=one.members,
        orders=one.orders,
        spend=to_major(one.spend, rules.exponent),
        stated_discount=to_major(to_minor(one.stated, rules.exponent), rules.exponent),
        foreign_orders=one.strange,
        discount_percent=f"{percent:.2f}",
        benefit_cost=to_major(cost, rules.exponent),
        share=f"{share.quantize(PLACES):f}",
    )


def _percent(rules: Rules, one: Sold) -> Decimal:
    """The discount of today; none of a level that is not in force, or of a disabled program."""
    text = rules.level(one.ladder, one.level_key) if one.level_key else None
    if text is None or text.position is None or not rules.enabled:
        return Decimal(0)
    return Decimal(text.benefits.discount_percent)
