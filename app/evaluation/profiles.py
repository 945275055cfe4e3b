"""What is stored of members, read for answers: themselves, what they hold, the days that count."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from app.evaluation.repository import Known, known_from
from app.kit.db import Session, rows, sql
from app.kit.glances import Glance
from app.policy.days import DayTotal
from app.policy.effective import whose
from app.policy.ladder import Ladder
from app.policy.override import Override
from app.policy.window import WindowKind, bounds
from app.programs import service as programs
from app.programs.rules import Rules
from app.programs.service import Stand
from app.standings.moves import Held

PROFILES = sql(__file__, "profiles")
ONE_PROFILE = Glance(__file__, "profiles")
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


class Alone(NamedTuple):
    """A member that represents nobody, under the rules in force, with the days that count."""

    rules: Rules
    view: View
    days: Sequence[DayTotal]


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


async def alone(
    session: Session, guess: Rules, on: date, member: UUID, *, days: bool
) -> Alone | None:
    """All about one member by a single statement, without a transaction.

    None when one is not enough: it is unknown, represents somebody, has a window of its own, or
    the guess of the rules was wrong.
    """
    if days and anchored(guess.ladders):
        return None
    first = first_day(guess.ladders, guess, on, None) if days else None
    row = await ONE_PROFILE.row(session, **_binds(guess, on, [member], first))
    if row is None or row.represents is not None:
        return None
    rules = programs.proved(guess, _stand(row))
    return None if rules is None else Alone(rules, View(_profile(row)), _days(row.days))


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
    firsts = {
        one.member_id: first_day(rules.ladders, rules, on, one.known.anchor) for one in holders
    }
    found: dict[UUID, list[DayTotal]] = {member: [] for member in firsts}
    binds = {"member_ids": list(firsts), "firsts": list(firsts.values())}
    for row in await rows(session, DAYS, program_id=rules.program_id, **binds):
        found[row.member_id].append(
            DayTotal(row.day, row.spend, row.orders, row.largest, row.points)
        )
    return found


def first_day(ladders: Iterable[Ladder], rules: Rules, on: date, anchor: date | None) -> date:
    """The first day that any window of the ladders holds as of `on`; none counts before, later."""
    spans = (
        bounds(window, on, anchor=anchor, starts_on=rules.starts_on)
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
    found = await rows(session, PROFILES, **_binds(rules, on, members))
    return {row.member_id: _profile(row) for row in found}


def _binds(
    rules: Rules, on: date, members: Iterable[UUID], first: date | None = None
) -> dict[str, Any]:
    """`first`: the first day that is wanted of each; None: no day."""
    return {
        "program_id": rules.program_id,
        "member_ids": sorted(members),
        "as_of": on,
        "anchored": anchored(rules.ladders),
        "first": first,
    }


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


def _stand(row: Any) -> Stand:
    return Stand(
        key=row.program_key,
        name=row.program_name,
        version=row.program_version,
        counting=row.program_counting,
        sandbox_day=row.sandbox_day,
        checked_on=row.checked_on,
    )


def _days(said: Iterable[Any] | None) -> list[DayTotal]:
    return [DayTotal(date.fromisoformat(day), *sums) for day, *sums in said or ()]
