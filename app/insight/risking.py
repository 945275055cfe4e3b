"""Who falls off on which of the days to come, if no fact comes. Semantics 12."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.customers import service as customers
from app.evaluation import profiles
from app.evaluation.progressing import Checks, Course, checks_after
from app.insight import repository
from app.insight.schemas import AtRisk, FallingMember, FallsOnDay
from app.insight.turning import binds_of, turning
from app.kit import pages
from app.kit.db import Session
from app.policy.falling import Falling, Path, falling, falls_on
from app.policy.ladder import Downgrade, Ladder
from app.policy.window import WindowKind
from app.programs import service as programs
from app.programs.rules import Rules

ONE_DAY = timedelta(1)
SINGLY_AT_MOST, AT_ONCE = 2_000, 500
LIST = "at risk of {} {} {}"


class Asked(NamedTuple):
    days: int
    cursor: str | None
    limit: int


class Place(NamedTuple):
    """Where a member stands in the list, and where a page ended."""

    on: date
    ladder: str
    member_id: UUID


class Fall(NamedTuple):
    on: date
    ladder: str
    from_level: str | None
    to_level: str | None


@dataclass(slots=True)
class Calendar:
    """What is found: how many, and those who are next behind a place."""

    after: Place | None
    falls: Counter[Fall] = field(default_factory=Counter)
    some: list[tuple[Place, Fall]] = field(default_factory=list)
    untold: int = 0

    def add(self, fall: Fall, members: int, some: Sequence[UUID]) -> None:
        """`some`: the first of these members, if the page ended on this day among those behind."""
        self.falls[fall] += members
        placed = ((Place(fall.on, fall.ladder, one), fall) for one in some)
        self.some += [one for one in placed if self.after is None or one[0] > self.after]

    def ended_on(self, fall: Fall) -> bool:
        return self.after is not None and self.after[:2] == (fall.on, fall.ladder)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The checks through the last day asked for; `most` members of a page are wanted."""

    rules: Rules
    on: date
    through: date
    checks: Checks
    dates: tuple[date, ...]
    most: int

    @classmethod
    def of(cls, rules: Rules, on: date, asked: Asked) -> "Outlook":
        through, checks = on + timedelta(asked.days), checks_after(rules, on)
        dates = tuple(_dates(checks, on, through))
        return cls(rules, on, through, checks, dates, asked.limit + 1)


async def at_risk(session: Session, program_id: UUID, asked: Asked, now: datetime) -> AtRisk:
    """The calendar of falls, and a page of those who fall, by day, ladder and member.

    Raises RequestInvalid for a foreign cursor.
    """
    rules = await programs.rules_of(session, program_id)
    outlook = Outlook.of(rules, programs.today(rules, now), asked)
    name = LIST.format(program_id, asked.days, outlook.on)
    key = pages.after(name, asked.cursor, date.fromisoformat, str, UUID)
    calendar = Calendar(Place(*key) if key else None)
    for ladder in rules.ladders if outlook.dates else ():
        if ladder.active and ladder.levels:
            await _foresee(session, outlook, ladder, calendar)
    ordered = sorted(calendar.some)[: outlook.most]
    shown, following = pages.page(name, ordered, asked.limit, lambda one: one[0])
    return AtRisk(
        as_of=outlook.on,
        through=outlook.through,
        untold=calendar.untold,
        days=tuple(_day(*one) for one in sorted(calendar.falls.items(), key=_order)),
        items=await _named(session, program_id, shown),
        next=following,
    )


async def _foresee(session: Session, outlook: Outlook, ladder: Ladder, calendar: Calendar) -> None:
    found = _falling(ladder)
    if found is not None and ladder.downgrade is not Downgrade.never:
        await _together(session, outlook, ladder, found, calendar)
    await _singly(session, outlook, ladder, calendar, everybody=found is None)


