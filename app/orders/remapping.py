"""Stored orders read anew after an edit of their source's status map, some at a time."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from app.customers import service as customers
from app.customers.models import Locked, Who
from app.kit.db import Overtaken, Session
from app.orders import service, status_maps
from app.orders.models import NeedMembers
from app.orders.resolving import Book
from app.orders.status_maps import Claimed
from app.orders.statuses import NO_MAP
from app.programs import rechecking
from app.programs import service as programs

AT_ONCE = 500  # orders of one transaction
ROUNDS = 20


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
    """Under the locks of everybody concerned; totals follow, positions wait for the check."""
    locked: dict[UUID, Locked] = {}
    wanted: Iterable[UUID] = set(homes.values())
    for _ in range(ROUNDS):
        who = [Who.existing(one) for one in wanted]
        locked |= await customers.lock_members(
            session, book.program_id, book.rules.counting, who, book.on, book.at
        )
        try:
            await service.bring_up(session, book, homes, locked)
        except NeedMembers as more:
            wanted = more.members
        else:
            return
    raise Overtaken
