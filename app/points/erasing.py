"""The ledger of who is erased goes. Page 6, "Erase"."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from app.kit.db import Session, run, sql

ERASE = sql(__file__, "erase_points")


async def forget(session: Session, program_id: UUID, members: Sequence[UUID]) -> None:
    """Delete all lines of these members; they are locked.

    What they earned for an organization stays there, under an id that nobody has sent.
    """
    binds = {"member_ids": list(members), "salt": secrets.token_hex()}
    await run(session, ERASE, program_id=program_id, **binds)
