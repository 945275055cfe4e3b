"""Statements about what is told of changes."""

from collections.abc import Sequence
from uuid import UUID

from app.kit.db import Session, rows_as, run, sql
from app.outbound.parcels import Message

ADD_MESSAGES = sql(__file__, "add_messages")
MESSAGES = sql(__file__, "messages")


async def messages(
    session: Session, program_id: UUID, feed_seqs: Sequence[int]
) -> dict[int, Message]:
    """Number of the change → its message, of those that were told before."""
    if not feed_seqs:
        return {}
    found = await rows_as(
        session, Message, MESSAGES, program_id=program_id, feed_seqs=list(feed_seqs)
    )
    return {one.feed_seq: one for one in found}


async def add_messages(
    session: Session, program_id: UUID, made: Sequence[tuple[UUID, Message]]
) -> None:
    """Store messages with their members; whoever was first is right."""
    await run(
        session,
        ADD_MESSAGES,
        program_id=program_id,
        feed_seqs=[one.feed_seq for _, one in made],
        member_ids=[member_id for member_id, _ in made],
        types=[one.type for _, one in made],
        timestamps=[one.timestamp for _, one in made],
        bodies=[one.data for _, one in made],
    )
