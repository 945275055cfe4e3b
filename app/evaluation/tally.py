"""What many decisions come to on one ladder: moves, near misses, the cost of discounts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from app.customers.models import Person
from app.evaluation.judging import Judged
from app.evaluation.schemas.preview import LadderCost, LadderPreview, MovesOut, NearMiss, Sample
from app.policy.ladder import Ladder
from app.policy.money import to_major, to_minor
from app.policy.near import near_misses
from app.policy.window import Days
from app.programs.rules import Rules

MOST_SAMPLES = 20

Move = tuple[str | None, str | None]


@dataclass(slots=True)
class Tally:
    """`was` and `will`: the spend of those who were judged, by the level before and after.

    `held`: the spend of everybody who holds a level, empty if everybody was judged.
    """

    ladder: Ladder
    moves: Counter[Move] = field(default_factory=Counter)
    near: Counter[str] = field(default_factory=Counter)
    samples: list[tuple[UUID, Move]] = field(default_factory=list)
    was: Counter[str] = field(default_factory=Counter)
    will: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)

    def add(self, one: Judged) -> None:
        """Count one decision."""
        decision, before = one.verdict.decision, one.case.held.level
        if decision.moved:
            self.moves[before, decision.level] += 1
            if len(self.samples) < MOST_SAMPLES:
                self.samples.append((one.known.member_id, (before, decision.level)))
        self.near.update(near_misses(self.ladder, decision.position, one.case.totals))
        spend = one.case.totals.sums[0].spend if self.ladder.windows else 0
        self.was[before or ""] += spend
        self.will[decision.level or ""] += spend

    def told(self, people: Mapping[UUID, Person]) -> LadderPreview:
        """`people`: those who are samples."""
        near = [
            NearMiss(level=level.key, count=self.near[level.key])
            for level in self.ladder.levels
            if self.near[level.key]
        ]
        moves = [
            MovesOut(from_=move[0], to=move[1], count=self.moves[move])
            for move in sorted(self.moves, key=self._place)
        ]
        return LadderPreview(
            ladder=self.ladder.name,
            moves=tuple(moves),
            near_misses=tuple(near),
            samples=tuple(_sample(people[member], move) for member, move in self.samples),
        )

    def cost(self, now: Rules, proposed: Rules, days: Days | None) -> LadderCost:
        """The discounts before and after, on all that was spent in the window."""
        before = self.held or self.was
        unjudged = Counter({level: spend - self.was[level] for level, spend in before.items()})
        return LadderCost(
            ladder=self.ladder.name,
            first=days.first if days else None,
            last=days.last if days else None,
            before=_discounts(now, self.ladder.name, before),
            after=_discounts(proposed, self.ladder.name, self.will + unjudged),
        )

    def _place(self, move: Move) -> list[tuple[int, str]]:
        """None first, then by position, then the levels that are gone."""
        keys = [None, *(level.key for level in self.ladder.levels)]
        return [(keys.index(key) if key in keys else len(keys), key or "") for key in move]


def _sample(person: Person, move: Move) -> Sample:
    name = person.external_id or ""
    return Sample(kind=person.kind, member=name, from_=move[0], to=move[1])


def _discounts(rules: Rules, ladder: str, spent: Mapping[str, int]) -> str:
    total = sum((spend * _percent(rules, ladder, key) for key, spend in spent.items()), Decimal(0))
    return to_major(to_minor(total / 100, 0), rules.exponent)


def _percent(rules: Rules, ladder: str, key: str) -> Decimal:
    """A level that is not in force gives nothing, nor does a disabled program."""
    text = rules.level(ladder, key) if key and rules.enabled else None
    if text is None or text.position is None:
        return Decimal(0)
    return Decimal(text.benefits.discount_percent)
