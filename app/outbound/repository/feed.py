"""Statements about the feed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.kit.db import Session, row, rows, rows_as, run, sql
from app.outbound.feeding import FeedRow

CHANGES_AT = sql(__file__, "changes_at")
DROP_LEASE = sql(__file__, "drop_lease")
FEED = sql(__file__, "feed")
HISTORY = sql(__file__, "history")
IS_OWED = sql(__file__, "is_owed")
LENGTHEN = sql(__file__, "lengthen")
NUMBER = sql(__file__, "number")
OWED = sql(__file__, "owed")
TAKE_LEASE = sql(__file__, "take_lease")


class OwedChange(NamedTuple):
    """A committed change without a number."""

    program_id: UUID
    member_id: UUID
    seq: int
    type: str
    ladder: str | None = None
    direction: str | None = None
    occasion: str | None = None


async def is_owed(session: Session) -> bool:
    """Whether any change waits for its number."""
    found = await row(session, IS_OWED)
    return found is not None and found.owed


async def take_lease(
    session: Session, name: str, holder: str, at: datetime, until: datetime
) -> int | None:
    """The term of the lease, locked in this transaction; None while another one's runs."""
    taken = await row(session, TAKE_LEASE, name=name, holder=holder, at=at, until=until)
    return taken.term if taken else None


async def drop_lease(session: Session, name: str, holder: str) -> None:
    await run(session, DROP_LEASE, name=name, holder=holder)


async def owed(session: Session, most: int, but: Sequence[UUID] = ()) -> list[OwedChange]:
    """About `most` changes without a number, in the order in which they are to be numbered.

    `but`: programs that are left out.
    """
    return await rows_as(session, OwedChange, OWED, most=most, but=list(but))


async def lengthen(session: Session, more: Mapping[UUID, int]) -> dict[UUID, int]:
    """Program → the last number of its feed, once it is so many changes longer."""
    found = await rows(session, LENGTHEN, program_ids=list(more), numbers=list(more.values()))
    return {one.program_id: one.feed_seq for one in found}


async def number(session: Session, numbered: Sequence[tuple[OwedChange, int]]) -> int:
    """Give each change its number; how many had none before."""
    return await run(
        session,
        NUMBER,
        member_ids=[change.member_id for change, _ in numbered],
        seqs=[change.seq for change, _ in numbered],
        feed_seqs=[feed_seq for _, feed_seq in numbered],
    )


async def feed(session: Session, program_id: UUID, after: int, most: int) -> list[FeedRow]:
    """The numbered changes of a program behind a number, in order."""
    return await rows_as(session, FeedRow, FEED, program_id=program_id, after=after, most=most)


async def changes_at(session: Session, program_id: UUID, feed_seqs: Sequence[int]) -> list[FeedRow]:
    """Those changes of a program, in order."""
    asked = list(feed_seqs)
    return await rows_as(session, FeedRow, CHANGES_AT, program_id=program_id, feed_seqs=asked)


async def history(
    session: Session, program_id: UUID, member_id: UUID, before: int, most: int
) -> list[FeedRow]:
    """The changes of a member below a number of its own, the newest first."""
    binds = {"member_id": member_id, "before": before, "most": most}
    return await rows_as(session, FeedRow, HISTORY, program_id=program_id, **binds)
