"""A move decided again from the values that its change cites."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.policy.criteria import Metric, Sums, Totals
from app.policy.decision import Reason
from app.policy.ladder import Ladder
from app.policy.money import to_minor
from app.programs.rules import Rules

MONEY = {Metric.spend, Metric.largest_order}


def follows(rules: Rules, ladder: Ladder, move: Any) -> bool:
    """Whether a rise or fall by the facts is the one that its cited values give.

    Moves for other reasons follow from more than values.
    """
    held, to = ladder.position_of(move.from_level), ladder.position_of(move.to_level)
    if move.reason not in {Reason.qualified, Reason.shortfall} or held is None:
        return True
    earned = ladder.earned(_cited(rules, ladder, move.metrics), held)
    if move.reason == Reason.qualified:
        return earned > held and to == earned
    return earned < held and to in {earned, ladder.next_below(held)}


def _cited(rules: Rules, ladder: Ladder, metrics: Sequence[Mapping[str, Any]]) -> Totals:
    sums: list[dict[str, int]] = [{} for _ in ladder.windows]
    tags = set()
    for one in metrics:
        metric = Metric(one["metric"])
        if metric is Metric.tags:
            tags |= {one["tag"]} if one["value"] else set()
        else:
            amount = one["value"]
            minor = to_minor(Decimal(amount), rules.exponent) if metric in MONEY else amount
            sums[one["window"]][metric.value] = minor
    return Totals(tuple(Sums(**one) for one in sums), frozenset(tags))
