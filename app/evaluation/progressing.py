"""How far a member is from the next level and from losing the one it holds. Semantics 12."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.evaluation.profiles import Profile
from app.evaluation.schemas.answers import CriterionOut, KeepOut, NextOut, ProgressOut
from app.kit.cron import next_date
from app.kit.schemas import MISSING
from app.policy.criteria import Metric, Totals
from app.policy.days import DayTotal, totals_from_days
from app.policy.forecast import FallsOff, forecast
from app.policy.ladder import Ladder
from app.policy.money import to_major
from app.policy.progress import missing
from app.policy.requirement import Requirement, spend_to_stay
from app.policy.standing import Case, Occasion
from app.programs.rules import Rules

ONE_DAY = timedelta(1)
MONEY = {Metric.spend, Metric.largest_order}

Checks = Callable[[date], date | None]


@dataclass(frozen=True, slots=True)
class Course:
    """One member on one ladder as of `case.on`, with the days that its totals come from."""

    rules: Rules
    ladder: Ladder
    case: Case
    days: Sequence[DayTotal]
    anchor: date | None

    @classmethod
    def of(
        cls, rules: Rules, ladder: Ladder, profile: Profile, days: Sequence[DayTotal], on: date
    ) -> "Course":
        """As the member stands today."""
        anchor, tags = profile.known.anchor, profile.known.tags
        when = {"anchor": anchor, "starts_on": rules.starts_on}
        totals = totals_from_days(ladder.windows, days, on, **when, tags=tags)
        held = profile.held(ladder.name).standing
        overrides = profile.overrides(ladder.name)
        case = Case(held, totals, Occasion.check, on, overrides=overrides)
        return cls(rules, ladder, case, days, anchor)

    @property
    def totals(self) -> Totals:
        return self.case.totals

    def falls_off(self, checks: Checks) -> FallsOff | None:
        """When and to what it falls if nothing more comes."""
        return forecast(
            self.ladder,
            self.case,
            self.days,
            checks,
            anchor=self.anchor,
            starts_on=self.rules.starts_on,
        )


def main_ladder(rules: Rules) -> Ladder:
    """The ladder whose progress is told unasked: the tiers, else the first track with stages."""
    return next((ladder for ladder in rules.ladders if ladder.levels), rules.ladders[0])


def checks_after(rules: Rules, on: date) -> Checks:
    """The scheduled dates still to come on `on`: that day's own unless its check is finished."""
    had = rules.sandbox_day is not None or rules.checked_on is None or rules.checked_on >= on
    return checks_from(rules, on + ONE_DAY if had else on)


def checks_from(rules: Rules, first: date) -> Checks:
    """The scheduled dates from `first` on."""
    return lambda day: next_date(rules.check_schedule, max(day, first))


def shown_keys(rules: Rules, ladder: Ladder) -> frozenset[str]:
    """The levels of the ladder that customers may be told of."""
    texts = (rules.level(ladder.name, level.key) for level in ladder.levels)
    return frozenset(text.key for text in texts if text and text.visible)


def progress(course: Course, checks: Checks, shown: Container[str]) -> ProgressOut:
    """What is next and what keeps the level held; nothing moves in a disabled program."""
    if not course.rules.enabled:
        return ProgressOut(ladder=course.ladder.name, next=None, keep=None)
    return ProgressOut(
        ladder=course.ladder.name, next=_next(course, shown), keep=_keep(course, checks, shown)
    )


def criteria(course: Course, asked: Iterable[Requirement]) -> tuple[CriterionOut, ...]:
    """Criteria as they are told, money as decimal strings."""
    return tuple(_criterion(course, one) for one in asked)


def amount(rules: Rules, metric: Metric, value: int) -> str | int:
    return to_major(value, rules.exponent) if metric in MONEY else value


def _next(course: Course, shown: Container[str]) -> NextOut | None:
    held, ladder = course.case.held.level, course.ladder
    position = ladder.position_of(held)
    if position is None:
        position = ladder.removed.get(held or "", 0)
    found = missing(ladder, position, course.totals, shown)
    if found is None:
        return None
    text = course.rules.level(ladder.name, found.key)
    return NextOut(
        key=found.key,
        name=text.name if text else found.key,
        match="any" if found.match_any else "all",
        criteria=criteria(course, found.requirements),
    )


def _keep(course: Course, checks: Checks, shown: Container[str]) -> KeepOut | None:
    ladder, held = course.ladder, course.case.held.level
    if held is None:
        return None
    level = ladder.level_at(ladder.position_of(held) or 0)
    falls = course.falls_off(checks)
    to = falls.to_level if falls else None
    return KeepOut(
        missing=_spend(course, spend_to_stay(level, course.totals)),
        falls_off_on=falls.on if falls else None,
        to=to if to in shown else None,
        needed_to_keep=_spend(course, falls.needed if falls else None),
    )


def _spend(course: Course, minor: int | None) -> str | None:
    return None if minor is None else to_major(minor, course.rules.exponent)


def _criterion(course: Course, one: Requirement) -> CriterionOut:
    metric, window = one.criterion.metric, one.criterion.window
    other = metric is not Metric.tags and window > 0
    return CriterionOut(
        metric=metric,
        value=amount(course.rules, metric, one.value),
        needed=amount(course.rules, metric, one.needed),
        missing=amount(course.rules, metric, one.missing),
        tag=MISSING if one.criterion.tag is None else one.criterion.tag,
        window=course.ladder.windows[window] if other else MISSING,
    )
