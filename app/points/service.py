"""The ledger of points: read, and written where no fact of orders or activities does. Page 2, 11.

Whoever writes holds the member's lock.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID, uuid4

from app.kit.db import Session
from app.kit.ids import computed_id
from app.points import repository
from app.points.errors import InsufficientPoints, OpeningKnown
from app.points.listed import Entered, Listed, Stamp
from app.points.repository import Line, OwnLine

BONUS = "bonus"
ADJUSTED = "adjusted"
REDEEMED = "redeemed"
OPENING = "Opening balance"


class Account(NamedTuple):
    """A locked member. `recorded`: its version."""

    member_id: UUID
    recorded: int


async def page(
    session: Session, program_id: UUID, member_id: UUID, before: tuple[int, UUID], number: int
) -> list[Listed]:
    """Lines of a member before a (recorded, id), the newest first, with the balance after each."""
    return await repository.page(session, program_id, member_id, before, number)


async def write(
    session: Session, stamp: Stamp, account: Account, kind: str, points: int, reason: str
) -> Listed:
    """Add points by hand, or take them. Raises InsufficientPoints if more is redeemed than is."""
    balance = await repository.balance(session, stamp.program_id, account.member_id)
    if kind == REDEEMED and balance + points < 0:
        raise InsufficientPoints(balance)
    line = Line(account.member_id, uuid4(), kind, points, reason, account.recorded)
    await repository.add_once(session, stamp, [line])
    return Listed(
        entry_id=line.entry_id,
        kind=kind,
        points=points,
        balance=balance + points,
        day=stamp.day,
        order_id=None,
        source=None,
        activity_id=None,
        level_key=None,
        reason=reason,
        author=stamp.author,
        recorded_at=stamp.at,
        recorded=account.recorded,
    )


async def open_once(
    session: Session, stamp: Stamp, account: Account, owner: UUID, points: int, reason: str | None
) -> bool:
    """Take over what `owner` had elsewhere; False, and nothing done, if that was done before.

    Raises OpeningKnown if that was another number.
    """
    entry_id = computed_id(owner, "points", "opening")
    line = Line(account.member_id, entry_id, ADJUSTED, points, reason or OPENING, account.recorded)
    if await repository.add_once(session, stamp, [line]):
        return True
    known = await repository.entry(session, stamp.program_id, account.member_id, entry_id)
    if known != points:
        raise OpeningKnown(known)
    return False


async def reward_entries(session: Session, stamp: Stamp, entered: Sequence[Entered]) -> None:
    """The bonus for entering a level: once per member and level, ever. Page 2, section 10."""
    lines = [
        Line(
            one.member_id,
            _entry_id(one.member_id, one.level),
            BONUS,
            one.points,
            None,
            one.recorded,
            one.level,
        )
        for one in entered
    ]
    await repository.add_once(session, stamp, lines)


async def hand_over(session: Session, stamp: Stamp, removed: Account, kept: Account) -> None:
    """What was written by hand and for entries is the kept member's; facts bring their own points.

    An entry that both were rewarded for is rewarded once.
    """
    members = (removed.member_id, kept.member_id)
    found = await repository.own_lines(session, stamp.program_id, members)
    rewarded = {one.level_key for one in found if one.member_id == kept.member_id}
    for one in found:
        if one.member_id != removed.member_id:
            continue
        passes = one.level_key is None or one.level_key not in rewarded
        lines = [_taken(one, removed)] + ([_given(one, removed, kept)] if passes else [])
        await repository.add_once(session, stamp._replace(day=one.day), lines)


def _taken(one: OwnLine, removed: Account) -> Line:
    entry_id = uuid4()
    own = (removed.member_id, entry_id, one.kind, -one.points, "merged", removed.recorded)
    return Line(*own, one.level_key)


def _given(one: OwnLine, removed: Account, kept: Account) -> Line:
    said = (str(removed.recorded), one.kind, one.day.isoformat())
    entry_id = computed_id(kept.member_id, "points", "merged", removed.member_id, *said)
    if one.level_key is not None:
        entry_id = _entry_id(kept.member_id, one.level_key)
    own = (kept.member_id, entry_id, one.kind, one.points, "merged", kept.recorded)
    return Line(*own, one.level_key)


def _entry_id(member_id: UUID, level: str) -> UUID:
    return computed_id(member_id, "points", "entered", level)
