"""What many members come to; nothing here decides."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from app.kit.db import Session, roomy, row, rows, rows_as, sql
from app.policy.window import Days

HOLDERS = sql(__file__, "holders")
MOVED_SINCE = sql(__file__, "moved_since")
MEMBERS_KNOWN = sql(__file__, "members_known")
MOVES = sql(__file__, "moves")
REACHED = sql(__file__, "reached")
FALLING = sql(__file__, "falling")
SINGLY = sql(__file__, "singly")
SOLD = sql(__file__, "sold")


class Holders(NamedTuple):
    ladder: str
    level_key: str
    members: int


class MovedSince(NamedTuple):
    """`removed`: members that were merged away or erased meanwhile."""

    ladder: str
    from_level: str | None
    to_level: str | None
    removed: bool
    members: int


class Moves(NamedTuple):
    ladder: str
    from_level: str | None
    to_level: str | None
    direction: str
    occasion: str
    moves: int


async def holders(
    session: Session, program_id: UUID, as_of: date, *, sleeping: bool
) -> list[Holders]:
    """Who holds a level today. `sleeping`: without those who represent somebody on `as_of`."""
    binds = {"as_of": as_of, "sleeping": sleeping}
    return await rows_as(session, Holders, HOLDERS, program_id=program_id, **binds)


async def moved_since(
    session: Session, program_id: UUID, as_of: date, *, sleeping: bool
) -> list[MovedSince]:
    """The moves after `as_of`. `sleeping`: without those who represented somebody on it."""
    binds = {"as_of": as_of, "sleeping": sleeping}
    return await rows_as(session, MovedSince, MOVED_SINCE, program_id=program_id, **binds)


async def members_known(session: Session, program_id: UUID, as_of: date, *, sleeping: bool) -> int:
    """How many known by `as_of` are there still. `sleeping`: and represent nobody on it."""
    binds = {"as_of": as_of, "sleeping": sleeping}
    found = await row(session, MEMBERS_KNOWN, program_id=program_id, **binds)
    return int(found.members) if found else 0


async def moves(session: Session, program_id: UUID, days: Days) -> list[Moves]:
    return await rows_as(session, Moves, MOVES, program_id=program_id, **days._asdict())


class Reached(NamedTuple):
    """`reach` members have `value` or more, `members` of them exactly.

    `above`: the next value that somebody has, `tied_above` members exactly.
    """

    value: int
    members: int
    reach: int
    above: int | None
    tied_above: int


async def reached(
    session: Session, program_id: UUID, binds: Mapping[str, Any], days: Days, ranks: Sequence[int]
) -> list[Reached]:
    """The values that so many members reach, highest first, and the lowest value there is.

    `binds`: `metric`, a column of day totals; with `sleeping` members that represent somebody on
    `as_of` have no value.
    """
    binds = {**binds, **days._asdict(), "ranks": list(ranks)}
    return await rows_as(session, Reached, REACHED, program_id=program_id, **binds)


class Fallers(NamedTuple):
    """How many share a path; `some`, the first of them, `behind`, the first behind a member."""

    level_key: str
    since: date | None
    path: list[int]
    members: int
    some: list[UUID]
    behind: list[UUID] | None


async def falling(session: Session, program_id: UUID, binds: Mapping[str, Any]) -> list[Fallers]:
    """Who is moved by the days that turn, grouped by all that decides; `binds`: the statement's."""
    await roomy(session)
    return await rows_as(session, Fallers, FALLING, program_id=program_id, **binds)


async def singly(
    session: Session, program_id: UUID, binds: Mapping[str, Any]
) -> tuple[list[UUID], int]:
    """The first of those whose fall is told one by one, and how many there are."""
    found = await rows(session, SINGLY, program_id=program_id, **binds)
    return [one.member_id for one in found], found[0].members if found else 0


class Sold(NamedTuple):
    """`spend` in minor units, `stated` in major ones; `strange` told of another currency."""

    ladder: str
    level_key: str | None
    members: int
    orders: int
    spend: int
    stated: Decimal
    strange: int


async def sold(
    session: Session, program_id: UUID, days: Days, ladders: Sequence[str], currency: str
) -> list[Sold]:
    """What was bought in a span, by the level held when the day of it began."""
    binds = {**days._asdict(), "ladders": list(ladders), "currency": currency}
    return await rows_as(session, Sold, SOLD, program_id=program_id, **binds)
