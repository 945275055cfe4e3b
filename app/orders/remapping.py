"""Stored orders read anew after an edit of their source's status map, some at a time."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.customers.models import Locked
from app.kit.db import Session
from app.orders import service, status_maps
from app.orders.locking import under_locks
from app.orders.resolving import Book
from app.orders.status_maps import Claimed
from app.orders.statuses import NO_MAP
from app.programs import rechecking
from app.programs import service as programs

AT_ONCE = 500  # orders of one transaction


async def remap_some(session: Session, claimed: Claimed, at: datetime) -> None:
    """Read some orders of a source by its newest map; when all are, owe the check and end.

    Which orders are left is read from the orders themselves, so that it may stop anywhere.
    """
    program_id, source = claimed.program_id, claimed.source
    newest = (await status_maps.current(session, program_id, [source])).get(source, NO_MAP)
    homes = await status_maps.read_before(session, program_id, source, newest.revision, AT_ONCE)
    if homes:
        rules = await programs.hold(session, program_id)
        await _remap(session, Book(rules, programs.today(rules, at), at), homes)
        return
    if claimed.owes_check:
        await rechecking.ask_recheck(session, program_id, at)
    await status_maps.end(session, claimed)


async def _remap(session: Session, book: Book, homes: Mapping[UUID, UUID]) -> None:
    """Totals follow, positions wait for the check."""

    async def bring_up(locked: Mapping[UUID, Locked]) -> None:
        await service.bring_up(session, book, homes, locked)

    await under_locks(session, book, homes.values(), bring_up)
