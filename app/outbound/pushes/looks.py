"""Members whom push targets look at again although nothing has moved: whom they represent changed.

Written in the transaction of the change, so that none is forgotten; the worker of the target
takes them up under the target's lock.
"""

from collections.abc import Iterable
from uuid import UUID

from app.kit.db import Session, rows, run, sql
from app.outbound.pushes.values import Lease

ASK = sql(__file__, "look_ask")
TAKE = sql(__file__, "look_take")


async def ask(session: Session, program_id: UUID, members: Iterable[UUID]) -> None:
    """Have every target of the program look at these members."""
    await run(session, ASK, program_id=program_id, member_ids=sorted(set(members)))


async def take(session: Session, lease: Lease, most: int) -> list[UUID]:
    """Members to look at, no longer asked for. The target is locked."""
    binds = {"program_id": lease.program_id, "target_id": lease.id, "most": most}
    return [row.member_id for row in await rows(session, TAKE, **binds)]
