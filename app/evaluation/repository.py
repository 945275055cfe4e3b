"""Finds whom to look at, and sums what counts for them; decides nothing."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from app.kit.db import Session, number_of, rows, sql
from app.policy.criteria import Sums
from app.policy.decision import Standing, State
from app.policy.override import Override, OverrideMode
from app.policy.window import Days
from app.standings.moves import Held

CASES = sql(__file__, "cases")
TOTALS = sql(__file__, "totals")
CANDIDATES = sql(__file__, "candidates")
CANDIDATES_NUMBER = number_of(CANDIDATES)
IDLE_MEMBERS = sql(__file__, "idle_members")
UNDECIDED = sql(__file__, "undecided")
ALL_MEMBERS = sql(__file__, "all_members")
REVIEWED_ON = sql(__file__, "reviewed_on")
UNSETTLED = sql(__file__, "unsettled")
UNSETTLED_ONE = sql(__file__, "unsettled_one")
UNSETTLED_AMONG = sql(__file__, "unsettled_among")
BASE = sql(__file__, "base")
SPENT_BY_LEVEL = sql(__file__, "spent_by_level")
ONLY_PREVIEW = sql(__file__, "only_preview")


class Slice(NamedTuple):
    """The members above `after` up to and with `through`."""

    program_id: UUID
    after: UUID
    through: UUID

    @property
    def everybody(self) -> "Slice":
        """All members of its program."""
        return Slice(self.program_id, UUID(int=0), UUID(int=2**128 - 1))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a member, but for its totals. `held` and `overrides` are by ladder.

    `is_new`: nothing has been decided about it yet, so `start` applies.
    """

    member_id: UUID
    version: int
    tags: frozenset[str]
    anchor: date | None
    held: Mapping[str, Held]
    overrides: Mapping[str, tuple[Override, ...]]
    is_new: bool = False


class Asked(NamedTuple):
    """Whom a decision is wanted about, and as of when.

    `sleeping`: not about those who represent somebody then. `anchored`: some window starts with
    the member, so its first counted day is wanted.
    """

    program_id: UUID
    as_of: date
    sleeping: bool
    anchored: bool


async def known(session: Session, asked: Asked, members: Iterable[UUID]) -> list[Known]:
    """The members that can be decided about, in id order."""
    found = await rows(session, CASES, member_ids=sorted(set(members)), **asked._asdict())
    return [known_from(row) for row in found]


async def sums(
    session: Session, asked: Sequence[tuple[UUID, int, Days]]
) -> dict[tuple[UUID, int], Sums]:
    """(member, number) → sums over its days; without any day counted it is left out."""
    if not asked:
        return {}
    found = await rows(
        session,
        TOTALS,
        member_ids=[one[0] for one in asked],
        numbers=[one[1] for one in asked],
        firsts=[one[2].first for one in asked],
        lasts=[one[2].last for one in asked],
    )
    return {
        (row.member_id, row.number): Sums(row.spend, row.orders, row.largest, row.points)
        for row in found
    }


async def candidates(
    session: Session, part: Slice, since: date, as_of: date, turned: Sequence[Days]
) -> list[UUID]:
    """The members of `part` whose answer can differ from that of the check as of `since`.

    `turned`: the days that have left or entered a window since then. In id order.
    """
    found = await rows(session, CANDIDATES, **_candidates(part, since, as_of, turned))
    return [row.member_id for row in found]


async def candidates_number(
    session: Session, part: Slice, since: date, as_of: date, turned: Sequence[Days]
) -> int:
    """How many `candidates` there are."""
    [found] = await rows(session, CANDIDATES_NUMBER, **_candidates(part, since, as_of, turned))
    return int(found.number)


def _candidates(part: Slice, since: date, as_of: date, turned: Sequence[Days]) -> dict[str, Any]:
    days = {"firsts": [one.first for one in turned], "lasts": [one.last for one in turned]}
    return {**part._asdict(), **days, "since": since, "as_of": as_of}


