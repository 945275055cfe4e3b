"""What facts do to orders and members one by one. Pure: whoever calls has read and locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from app.orders.counting import Counted
from app.orders.facts import Fact, FactType, key_of
from app.orders.fold import Known, learn, under
from app.orders.models import Contribution, Outcome, Touch
from app.orders.resolving import Resolver
from app.orders.statuses import NO_MAP, StatusMap

UNKNOWN = Known()
NO_MAPS: Mapping[str, StatusMap] = {}


class Step(NamedTuple):
    """An order after one fact."""

    fact: Fact
    known: Known


@dataclass(slots=True)
class Recorded:
    """`outcomes`: one for each fact, in order. `touches`: what they did, by member.

    `ends`: order key → what the order adds after the last of them, and how it counts.
    """

    outcomes: list[Outcome]
    ends: dict[UUID, tuple[Contribution, Counted]] = field(default_factory=dict)
    touches: dict[UUID, Touch] = field(default_factory=dict)

    def touch(self, member: UUID) -> Touch:
        return self.touches.setdefault(member, Touch())


def steps_of(
    facts: Sequence[Fact],
    verdicts: Sequence[Outcome | None],
    known: Mapping[UUID, Known],
    maps: Mapping[str, StatusMap] = NO_MAPS,
) -> dict[int, Step]:
    """Number of the fact → the order after it, of the facts that are new: those of no verdict.

    `maps`: by source, what raw statuses mean now.
    """
    current = dict(known)
    steps = {}
    for number, (fact, verdict) in enumerate(zip(facts, verdicts, strict=True)):
        if verdict is None:
            key = key_of(fact)
            words = maps.get(fact.source, NO_MAP).words
            current[key] = under(learn(current.get(key, UNKNOWN), fact), words)
            steps[number] = Step(fact, current[key])
    return steps


def advance(
    step: Step,
    pinned: Mapping[UUID, UUID],
    before: Mapping[UUID, Contribution],
    found: Resolver,
    recorded: Recorded,
) -> Outcome:
    """Compare what the order adds with what it added. `before`: until the first of the facts."""
    key = key_of(step.fact)
    was = recorded.ends[key][0] if key in recorded.ends else before.get(key)
    after, counted = found.contribution(step.known, was.home if was else pinned[key])
    recorded.ends[key] = (after, counted)
    compare(was, after, key, recorded)
    if not step.known.states:
        return Outcome("waiting")
    if step.fact.type is not FactType.refund and step.known.version != step.fact.version:
        return Outcome("superseded")
    if counted.excluded_because == "unconverted":
        return Outcome("unconverted")
    return Outcome("accepted")


def compare(was: Contribution | None, after: Contribution, key: UUID, recorded: Recorded) -> None:
    """Note in `recorded` which members the order touches, and from whom it took something."""
    if was is not None and was.counts and was != after:
        stays = after.counts and (was.home, was.day) == (after.home, after.day)
        touch = recorded.touch(was.home)
        touch.by(key)
        touch.took_away = touch.took_away or not stays or after.amount < was.amount
    if after.counts and was != after:
        recorded.touch(after.home).by(key)
