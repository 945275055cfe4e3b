"""Points of customers and organizations: told, adjusted and redeemed. Semantics 11.

Who represents an organization has that one's points, as it has its tier.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from app.access.caller import Caller
from app.customers import service as customers
from app.customers.models import Who
from app.evaluation import profiles
from app.evaluation.membership import (
    UNKNOWN,
    Also,
    Group,
    gather,
    require_known,
    require_present,
    run_of,
    settled,
)
from app.kit import pages
from app.kit.db import Session
from app.kit.pages import Page
from app.kit.schemas import MAX_64
from app.orders.models import NeedMembers
from app.points import service as points
from app.points.listed import Stamp
from app.points.schemas import PointsEntryOut, PointsIn
from app.points.service import Account
from app.programs import service as programs

NEWEST = (MAX_64, UUID(int=2**128 - 1))
Answer = TypeVar("Answer")
Write = Callable[[Stamp, Account], Awaitable[Answer]]


async def ledger(
    session: Session, caller: Caller, who: Who, page: tuple[str | None, int], now: datetime
) -> Page[PointsEntryOut]:
    """The lines of whose points `who` has, the newest first. `page`: cursor, limit.

    Raises CustomerNotFound, OrganizationNotFound, and RequestInvalid for a wrong cursor.
    """
    after, limit = page
    rules = await programs.rules_of(session, caller.program_id)
    on = programs.today(rules, now)
    view = (await profiles.views(session, rules, on, [who.member_id])).get(who.member_id)
    if view is None:
        raise UNKNOWN[who.kind]
    account = view.account.member_id
    name = f"points of {account}"
    key = pages.after(name, after, int, UUID)
    before = (key[0], key[1]) if key else NEWEST
    found = await points.page(session, caller.program_id, account, before, limit + 1)
    shown, following = pages.page(name, found, limit, lambda one: (one.recorded, one.entry_id))
    return Page(items=tuple(PointsEntryOut.of(one) for one in shown), next=following)


async def write(
    session: Session, caller: Caller, who: Who, said: PointsIn, now: datetime
) -> PointsEntryOut:
    """Adjust or redeem points by hand.

    Raises CustomerNotFound, OrganizationNotFound, CustomerMerged, MemberRedacted, and
    InsufficientPoints.
    """

    async def work(stamp: Stamp, account: Account) -> PointsEntryOut:
        given = (said.kind, said.added, said.reason)
        return PointsEntryOut.of(await points.write(session, stamp, account, *given))

    return await _under_lock(session, caller, who, now, work)


async def open_once(
    session: Session, caller: Caller, who: Who, given: tuple[int, str | None], now: datetime
) -> bool:
    """Take over the balance that somebody had elsewhere, (points, reason); False if that was done.

    Raises what `write` raises, and OpeningKnown.
    """

    async def work(stamp: Stamp, account: Account) -> bool:
        return await points.open_once(session, stamp, account, who.member_id, *given)

    return await _under_lock(session, caller, who, now, work)


async def _under_lock(
    session: Session, caller: Caller, who: Who, now: datetime, write: Write[Answer]
) -> Answer:
    await require_known(session, caller.program_id, who)

    async def work(also: Also) -> Answer:
        group = await gather(session, await run_of(session, caller, now), [who], also)
        await require_present(session, group, [who])
        account = await _account(session, group, who)
        stamp = Stamp(caller.program_id, group.run.on, now, caller.author)
        return await write(stamp, account)

    return await settled(session, work)


async def _account(session: Session, group: Group, who: Who) -> Account:
    """Raises NeedMembers when it is not locked."""
    asked = [who.member_id]
    chains = await customers.chains_of(session, group.run.program_id, asked, group.run.on)
    account = chains[who.member_id][-1]
    if account not in group.locked:
        raise NeedMembers(frozenset([account]))
    return Account(account, group.locked[account].version)
