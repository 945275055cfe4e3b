"""A criterion against what a member has. Semantics 12."""

from collections.abc import Iterable
from typing import NamedTuple

from app.policy.criteria import Criterion, Level, Metric, Totals


class Requirement(NamedTuple):
    """`value`, `needed` and `missing` in minor units for money; 1 or 0 for a tag."""

    criterion: Criterion
    value: int
    needed: int
    missing: int


def requirements(criteria: Iterable[Criterion], totals: Totals) -> tuple[Requirement, ...]:
    """Each criterion with its value, in the order given."""
    return tuple(_against(criterion, totals) for criterion in criteria)


def to_stay(level: Level | None, totals: Totals) -> tuple[Requirement, ...]:
    """What it takes to stay on the level: its keep criteria, else its own."""
    return requirements(level.staying, totals) if level else ()


def spend_to_stay(level: Level | None, totals: Totals) -> int | None:
    """The least spend that meets what the level asks of spend to stay; None if it asks none."""
    asked = [one.missing for one in to_stay(level, totals) if one.criterion.metric is Metric.spend]
    if level is None or not asked:
        return None
    return min(asked) if level.match_any else max(asked)


def _against(criterion: Criterion, totals: Totals) -> Requirement:
    value = criterion.value(totals)
    return Requirement(criterion, value, criterion.at_least, max(0, criterion.at_least - value))
