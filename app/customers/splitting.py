"""A merger taken back. Semantics 3."""

from uuid import UUID

from app.kit.db import Session, run, sql
from app.kit.errors import Conflict

UNMERGE = sql(__file__, "unmerge")


class NotMerged(Conflict):
    """Only what was merged into a customer directly can be taken out of it."""

    def __init__(self) -> None:
        super().__init__("That customer was not merged into this one.")


async def unmerge(session: Session, program_id: UUID, kept: UUID, removed: UUID) -> None:
    """The removed customer is itself from now on; both are locked. Raises NotMerged."""
    binds = {"kept": kept, "removed": removed}
    if not await run(session, UNMERGE, program_id=program_id, **binds):
        raise NotMerged
