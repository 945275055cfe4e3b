"""Whom a check need not look at: a description that a database can apply."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod

from app.policy.criteria import Criterion, Level, Metric, Sums, Totals
from app.policy.decision import Case, Occasion, Standing, decide
from app.policy.ladder import Ladder
from app.policy.near import near_level, near_misses

_MOST_CASES = 4_096
_LONG_AGO, _TODAY = date(1, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class Cut:
    """The sorted thresholds of one metric over one window of the ladder.

    A value's bucket is the number of thresholds that it reaches; `weight` is its place in the
    signature.
    """

    window: int
    metric: Metric
    thresholds: tuple[int, ...]
    weight: int

    def bucket(self, value: int) -> int:
        return sum(threshold <= value for threshold in self.thresholds)


@dataclass(frozen=True, slots=True)
class Screen:
    """`settled`: per held level (None = position 0) the signatures that change nothing.

    A member's signature is the sum of bucket times weight over all cuts. It holds for a check
    of a member whose state is `held`, without grace and overrides, who is not new.
    """

    cuts: tuple[Cut, ...]
    settled: Mapping[str | None, frozenset[int]]

    def signature(self, totals: Totals) -> int:
        """The signature of a member with these totals."""
        return sum(
            cut.weight * cut.bucket(Criterion(cut.metric, window=cut.window).value(totals))
            for cut in self.cuts
        )

    def skips(self, held: str | None, totals: Totals) -> bool:
        """Whether a check of such a member is known to change nothing."""
        return self.signature(totals) in self.settled.get(held, frozenset())


@dataclass(frozen=True, slots=True)
class Grid:
    """Signature → totals that stand for all that have it: `decide` cannot tell them apart."""

    cuts: tuple[Cut, ...]
    totals: Mapping[int, Totals]


def grid(ladder: Ladder, levels: Iterable[Level] | None = None) -> Grid | None:
    """Every case that the levels, if not told the ladder's, tell apart.

    None if a criterion asks for a tag, or if there are too many cases to ask about.
    """
    found = ladder.levels if levels is None else levels
    asked = {one for level in found for one in (*level.enter, *level.staying)}
    cuts = _cuts(asked)
    cases = (len(ladder.levels) + 1) * prod(len(cut.thresholds) + 1 for cut in cuts)
    if cases > _MOST_CASES or any(one.metric is Metric.tags for one in asked):
        return None
    buckets = _all(cuts)
    return Grid(cuts, {_signature(cuts, one): _totals(ladder, cuts, one) for one in buckets})


def settled(ladder: Ladder, *, near: bool = False) -> Screen | None:
    """The screen of the ladder, found by asking `decide`; None: look at everybody.

    `near`: nobody counts as settled who nearly enters a level above. None if a criterion asks
    for a tag, or if there are too many cases to ask about.
    """
    levels = [*ladder.levels, *(map(near_level, ladder.levels) if near else ())]
    found = grid(ladder, levels)
    if found is None:
        return None
    keys = [None, *(level.key for level in ladder.levels)]
    return Screen(
        found.cuts,
        {
            key: frozenset(
                sign
                for sign, one in found.totals.items()
                if _stays(ladder, key, one) and not (near and _misses(ladder, key, one))
            )
            for key in keys
        },
    )


def _cuts(criteria: Iterable[Criterion]) -> tuple[Cut, ...]:
    thresholds: dict[tuple[int, Metric], set[int]] = {}
    for one in criteria:
        thresholds.setdefault((one.window, one.metric), set()).add(one.at_least)
    cuts, weight = [], 1
    for (window, metric), values in sorted(thresholds.items()):
        cuts.append(Cut(window, metric, tuple(sorted(values)), weight))
        weight *= len(values) + 1
    return tuple(cuts)


def _all(cuts: Sequence[Cut]) -> Iterator[tuple[int, ...]]:
    return product(*(range(len(cut.thresholds) + 1) for cut in cuts))


def _signature(cuts: Sequence[Cut], buckets: Sequence[int]) -> int:
    return sum(cut.weight * bucket for cut, bucket in zip(cuts, buckets, strict=True))


def _totals(ladder: Ladder, cuts: Sequence[Cut], buckets: Sequence[int]) -> Totals:
    """Totals that stand for all with these buckets: the least value of each."""
    values: list[dict[str, int]] = [{} for _ in ladder.windows]
    for cut, bucket in zip(cuts, buckets, strict=True):
        least = cut.thresholds[bucket - 1] if bucket else cut.thresholds[0] - 1
        values[cut.window][cut.metric] = least
    return Totals(tuple(Sums(**one) for one in values))


def _misses(ladder: Ladder, level: str | None, totals: Totals) -> bool:
    return bool(near_misses(ladder, ladder.position_of(level) or 0, totals))


def _stays(ladder: Ladder, level: str | None, totals: Totals) -> bool:
    """Long after any minimum stay, so that what stays here stays whenever it came."""
    held = Standing(level, _LONG_AGO)
    decision = decide(ladder, Case(held, totals, Occasion.check, _TODAY))
    return decision.standing == held and decision.review_on is None
