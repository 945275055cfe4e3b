"""Overrides: set, listed, removed, and evaluated when they turn. Semantics 8 and 16."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from app.access.caller import Caller
from app.customers import service as customers
from app.customers.models import Who
from app.evaluation.errors import OverrideNotFound, RepresentsOrganization
from app.evaluation.membership import (
    Also,
    Group,
    gather,
    require_known,
    require_present,
    run_of,
    settled,
)
from app.evaluation.runs import Run
from app.evaluation.schemas.overrides import OverrideIn, OverrideOut
from app.evaluation.turning import evaluate_ladder
from app.kit import pages
from app.kit.db import Session, once_committed
from app.kit.errors import Fault, RequestInvalid
from app.kit.ids import computed_id
from app.kit.logs import NOTICE, log
from app.kit.pages import Page
from app.kit.schemas import MAX_64
from app.policy.override import OverrideMode
from app.standings import overrides
from app.standings.overrides import RecordedOverride

NEWEST = (MAX_64, UUID(int=2**128 - 1))


async def set_override(
    session: Session, caller: Caller, who: Who, said: OverrideIn, now: datetime
) -> OverrideOut:
    """Write an override down and evaluate its ladder once.

    Raises CustomerNotFound, OrganizationNotFound, CustomerMerged, MemberRedacted,
    RepresentsOrganization, and RequestInvalid for levels and days that cannot be.
    """
    told = await _set(session, caller, who, said, now)
    assert told is not None
    _logged(session, caller, "override_set")
    return OverrideOut.of(told)


async def set_once(
    session: Session, caller: Caller, who: Who, said: OverrideIn, now: datetime, name: str
) -> bool:
    """Set an override that has a name of its own; False, and nothing done, if it ever was set.

    Raises what `set_override` raises.
    """
    return await _set(session, caller, who, said, now, name) is not None


async def _set(
    session: Session,
    caller: Caller,
    who: Who,
    said: OverrideIn,
    now: datetime,
    name: str | None = None,
) -> RecordedOverride | None:
    await require_known(session, caller.program_id, who)

    async def work(also: Also) -> RecordedOverride | None:
        run = await run_of(session, caller, now)
        _require_possible(run, said)
        group = await gather(session, run, [who], also)
        await require_present(session, group, [who])
        await _require_awake(session, group, who)
        told = _told(caller, group, who, said)
        if name is not None:
            told = replace(told, id=computed_id(who.member_id, "override", "named", name))
            if await overrides.is_known(session, run.program_id, told):
                return None
        await overrides.add(session, run.program_id, [told], now)
        acts = told.is_nudge and told.from_on <= run.on
        nudges = {who.member_id: told.judged()} if acts else {}
        await evaluate_ladder(session, run, told.ladder, [who.member_id], nudges)
        return told

    return await settled(session, work)


async def overrides_of(
    session: Session, caller: Caller, who: Who, after: str | None, limit: int
) -> Page[OverrideOut]:
    """What was ever decided about a member, the newest first.

    Raises CustomerNotFound and OrganizationNotFound.
    """
    await require_known(session, caller.program_id, who)
    name = f"overrides of {who.member_id}"
    key = pages.after(name, after, int, UUID)
    before = (key[0], key[1]) if key else NEWEST
    found = await overrides.overrides_of(
        session, caller.program_id, who.member_id, before, limit + 1
    )
    shown, following = pages.page(name, found, limit, lambda one: (one.recorded, one.id))
    return Page(items=tuple(OverrideOut.of(one) for one in shown), next=following)


async def remove_override(
    session: Session, caller: Caller, override_id: UUID, now: datetime
) -> None:
    """Take an override out of force; all but a nudge evaluate once. Raises OverrideNotFound."""

    async def work(also: Also) -> None:
        run = await run_of(session, caller, now)
        found = await overrides.override(session, run.program_id, override_id)
        if found is None:
            raise OverrideNotFound
        await gather(session, run, [Who.existing(found.member_id)], also)
        if not await overrides.remove(session, run.program_id, found, now, caller.author):
            raise OverrideNotFound
        if not found.is_nudge:
            await evaluate_ladder(session, run, found.ladder, [found.member_id], {})

    await settled(session, work)
    _logged(session, caller, "override_removed")


def _logged(session: Session, caller: Caller, event: str) -> None:
    named = {"program": caller.program_id, "key_id": caller.key_id}
    named |= {"request_id": caller.request_id}
    once_committed(session, lambda: log(event, NOTICE, **named))


async def _require_awake(session: Session, group: Group, who: Who) -> None:
    if not group.run.rules.sleeping:
        return
    known = group.known.get(who.member_id, ())
    organization = customers.organization_on(known, group.run.on)
    if organization is not None:
        found = await customers.people(session, group.run.program_id, [organization])
        raise RepresentsOrganization(found[organization].external_id)


def _require_possible(run: Run, said: OverrideIn) -> None:
    faults = list(_faults(run, said))
    if faults:
        raise RequestInvalid(faults)


def _faults(run: Run, said: OverrideIn) -> Iterable[Fault]:
    ladder = run.rules.ladder(said.ladder)
    if ladder is None:
        yield Fault("/ladder", "unknown_ladder", "There is no such ladder.")
    elif said.level is not None and not ladder.position_of(said.level):
        yield Fault("/level", "unknown_level", "The ladder has no such level in force.")
    if (said.level is None) != (said.mode is OverrideMode.freeze):
        yield Fault("/level", "level_misplaced", "A freeze has none, every other mode has one.")
    begins = said.from_on or run.on
    if said.until_on is not None and said.until_on < begins:
        yield Fault("/until", "before_from", "It ends before it begins.")
    elif said.until_on is not None and said.until_on < run.on:
        yield Fault("/until", "in_the_past", "It would be over already.")


def _told(caller: Caller, group: Group, who: Who, said: OverrideIn) -> RecordedOverride:
    run, recorded = group.run, group.locked[who.member_id].version
    begins: date = said.from_on or run.on
    return RecordedOverride(
        member_id=who.member_id,
        id=computed_id(who.member_id, "override", str(recorded)),
        ladder=said.ladder,
        mode=said.mode,
        level_key=said.level,
        reason=said.reason,
        author=caller.author,
        request_id=caller.request_id,
        from_on=begins,
        until_on=said.until_on,
        recorded=recorded,
        set_on=run.on,
        created_at=run.at,
    )