async def all_members(session: Session, part: Slice) -> list[UUID]:
    return [row.member_id for row in await rows(session, ALL_MEMBERS, **part._asdict())]


async def undecided(session: Session, part: Slice) -> list[UUID]:
    """The members of `part` about whom nothing has been decided yet."""
    return [row.member_id for row in await rows(session, UNDECIDED, **part._asdict())]


async def reviewed_on(
    session: Session, program_id: UUID, day: date, after: UUID, most: int
) -> list[UUID]:
    """The next members behind one that are to be looked at since exactly that date."""
    binds = {"program_id": program_id, "review_on": day, "after": after, "most": most}
    return [row.member_id for row in await rows(session, REVIEWED_ON, **binds)]


async def idle_members(session: Session, part: Slice, ladder: str) -> list[UUID]:
    """The members of `part` that hold nothing on the ladder."""
    found = await rows(session, IDLE_MEMBERS, **part._asdict(), ladder=ladder)
    return [row.member_id for row in found]


async def unsettled(
    session: Session, part: Slice, binds: Mapping[str, Any], *, one_window: bool
) -> list[UUID]:
    """The members of `part` that the screen in `binds` does not leave alone."""
    statement = UNSETTLED_ONE if one_window else UNSETTLED
    return [row.member_id for row in await rows(session, statement, **part._asdict(), **binds)]


async def unsettled_among(
    session: Session, program_id: UUID, members: Sequence[UUID], binds: Mapping[str, Any]
) -> list[UUID]:
    """Those of these members that the screen in `binds` does not leave alone."""
    asked = {"program_id": program_id, "member_ids": list(members)}
    return [row.member_id for row in await rows(session, UNSETTLED_AMONG, **asked, **binds)]


async def base(session: Session, program_id: UUID, counting: int) -> tuple[int, bool]:
    """The number of members, and whether orders of some still wait to be counted anew."""
    [found] = await rows(session, BASE, program_id=program_id, counting=counting)
    return found.members, found.stale


async def spent_by_level(
    session: Session, part: Slice, ladder: str, days: Days, asleep_on: date | None
) -> dict[str, int]:
    """Level held → what its members spent in these days.

    `asleep_on`: without those who represent somebody on that date.
    """
    binds = {"ladder": ladder, **days._asdict(), "sleeping": asleep_on is not None}
    binds["as_of"] = asleep_on or days.last
    found = await rows(session, SPENT_BY_LEVEL, **part._asdict(), **binds)
    return {row.level_key: row.spend for row in found}


async def only_preview(session: Session, program_id: UUID) -> bool:
    """Whether no other preview of the program runs; until the transaction ends none will."""
    [found] = await rows(session, ONLY_PREVIEW, name=f"preview of {program_id}")
    return bool(found.alone)


def known_from(row: Any) -> Known:
    """The member of a row with what it holds and its overrides as JSON."""
    overrides: dict[str, list[Override]] = {}
    for ladder, *said in _json(row.overrides) or ():
        overrides.setdefault(ladder, []).append(_override(*said))
    return Known(
        member_id=row.member_id,
        version=row.version,
        is_new=row.is_new,
        tags=frozenset(row.tags),
        anchor=row.joined_on or row.first_day,
        held={ladder: _held(*said) for ladder, said in (_json(row.held) or {}).items()},
        overrides={ladder: tuple(said) for ladder, said in overrides.items()},
    )


def _held(  # the columns of one row
    level: str | None,
    since: str | None,
    state: str,
    grace_until: str | None,
    review_on: str | None,
    position: int,
    change_seq: int,
) -> Held:
    standing = Standing(level, _day(since), State(state), _day(grace_until))
    return Held(standing, position, _day(review_on), change_seq, exists=True)


def _override(
    one: str, mode: str, level: str | None, from_on: str, until_on: str | None, recorded: int
) -> Override:
    begins = date.fromisoformat(from_on)
    return Override(one, OverrideMode(mode), level, begins, _day(until_on), recorded)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
