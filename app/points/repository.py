"""Statements about the ledger of points."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.kit.db import Session, row, rows, rows_as, sql
from app.points.listed import Listed, Stamp

BALANCE = sql(__file__, "balance")
PAGE = sql(__file__, "page")
ENTRY = sql(__file__, "entry")
ADD_ONCE = sql(__file__, "add_once")
OWN_LINES = sql(__file__, "own_lines")


class Line(NamedTuple):
    """A line to be written. `entry_id` says what it is for."""

    member_id: UUID
    entry_id: UUID
    kind: str
    points: int
    reason: str | None
    recorded: int
    level_key: str | None = None


class OwnLine(NamedTuple):
    """The sum of lines that follow from no fact."""

    member_id: UUID
    kind: str
    day: date
    level_key: str | None
    points: int


async def balance(session: Session, program_id: UUID, member_id: UUID) -> int:
    found = await row(session, BALANCE, program_id=program_id, member_id=member_id)
    return found.balance if found else 0


async def page(
    session: Session, program_id: UUID, member_id: UUID, before: tuple[int, UUID], number: int
) -> list[Listed]:
    """Lines before a place, the newest first."""
    binds = {"member_id": member_id, "recorded": before[0], "entry_id": before[1]}
    return await rows_as(session, Listed, PAGE, program_id=program_id, number=number, **binds)


async def entry(session: Session, program_id: UUID, member_id: UUID, entry_id: UUID) -> int | None:
    """The points of a line, if there is one of that id."""
    binds = {"member_id": member_id, "entry_id": entry_id}
    found = await row(session, ENTRY, program_id=program_id, **binds)
    return found.points if found else None


async def add_once(session: Session, stamp: Stamp, lines: Sequence[Line]) -> int:
    """Write lines of locked members; how many were not there yet."""
    if not lines:
        return 0
    binds = {
        "member_ids": [one.member_id for one in lines],
        "entry_ids": [one.entry_id for one in lines],
        "kinds": [one.kind for one in lines],
        "points": [one.points for one in lines],
        "reasons": [one.reason for one in lines],
        "recorded": [one.recorded for one in lines],
        "level_keys": [one.level_key for one in lines],
    }
    return len(await rows(session, ADD_ONCE, **stamp._asdict(), **binds))


async def own_lines(session: Session, program_id: UUID, members: Iterable[UUID]) -> list[OwnLine]:
    binds = {"member_ids": sorted(members)}
    return await rows_as(session, OwnLine, OWN_LINES, program_id=program_id, **binds)
