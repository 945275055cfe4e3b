"""What is stored of members, read for answers: themselves, what they hold, the days that count."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.evaluation.repository import Known, known_from
from app.kit.db import Session, rows, sql
from app.policy.days import DayTotal
from app.policy.effective import whose
from app.policy.ladder import Ladder
from app.policy.override import Override
from app.policy.window import WindowKind, bounds
from app.programs.rules import Rules
from app.standings.moves import Held

PROFILES = sql(__file__, "profiles")
DAYS = sql(__file__, "days")
UNHELD = Held()
MOST_ABOVE = 2  # an organization, and its parent


@dataclass(frozen=True, slots=True)
class Profile:
    """A member as it is stored. `represents`: the organization under which its own holding sleeps.

    `incomplete`: orders of it wait for a rate. `counting`: under which its orders stand.
    `balance`: of its points.
    """

    kind: str
    external_id: str
    represents: UUID | None
    incomplete: bool
    counting: int
    balance: int
    known: Known

    @property
    def member_id(self) -> UUID:
        return self.known.member_id

    def held(self, ladder: str) -> Held:
        return self.known.held.get(ladder, UNHELD)

    def overrides(self, ladder: str) -> tuple[Override, ...]:
        return self.known.overrides.get(ladder, ())


@dataclass(frozen=True, slots=True)
class View:
    """A member that was asked for. `above`: what it represents, then what that belongs to."""

    own: Profile
    above: tuple[Profile, ...] = ()

    @property
    def organization(self) -> Profile | None:
        """What it represents or belongs to."""
        return next(iter(self.above), None)

    @property
    def account(self) -> Profile:
        """Where its orders of today count."""
        return self.above[-1] if self.above else self.own

    def on(self, rules: Rules, ladder: str) -> Profile:
        """Whose position on the ladder counts for it: the one answer to that question."""
        found = rules.ladder(ladder)
        chain = (self.own, *self.above)
        if found is None:
            return self.account
        held = [one.held(ladder).standing.level for one in chain]
        return chain[whose(found, held, sleeping=rules.sleeping)]

    def holders(self, rules: Rules) -> list[Profile]:
        """Everybody whose positions or totals are told of it, each once."""
        found = [self.account, *(self.on(rules, ladder.name) for ladder in rules.ladders)]
        return list({one.member_id: one for one in found}.values())


async def views(
    session: Session, rules: Rules, on: date, members: Iterable[UUID]
) -> dict[UUID, View]:
    """What holds for these members on `on`; who is unknown, merged away or erased is no key.

    One statement, one more if somebody represents an organization, and one more if one of those
    has a parent.
    """
    found = await _profiles(session, rules, on, set(members))
    known, newest = dict(found), found
    for _ in range(MOST_ABOVE):
        wanted = {one.represents for one in newest.values() if one.represents is not None}
        if not (wanted := wanted - known.keys()):
            break
        newest = await _profiles(session, rules, on, wanted)
        known |= newest
    return {member: View(one, tuple(_above(one, known))) for member, one in found.items()}


def _above(one: Profile, known: Mapping[UUID, Profile]) -> Iterator[Profile]:
    for _ in range(MOST_ABOVE):
        above = known.get(one.represents) if one.represents else None
        if above is None:
            return
        one = above
        yield one


async def days_of(
    session: Session, rules: Rules, on: date, holders: Iterable[Profile]
) -> dict[UUID, list[DayTotal]]:
    """The days of these members that count as of `on` or may count later, oldest first."""
    firsts = {one.member_id: first_day(rules.ladders, rules, on, one.known) for one in holders}
    found: dict[UUID, list[DayTotal]] = {member: [] for member in firsts}
    binds = {"member_ids": list(firsts), "firsts": list(firsts.values())}
    for row in await rows(session, DAYS, program_id=rules.program_id, **binds):
        found[row.member_id].append(
            DayTotal(row.day, row.spend, row.orders, row.largest, row.points)
        )
    return found


def first_day(ladders: Iterable[Ladder], rules: Rules, on: date, known: Known) -> date:
    """The first day that any window of the ladders holds as of `on`; none counts before, later."""
    spans = (
        bounds(window, on, anchor=known.anchor, starts_on=rules.starts_on)
        for ladder in ladders
        for window in ladder.windows
    )
    return min((span.first for span in spans if span), default=on)


def anchored(ladders: Iterable[Ladder]) -> bool:
    """Whether some window starts with the member."""
    kinds = (window.kind for ladder in ladders for window in ladder.windows)
    return WindowKind.anniversary in kinds


async def _profiles(
    session: Session, rules: Rules, on: date, members: Iterable[UUID]
) -> Mapping[UUID, Profile]:
    binds = {"member_ids": sorted(members), "as_of": on, "anchored": anchored(rules.ladders)}
    found = await rows(session, PROFILES, program_id=rules.program_id, **binds)
    return {row.member_id: _profile(row) for row in found}


def _profile(row: Any) -> Profile:
    return Profile(
        kind=row.kind,
        external_id=row.external_id,
        represents=row.represents,
        incomplete=row.incomplete,
        counting=row.counting,
        balance=row.balance,
        known=known_from(row),
    )
