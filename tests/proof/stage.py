"""Plays the log of a history in memory, with the product's own pure code.

Facts go through `orders`, definitions through `programs`, representations through `customers`,
decisions through `evaluation.judging` and `policy`. Only what repositories and pipelines do is
done here: keep things in dictionaries, and call in the order in which they call.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.customers.models import Who
from app.customers.service import organization_on
from app.evaluation.judging import Judged, judge_known
from app.evaluation.repository import Known
from app.evaluation.runs import Run
from app.orders.facts import Fact
from app.orders.models import Touch
from app.orders.resolving import Book
from app.policy.days import totals_from_days
from app.policy.decision import Occasion
from app.policy.override import Override
from app.programs.rules import Rules
from app.standings.moves import Held, Verdict
from tests.proof import ledger
from tests.proof.ledger import AT, Days, Ledger, named

ONE_DAY = timedelta(days=1)
UNHELD = Held()
NO_DAYS: Days = {}

Json = dict[str, Any]
Read = Callable[[Json], Fact]


@dataclass
class Member:
    who: Who
    tags: frozenset[str] = frozenset()
    joined_on: date | None = None
    decided: bool = False
    gone: bool = False

    @property
    def name(self) -> str:
        return f"{self.who.kind}:{self.who.external_id}"


@dataclass
class Ruling:
    """An override as it was set; `set_on` is the program's date then."""

    member: UUID
    ladder: str
    override: Override
    set_on: date
    removed: bool = False


class Stage:
    """`changes`, `held` and `conflicts` after the entries told so far, as the model has them.

    `read` turns an event into its fact; unless it `decides`, facts alone are told. What each
    entry of a log does is in `scenes`.
    """

    rules: Rules

    def __init__(self, read: Read = ledger.read) -> None:
        self.read = read
        self.decides = True
        self.at = AT
        self.ledger = Ledger()
        self.members: dict[UUID, Member] = {}
        self.held: dict[tuple[UUID, str], Held] = {}
        self.rulings: dict[str, Ruling] = {}
        self.changes: list[Json] = []
        self.seqs: dict[UUID, int] = {}
        self.conflicts: list[str] = []
        self.folded: dict[UUID, Days] | None = None

    @property
    def today(self) -> date:
        assert self.rules.sandbox_day is not None
        return self.rules.sandbox_day

    @property
    def book(self) -> Book:
        return Book(self.rules, self.today, self.at)

    def days(self) -> dict[UUID, Days]:
        if self.folded is None:
            self.folded = self.ledger.totals(self.book)
        return self.folded

    def run(self, occasion: Occasion, on: date | None = None, *, force: bool = False) -> Run:
        return Run(self.rules, occasion, on or self.today, self.at, force=force)

    # facts

    def record(self, events: Iterable[Json], occasion: Occasion) -> None:
        """Tell facts of orders together, then decide whom they touched once."""
        facts = [self.read(event) for event in events]
        recorded = self.ledger.record(self.book, facts)
        self.folded = None
        said = zip(facts, recorded.outcomes, strict=True)
        self.conflicts += [fact.event_id for fact, one in said if one.word == "conflict"]
        touches = dict(recorded.touches)
        for one in self.meet(*(someone for fact in facts for someone in named(fact))):
            touches.setdefault(one, Touch()).is_new = True
        taken = None if occasion is Occasion.import_ else touches
        self.decide(self.run(occasion), touches, taken)

    def settle(self) -> dict[UUID, Touch]:
        self.folded = None
        return self.ledger.settle(self.book)

    def meet(self, *people: Who) -> list[UUID]:
        """Make members known; those that were not."""
        fresh = [one for one in dict.fromkeys(people) if one.member_id not in self.members]
        self.members |= {one.member_id: Member(one) for one in fresh}
        return [one.member_id for one in fresh]

    # decisions

    def decide(
        self,
        run: Run,
        members: Iterable[UUID],
        touches: Mapping[UUID, Touch] | None = None,
        nudges: Mapping[UUID, Override] | None = None,
    ) -> None:
        """Judge these members by the rules of the run, and keep what follows."""
        for one in self.judged(run, members, touches, nudges) if self.decides else ():
            self.apply(run, one.verdict)
            member = self.members[one.known.member_id]
            member.decided = member.decided or run.rules.enabled

    def judged(
        self,
        run: Run,
        members: Iterable[UUID],
        touches: Mapping[UUID, Touch] | None = None,
        nudges: Mapping[UUID, Override] | None = None,
    ) -> list[Judged]:
        """What every ladder says of those that are awake, in id order."""
        found = [self.known(run, one) for one in sorted(set(members)) if self.awake(one, run.on)]
        totals = {
            (one.member_id, ladder.name): totals_from_days(
                ladder.windows,
                list(self.days().get(one.member_id, NO_DAYS).values()),
                run.on,
                anchor=one.anchor,
                starts_on=run.rules.starts_on,
                tags=one.tags,
            )
            for one in found
            for ladder in run.rules.ladders
        }
        return judge_known(run, found, totals, touches, nudges)

    def awake(self, member: UUID, on: date) -> bool:
        """Whether it can be decided: no guest, not gone, not asleep."""
        known = self.members.get(member)
        represented = organization_on(self.ledger.people.get(member, ()), on)
        sleeps = represented is not None and self.rules.sleeping
        return known is not None and not known.gone and not sleeps

    def known(self, run: Run, member: UUID) -> Known:
        one, days = self.members[member], self.days().get(member, NO_DAYS)
        ladders = [ladder.name for ladder in run.rules.ladders]
        anchor = min((day for day, total in days.items() if total.orders), default=None)
        return Known(
            member_id=member,
            version=1,
            tags=one.tags,
            anchor=one.joined_on or anchor,
            held={name: held for name in ladders if (held := self.held.get((member, name)))},
            overrides={name: self.overrides(member, name, run.on) for name in ladders},
            is_new=not one.decided,
        )

    def overrides(self, member: UUID, ladder: str, on: date) -> tuple[Override, ...]:
        mine = [
            one for one in self.rulings.values() if (one.member, one.ladder) == (member, ladder)
        ]
        found = [one.override for one in mine if not one.removed]
        return tuple(one for one in found if one.until is None or one.until >= on)

    def apply(self, run: Run, one: Verdict) -> None:
        if not one.writes:
            return
        decision, number = one.decision, self.seqs.get(one.member_id, 0) + one.tells
        position = decision.position if one.moves else one.held.position
        seq = number if one.moves else one.held.change_seq
        kept = Held(decision.standing, position, one.review_on, seq, exists=True)
        self.held[one.member_id, one.ladder] = kept
        if one.tells:
            self.note(run, one.member_id, {
                "ladder": one.ladder,
                "from": one.held.standing.level,
                "to": decision.level,
                "type": one.event_type,
                "direction": decision.direction if one.moves else None,
                "reason": decision.reason.value,
                "metrics": one.metrics,
                "windows": next(it.windows for it in run.rules.ladders if it.name == one.ladder),
            })  # fmt: skip

    def note(self, run: Run, member: UUID, change: Json) -> None:
        """Section 13: the next of a gapless `seq` per member."""
        self.seqs[member] = self.seqs.get(member, 0) + 1
        more = {"member": self.members[member].name, "seq": self.seqs[member]}
        more |= {"occasion": run.occasion.value, "as_of": run.on.isoformat()}
        self.changes.append({**change, **more, "version": run.rules.version})
