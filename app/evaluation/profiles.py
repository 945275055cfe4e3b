"""What is stored of members, read for answers: themselves, what they hold, the days that count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.evaluation.repository import Known, known_from
from app.kit.db import Session, rows, sql
from app.policy.days import DayTotal
from app.policy.ladder import Ladder
from app.policy.override import Override
from app.policy.window import WindowKind, bounds
from app.programs.rules import Rules
from app.standings.moves import Held

PROFILES = sql(__file__, "profiles")
DAYS = sql(__file__, "days")
UNHELD = Held()


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
    """A member that was asked for; `organization` holds in its place while it represents it."""

    own: Profile
    organization: Profile | None

    @property
    def holder(self) -> Profile:
        """Whose position counts."""
        return self.organization or self.own


async def views(
    session: Session, rules: Rules, on: date, members: Iterable[UUID]
) -> dict[UUID, View]:
    """What holds for these members on `on`; who is unknown, merged away or erased is no key.

    One statement, and one more if somebody represents an organization.
    """
    found = await _profiles(session, rules, on, set(members))
    wanted = {one.represents for one in found.values() if one.represents is not None}
    more = await _profiles(session, rules, on, wanted - found.keys()) if wanted else {}
    known = {**found, **more}
    return {
        member: View(one, known.get(one.represents) if one.represents else None)
        for member, one in found.items()
    }


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
