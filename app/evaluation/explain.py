"""Why a member holds what it holds on one ladder, as of any date. Semantics 12."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from app.access.caller import Caller
from app.customers.models import Who
from app.evaluation import explaining, grounds, profiles
from app.evaluation.answers import ladder_of, refuse_unknown
from app.evaluation.grounds import Ground, spans_of
from app.evaluation.overrides import NEWEST
from app.evaluation.profiles import Profile, View
from app.evaluation.progressing import Checks, Course, checks_after, checks_from, progress
from app.evaluation.schemas.explanation import Explanation, Note
from app.evaluation.schemas.grounds import NamedMember
from app.kit.db import Session
from app.orders import stored
from app.orders.stored import Span
from app.policy.decision import decide
from app.policy.ladder import Downgrade, Ladder
from app.policy.window import Days
from app.programs import service as programs
from app.programs.rules import Rules
from app.standings import overrides
from app.standings.overrides import RecordedOverride
from app.standings.then import held_then

LATEST = 12
MOST_OVERRIDES = 1_000
ONE_DAY = timedelta(1)
SAYINGS = {
    "past": "Held is what the recorded changes tell of that date; the facts, the overrides and"
    " the definition are today's.",
    "future": "Held is what is held today, as if no check came before that date.",
    "organization": "It stands for an organization, which holds in its place.",
    "best_of_both": "It enjoys the better of its own level and of its organization's.",
    "unconverted": "Orders without an exchange rate do not count yet.",
    "recount_due": "Its orders stand as an older version counts them; the next check counts anew.",
    "path_matters": "Downgrades are off: what is held depends on the recorded order of events.",
    "disabled": "The program is disabled: nothing is decided.",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be explained. `today`: the program's, `on`: the date that was asked for."""

    rules: Rules
    ladder: Ladder
    who: Who
    view: View
    today: date
    on: date

    @property
    def holder(self) -> Profile:
        return self.view.on(self.rules, self.ladder.name)

    @property
    def checks(self) -> Checks:
        """The scheduled dates behind the evaluation that is explained."""
        if self.on > self.today:
            return checks_from(self.rules, self.on)
        if self.on < self.today:
            return checks_from(self.rules, self.on + ONE_DAY)
        return checks_after(self.rules, self.on)


class Wanted(NamedTuple):
    """`ladder` None: the main one; `as_of` None: today."""

    ladder: str | None
    as_of: date | None


async def explanation(
    session: Session, caller: Caller, who: Who, now: datetime, wanted: Wanted
) -> Explanation:
    """All that decides about a member on one ladder.

    Raises CustomerNotFound, OrganizationNotFound and LadderNotFound.
    """
    rules = await programs.rules_of(session, caller.program_id)
    ladder, today = ladder_of(rules, wanted.ladder), programs.today(rules, now)
    on = wanted.as_of or today
    view = (await profiles.views(session, rules, on, [who.member_id])).get(who.member_id)
    if view is None:
        refuse_unknown(who)
    asked = Asked(rules, ladder, who, view, today, on)
    ground = await _ground(session, asked)
    program_id = caller.program_id
    told = await overrides.overrides_of(
        session, program_id, asked.holder.member_id, NEWEST, MOST_OVERRIDES
    )
    return _explained(asked, ground, told)


async def _ground(session: Session, asked: Asked) -> Ground:
    holder, rules, on = asked.holder, asked.rules, asked.on
    program_id = rules.program_id
    only = replace(rules, ladders=(asked.ladder,))
    days = await profiles.days_of(session, only, on, [holder])
    course = Course.of(rules, asked.ladder, holder, days[holder.member_id], on)
    if on < asked.today:
        held = await held_then(session, program_id, holder.member_id, asked.ladder.name, on)
        course = replace(course, case=replace(course.case, held=held))
    spans = spans_of(course)
    span = _span(spans, on)
    orders = [*await stored.near(session, program_id, holder.member_id, span)]
    if holder.kind == "customer":
        orders += await stored.elsewhere(session, program_id, holder.member_id, span.near)
    orders.sort(key=lambda one: (one.counted_on or date.max, one.order_id, one.source))
    since = min((one.counted_on for one in orders if one.counted_on), default=span.near)
    earned = await stored.earned_since(session, program_id, holder.member_id, min(since, span.near))
    return Ground(course, holder, spans, orders, earned)


def _span(spans: Sequence[Days | None], on: date) -> Span:
    """From as many days before the windows on as the longest of them has."""
    found = [span for span in spans if span]
    first = min((span.first for span in found), default=on)
    longest = max((span.last - span.first + ONE_DAY for span in found), default=ONE_DAY)
    near = first - longest if first - date.min >= longest else date.min
    return Span(near, first, LATEST)


def _explained(asked: Asked, ground: Ground, told: Sequence[RecordedOverride]) -> Explanation:
    course, holder = ground.course, asked.holder
    case = replace(course.case, is_new=holder.known.is_new)
    decision = decide(asked.ladder, case)
    everything = frozenset(level.key for level in asked.ladder.levels)
    ahead = progress(course, asked.checks, everything)
    return Explanation(
        asked=NamedMember(kind=asked.who.kind, id=asked.who.external_id),
        member=NamedMember(kind=holder.kind, id=holder.external_id),
        ladder=asked.ladder.name,
        as_of=asked.on,
        version=asked.rules.version,
        notes=tuple(_notes(asked)),
        rules=explaining.rules_line(course),
        anchor=course.anchor,
        tags=tuple(sorted(holder.known.tags)),
        is_new=case.is_new,
        windows=explaining.window_lines(ground),
        orders=grounds.order_lines(ground),
        activities=grounds.activity_lines(ground),
        levels=explaining.level_lines(course),
        overrides=explaining.override_lines(course, told),
        held=explaining.held_line(course, past=asked.on < asked.today),
        decision=explaining.decision_line(case.occasion, decision),
        next=ahead.next,
        keep=explaining.keep_line(course, asked.checks, ahead.keep),
    )


def _notes(asked: Asked) -> Iterator[Note]:
    holder, rules = asked.holder, asked.rules
    holds = {
        "past": asked.on < asked.today,
        "future": asked.on > asked.today,
        "organization": asked.holder != asked.view.own,
        "best_of_both": bool(asked.view.above) and not rules.sleeping,
        "unconverted": holder.incomplete,
        "recount_due": holder.counting < rules.counting,
        "path_matters": asked.ladder.downgrade is Downgrade.never,
        "disabled": not rules.enabled,
    }
    return (Note(code=code, detail=SAYINGS[code]) for code, one in holds.items() if one)
