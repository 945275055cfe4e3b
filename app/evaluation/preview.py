"""What the check after an edit would do, found by deciding everybody and writing nothing."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from app.customers import service as customers
from app.evaluation import repository
from app.evaluation.errors import PreviewRunning
from app.evaluation.judging import Judged, judge, judge_known
from app.evaluation.profiles import anchored
from app.evaluation.repository import Asked, Known, Slice
from app.evaluation.runs import Run
from app.evaluation.schemas.preview import BenefitCost
from app.evaluation.screening import movers, screen_of
from app.evaluation.tally import Tally
from app.kit.db import Session
from app.orders.anew import Anew, counting_anew
from app.orders.resolving import Book
from app.policy.criteria import Totals
from app.policy.days import DayTotal, totals_from_days
from app.policy.decision import Occasion
from app.policy.ladder import Ladder
from app.policy.window import Days, bounds
from app.programs import service as programs
from app.programs.definition import Definition
from app.programs.owing import Rewritten
from app.programs.rules import Rules

AT_ONCE = 500
SLICE_MEMBERS = 50_000
EVERYBODY = 2**128


@dataclass(frozen=True, slots=True)
class Trial:
    """An evaluation of everybody under rules that are not in force; `now`: those that are.

    `members`: how many there are.
    """

    run: Run
    now: Rules
    members: int
    tallies: Mapping[str, Tally]

    @property
    def on(self) -> date:
        return self.run.on

    @property
    def asleep_on(self) -> date | None:
        """The day on which representatives sleep; None where they never do."""
        return self.on if self.run.rules.sleeping else None

    def add(self, found: Sequence[Judged]) -> None:
        for one in found:
            self.tallies[one.ladder.name].add(one)

    def window(self, ladder: Ladder) -> Days | None:
        """The days of the ladder's own window; None if they differ by member."""
        if not ladder.windows:
            return None
        return bounds(ladder.windows[0], self.on, starts_on=self.run.rules.starts_on)


async def preview(
    session: Session,
    program_id: UUID,
    definition: Definition,
    as_of: date | None,
    now: datetime,
) -> dict[str, Any]:
    """The moves of the check that would follow, near misses, samples, and what discounts cost.

    One at a time for each program: raises PreviewRunning.
    """
    if not await repository.only_preview(session, program_id):
        raise PreviewRunning
    rules = await programs.rules_of(session, program_id)
    proposed = await programs.proposed(session, rules, definition)
    enables = proposed.enabled and not rules.enabled
    occasion = Occasion.resync if enables else Occasion.rules_changed
    run = Run(proposed, occasion, as_of or programs.today(rules, now), now, trial=True)
    members, stale = await repository.base(session, program_id, rules.counting)
    tallies = {ladder.name: Tally(ladder) for ladder in proposed.ladders}
    trial = Trial(run, rules, members, tallies)
    edit = Rewritten(rules.definition, definition, rules.ladders, proposed.ladders)
    if stale or edit.counts_anew:
        await _count_anew(session, trial)
    else:
        await _screened(session, trial)
    return await _told(session, trial)


async def _screened(session: Session, trial: Trial) -> None:
    """Judge only those that can move or nearly rise; the others are summed."""
    rules = trial.run.rules
    everybody_judged = any(screen_of(ladder, near=True) is None for ladder in rules.ladders)
    for part in _slices(trial, SLICE_MEMBERS):
        wanted = await movers(session, rules, part, trial.on, near=True)
        for start in range(0, len(wanted), AT_ONCE):
            trial.add(await judge(session, trial.run, wanted[start : start + AT_ONCE]))
        if not everybody_judged:
            await _sum(session, trial, part)


async def _sum(session: Session, trial: Trial, part: Slice) -> None:
    for name, tally in trial.tallies.items():
        if days := trial.window(tally.ladder):
            spent = await repository.spent_by_level(session, part, name, days, trial.asleep_on)
            tally.held.update(spent)


async def _count_anew(session: Session, trial: Trial) -> None:
    """Judge everybody by what the stored orders count under the proposed rules."""
    anew = await counting_anew(session, Book(trial.run.rules, trial.on, trial.run.at))
    for part in _slices(trial, AT_ONCE):
        async for found in _judged_anew(session, trial, anew, part):
            trial.add(found)


async def _judged_anew(
    session: Session, trial: Trial, anew: Anew, part: Slice
) -> AsyncIterator[list[Judged]]:
    run = trial.run
    everybody = await repository.all_members(session, part)
    asked = Asked(run.program_id, run.on, run.rules.sleeping, anchored=False)
    for start in range(0, len(everybody), AT_ONCE):
        some = everybody[start : start + AT_ONCE]
        days = await anew.days(session, some)
        known = await repository.known(session, asked, some)
        found = [_anchored(run.rules, one, days[one.member_id]) for one in known]
        totals = {
            (one.member_id, ladder.name): _totals(trial, ladder, one, days[one.member_id])
            for one in found
            for ladder in run.rules.ladders
        }
        yield judge_known(run, found, totals)


def _anchored(rules: Rules, one: Known, days: Sequence[DayTotal]) -> Known:
    """With its first counted day, where windows begin with the member."""
    if one.anchor is not None or not anchored(rules.ladders):
        return one
    return replace(one, anchor=min((day.day for day in days if day.orders), default=None))


def _totals(trial: Trial, ladder: Ladder, one: Known, days: Sequence[DayTotal]) -> Totals:
    return totals_from_days(
        ladder.windows,
        days,
        trial.on,
        anchor=one.anchor,
        starts_on=trial.run.rules.starts_on,
        tags=one.tags,
    )


def _slices(trial: Trial, size: int) -> list[Slice]:
    """Even cuts: ids are hashes."""
    number = -(-trial.members // size) or 1
    ends = [UUID(int=min(EVERYBODY * n // number, EVERYBODY - 1)) for n in range(number + 1)]
    program_id = trial.run.program_id
    return [Slice(program_id, *cut) for cut in pairwise(ends)]


async def _told(session: Session, trial: Trial) -> dict[str, Any]:
    tallies, rules = trial.tallies.values(), trial.run.rules
    sampled = {member for one in tallies for member, _ in one.samples}
    people = await customers.people(session, rules.program_id, sampled)
    costs = [one.cost(trial.now, rules, trial.window(one.ladder)) for one in tallies]
    cost = BenefitCost(currency=rules.currency, ladders=tuple(costs))
    return {
        "ladders": [one.told(people).model_dump(mode="json", by_alias=True) for one in tallies],
        "benefit_cost": cost.model_dump(mode="json"),
    }
