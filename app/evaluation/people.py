"""Facts about people: who is merged, linked, erased. Semantics 3 and 16."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from app.customers import contracts, representing
from app.customers import service as customers
from app.customers.models import Person, Represents, Who
from app.customers.representing import Pair
from app.evaluation.erasing import erase, erase_guests, guests_of
from app.evaluation.membership import (
    Also,
    Group,
    decide,
    gather,
    kept_as,
    regroup,
    require_present,
    settled,
)
from app.evaluation.runs import Run
from app.kit.db import Overtaken, Session
from app.orders import erasing
from app.orders import service as orders
from app.outbound.pushes import looks
from app.points import service as points
from app.points.listed import Stamp
from app.points.service import Account
from app.policy.decision import Reason
from app.standings import endings

ONE_DAY = timedelta(1)


async def merge(session: Session, run: Run, kept: str, removed: str) -> None:
    """All that the removed customer did is the kept one's; the removed one's positions end.

    Nothing happens when they are one already. Raises MemberRedacted.
    """
    stays, goes = _customer(run, kept), _customer(run, removed)

    async def work(also: Also) -> None:
        final = await _final(session, run, stays)
        group = await gather(session, run, [final, goes], also)
        if group.locked[final.member_id].merged_into is not None:
            raise Overtaken
        if final == goes or group.locked[goes.member_id].merged_into is not None:
            return
        await require_present(session, group, [final, goes])
        await _merge(session, group, final.member_id, goes.member_id)

    await settled(session, work)


async def link(
    session: Session, run: Run, customer: str, organization: str | None, from_on: date | None
) -> None:
    """The customer orders for the organization, or for none any more, from a day or today on.

    None without a day ends what it represents with today. Raises MemberRedacted.
    """
    who = _customer(run, customer)
    named = None if organization is None else Who.of(run.program_id, "organization", organization)

    async def work(also: Also) -> None:
        final = await _final(session, run, who)
        wanted = [final] if named is None else [final, named]
        group = await gather(session, run, wanted, also)
        if group.locked[final.member_id].merged_into is not None:
            raise Overtaken
        await require_present(session, group, wanted)
        told = linked(group, final.member_id, named.member_id if named else None, from_on)
        await decide(session, group, await regroup(session, group, {final.member_id: told}))

    await settled(session, work)


def linked(
    group: Group, customer: UUID, organization: UUID | None, from_on: date | None
) -> list[Represents]:
    """The customer's representations after it was linked from a day, or from today on."""
    known, today = group.known[customer], group.run.on
    if organization is not None:
        recorded = representing.recorded_now(known, group.run.at)
        pair = Pair(customer, organization)
        return representing.switched(known, pair, today, from_on or today, recorded)
    if from_on is not None:
        return representing.left_from(known, from_on)
    return representing.left(known, today)


async def redact(session: Session, run: Run, customer: str) -> bool:
    """Take the customer's identity; its positions end, its sums stay. False if it was done.

    Of a customer that nobody knows only the stone is set that stops late facts. One that was
    merged away is erased by that name alone: who it is now stays.
    """
    who = _customer(run, customer)

    async def work(also: Also) -> bool:
        final = await _final(session, run, who)
        group = await gather(session, run, [who] if final == who else [who, final], also)
        if group.locked[who.member_id].erased:
            return False
        await erase(session, group, who)
        return True

    return await settled(session, work)


async def redact_orders(session: Session, run: Run, order_keys: Sequence[UUID]) -> None:
    """Delete what is known of orders of guests, and keep out what comes later of them.

    An order of somebody known stays with that one until it is erased.
    """

    async def work(also: Also) -> None:
        pinned = await erasing.pinned(session, run.program_id, order_keys)
        free = [key for key in order_keys if key not in pinned]
        guests = guests_of(run.program_id, free)
        group = await gather(session, run, guests, also | frozenset(pinned.values()))
        if await erasing.pinned(session, run.program_id, order_keys) != pinned:
            raise Overtaken
        homes = await erasing.of_nobody(session, run.program_id, order_keys)
        new = {key: guest.member_id for key, guest in zip(free, guests, strict=True)}
        await erase_guests(session, group, homes | new)

    if order_keys:
        await settled(session, work)


async def redact_organization(session: Session, run: Run, organization: str) -> bool:
    """The same for an organization, with its contracts; its people stand for themselves at once."""
    who = Who.of(run.program_id, "organization", organization)

    async def work(also: Also) -> bool:
        people = await customers.representatives_of(session, run.program_id, who.member_id)
        agreed = await contracts.names_of(session, run.program_id, who)
        group = await gather(session, run, [who, *agreed, *map(Who.existing, people)], also)
        if group.locked[who.member_id].erased:
            return False
        told = {
            customer: representing.parted(known, who.member_id, run.on - ONE_DAY)
            for customer, known in group.known.items()
        }
        touched = await regroup(session, group, told)
        for one in agreed:
            await contracts.drop(session, run.program_id, one.member_id)
            await erase(session, group, one)
        await erase(session, group, who)
        await decide(session, group, touched - {who.member_id})
        return True

    return await settled(session, work)


async def _merge(session: Session, group: Group, kept: UUID, removed: UUID) -> None:
    run = group.run
    await endings.end(session, run.cause, removed, Reason.merged)
    await customers.merge(session, run.program_id, kept, removed)
    own, others = group.known[kept], group.known[removed]
    passed = representing.passed_on(own, others, kept)
    told = [*own, *others]
    if await customers.rewrite_representations(session, run.program_id, told, passed):
        await looks.ask(session, run.program_id, [kept])
    await _hand_over(session, group, kept, removed)
    merged = {removed: replace(group.locked[removed], merged_into=kept)}
    locked = {**group.locked, **merged}
    touched = await orders.rehome(session, group.book, [kept, removed], locked)
    await decide(session, group, touched | {kept})


async def _hand_over(session: Session, group: Group, kept: UUID, removed: UUID) -> None:
    stamp = Stamp(group.run.program_id, group.run.on, group.run.at)
    accounts = [Account(one, group.locked[one].version) for one in (removed, kept)]
    await points.hand_over(session, stamp, *accounts)


async def _final(session: Session, run: Run, who: Who) -> Who:
    """The one into which `who` was merged, or itself."""
    person: Person | None = await kept_as(session, run.program_id, who.member_id)
    return who if person is None else Who(person.member_id, person.kind, person.external_id or "")


def _customer(run: Run, external_id: str) -> Who:
    return Who.of(run.program_id, "customer", external_id)