def _falling(ladder: Ladder) -> Falling | None:
    """None where what holds for one does not hold for all who have as much."""
    if len(ladder.windows) != 1 or ladder.windows[0].kind is WindowKind.anniversary:
        return None
    return falling(ladder)


async def _together(
    session: Session, outlook: Outlook, ladder: Ladder, found: Falling, calendar: Calendar
) -> None:
    """Those whom only the days of the window move: one decision for all who are alike."""
    rules, after = outlook.rules, calendar.after
    since = min(rules.checked_on or outlook.on - ONE_DAY, outlook.on)
    turns = turning(ladder.windows[0], outlook.dates, since, rules.starts_on)
    stayed = outlook.on - timedelta(ladder.min_stay_days) if ladder.min_stay_days else date.max
    binds = {
        **binds_of(ladder, found, turns),
        "stayed_since": stayed,
        "waits": bool(ladder.grace_days or ladder.min_stay_days),
        "as_of": outlook.on,
        "sleeping": rules.sleeping,
        "most": outlook.most,
        "after": after.member_id if after else UUID(int=0),
    }
    signatures = len(found.grid.totals)
    for one in await repository.falling(session, rules.program_id, binds):
        path = tuple(divmod(code, signatures) for code in one.path)
        end = falls_on(ladder, found, Path(one.level_key, one.since, path), outlook.dates)
        if end is not None:
            fall = Fall(end[0], ladder.name, one.level_key, end[1])
            some = one.behind or () if calendar.ended_on(fall) else one.some
            calendar.add(fall, one.members, some)


async def _singly(
    session: Session, outlook: Outlook, ladder: Ladder, calendar: Calendar, *, everybody: bool
) -> None:
    """Those with an override, a grace, a date of their own: each by its own forecast."""
    rules = outlook.rules
    binds = {
        "ladder": ladder.name,
        "levels": [level.key for level in ladder.levels],
        "everybody": everybody,
        "as_of": outlook.on,
        "sleeping": rules.sleeping,
        "most": SINGLY_AT_MOST,
    }
    members, number = await repository.singly(session, rules.program_id, binds)
    calendar.untold += number - len(members)
    for start in range(0, len(members), AT_ONCE):
        some = members[start : start + AT_ONCE]
        views = await profiles.views(session, rules, outlook.on, some)
        own = [view.own for view in views.values() if not (rules.sleeping and view.above)]
        days = await profiles.days_of(session, rules, outlook.on, own)
        for one in own:
            course = Course.of(rules, ladder, one, days[one.member_id], outlook.on)
            end = course.falls_off(outlook.checks)
            if end is not None and end.on <= outlook.through:
                fall = Fall(end.on, ladder.name, course.case.held.level, end.to_level)
                calendar.add(fall, 1, [one.member_id])


def _dates(checks: Checks, on: date, through: date) -> Iterator[date]:
    found = checks(on)
    while found is not None and found <= through:
        yield found
        found = checks(found + ONE_DAY)


def _order(counted: tuple[Fall, int]) -> tuple[date, str, str, str]:
    fall = counted[0]
    return fall.on, fall.ladder, fall.from_level or "", fall.to_level or ""


def _day(fall: Fall, members: int) -> FallsOnDay:
    return FallsOnDay(
        on=fall.on, ladder=fall.ladder, from_=fall.from_level, to=fall.to_level, members=members
    )


async def _named(
    session: Session, program_id: UUID, shown: Sequence[tuple[Place, Fall]]
) -> tuple[FallingMember, ...]:
    people = await customers.people(session, program_id, {place.member_id for place, _ in shown})
    found = []
    for place, fall in shown:
        person = people[place.member_id]
        said = {"kind": person.kind, "id": person.external_id or "", "on": fall.on}
        levels = {"from_": fall.from_level, "to": fall.to_level}
        found.append(FallingMember.model_validate({**said, "ladder": fall.ladder, **levels}))
    return tuple(found)
