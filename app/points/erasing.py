"""The ledger of who is erased goes. Page 6, "Erase"."""

from collections.abc import Sequence
from uuid import UUID

from app.kit.db import Session, run, sql

ERASE = sql(__file__, "erase_points")


async def forget(session: Session, program_id: UUID, members: Sequence[UUID]) -> None:
    """Delete all lines of these members; they are locked."""
    await run(session, ERASE, program_id=program_id, member_ids=list(members))
