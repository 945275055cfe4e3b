"""The reverse of a merger: each has again what facts say of it. Semantics 3."""

from dataclasses import replace
from datetime import datetime

from app.access.caller import Caller
from app.customers import splitting
from app.customers.models import Who
from app.evaluation.membership import (
    Also,
    decide,
    gather,
    require_known,
    require_present,
    run_of,
    settled,
)
from app.evaluation.schemas.splits import SplitIn, SplitOut
from app.kit.db import Session
from app.orders import service as orders


async def split(
    session: Session, caller: Caller, customer_id: str, said: SplitIn, now: datetime
) -> SplitOut:
    """Take a customer out of the one it was merged into; both are decided.

    Orders whose facts name it are its own again, those that came since too. What a merger hands
    over for good stays with the kept one: representations, activities, points that no order gave.
    Raises CustomerNotFound, CustomerMerged and NotMerged.
    """
    kept = Who.of(caller.program_id, "customer", customer_id)
    removed = Who.of(caller.program_id, "customer", said.removed_id)
    for who in (kept, removed):
        await require_known(session, caller.program_id, who)

    async def work(also: Also) -> SplitOut:
        run = await run_of(session, caller, now)
        group = await gather(session, run, [kept, removed], also)
        await require_present(session, group, [kept])
        both = [kept.member_id, removed.member_id]
        await splitting.unmerge(session, run.program_id, *both)
        itself = replace(group.locked[removed.member_id], merged_into=None)
        locked = {**group.locked, removed.member_id: itself}
        touched = await orders.rehome(session, group.book, both, locked)
        await decide(session, group, touched | set(both))
        return SplitOut(id=customer_id, removed_id=said.removed_id)

    return await settled(session, work)
