"""What merchants say of customers and organizations. Semantics 3."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from app.access.caller import Caller
from app.customers import parents
from app.customers import service as customers
from app.customers.errors import CustomerNotFound, OrganizationNotFound, ParentNested
from app.customers.models import Person, Represents, Who
from app.evaluation import people
from app.evaluation.membership import (
    Also,
    Group,
    decide,
    gather,
    regroup,
    require_present,
    run_of,
    settled,
)
from app.evaluation.schemas.people import CustomerIn, CustomerOut, OrganizationIn, OrganizationOut
from app.kit.db import Session

Answer = TypeVar("Answer")


class Put(NamedTuple, Generic[Answer]):
    """What is known now, and whether it was not known at all before."""

    answer: Answer
    is_new: bool


async def put_customer(
    session: Session, caller: Caller, customer_id: str, said: CustomerIn, now: datetime
) -> Put[CustomerOut]:
    """Make a customer known or change what is said of it; a real change decides.

    Raises CustomerMerged and MemberRedacted.
    """
    asked = said.model_dump()
    who = Who.of(caller.program_id, "customer", customer_id)
    named = asked.get("organization_id")
    organization = Who.of(caller.program_id, "organization", named) if named else None

    async def work(also: Also) -> Put[CustomerOut]:
        wanted = [who] if organization is None else [who, organization]
        group = await gather(session, await run_of(session, caller, now), wanted, also)
        await require_present(session, group, wanted)
        person, concerned = await describe(session, group, who, asked)
        told = group.known[who.member_id]
        if "organization_id" in asked:
            wished = organization.member_id if organization else None
            told = people.linked(group, who.member_id, wished, None)
            concerned |= await regroup(session, group, {who.member_id: told})
        await decide(session, group, concerned)
        represented = await _represented(session, group, told)
        answer = CustomerOut(id=customer_id, organization_id=represented, **said_of(person))
        return Put(answer, group.locked[who.member_id].is_new)

    return await settled(session, work)


async def put_organization(
    session: Session, caller: Caller, organization_id: str, said: OrganizationIn, now: datetime
) -> Put[OrganizationOut]:
    """Make an organization known or change what is said of it.

    Raises MemberRedacted and ParentNested.
    """
    asked = said.model_dump()
    who = Who.of(caller.program_id, "organization", organization_id)
    named = asked.get("parent_id")
    parent = Who.of(caller.program_id, "organization", named) if named else None

    async def work(also: Also) -> Put[OrganizationOut]:
        wanted = [who] if parent is None else [who, parent]
        group = await gather(session, await run_of(session, caller, now), wanted, also)
        await require_present(session, group, wanted)
        person, concerned = await describe(session, group, who, asked)
        told = group.known[who.member_id]
        if "parent_id" in asked:
            await _require_one_level(session, group, who, parent)
            told = people.linked(group, who.member_id, parent.member_id if parent else None, None)
            concerned |= await regroup(session, group, {who.member_id: told})
        await decide(session, group, concerned)
        above = await _represented(session, group, told)
        answer = OrganizationOut(id=organization_id, parent_id=above, **said_of(person))
        return Put(answer, group.locked[who.member_id].is_new)

    return await settled(session, work)


async def delete_customer(
    session: Session, caller: Caller, customer_id: str, now: datetime
) -> None:
    """Erase a customer. Raises CustomerNotFound."""
    run = await run_of(session, caller, now)
    known = await _is_known(session, Who.of(caller.program_id, "customer", customer_id), caller)
    if not known or not await people.redact(session, run, customer_id):
        raise CustomerNotFound


async def delete_organization(
    session: Session, caller: Caller, organization_id: str, now: datetime
) -> None:
    """Erase an organization. Raises OrganizationNotFound."""
    run = await run_of(session, caller, now)
    who = Who.of(caller.program_id, "organization", organization_id)
    known = await _is_known(session, who, caller)
    if not known or not await people.redact_organization(session, run, organization_id):
        raise OrganizationNotFound


async def _is_known(session: Session, who: Who, caller: Caller) -> bool:
    return bool(await customers.people(session, caller.program_id, [who.member_id]))


async def describe(
    session: Session, group: Group, who: Who, asked: Mapping[str, Any]
) -> tuple[Person, set[UUID]]:
    """What is known of it now, and itself if a decision may depend on what has changed."""
    found = await customers.people(session, group.run.program_id, [who.member_id])
    known = found[who.member_id]
    said = {name: asked[name] for name in ("tags", "joined_on", "currency") if name in asked}
    told = replace(known, **said)
    if told != known:
        await customers.describe(session, group.run.program_id, told)
    counts = (told.tags, told.joined_on) != (known.tags, known.joined_on)
    return told, {who.member_id} if counts else set()


async def _require_one_level(session: Session, group: Group, who: Who, parent: Who | None) -> None:
    """Both are locked, so that neither gets a parent or a child meanwhile."""
    if parent is None:
        return
    on, known = group.run.on, group.known[parent.member_id]
    nested = any(one.until_on is None or one.until_on >= on for one in known)
    below = await parents.children_of(session, group.run.program_id, [who.member_id], on)
    if parent == who or nested or below:
        raise ParentNested


async def _represented(session: Session, group: Group, told: Sequence[Represents]) -> str | None:
    newest = sorted(told, key=lambda one: one.recorded, reverse=True)
    organization = customers.organization_on(newest, group.run.on)
    if organization is None:
        return None
    found = await customers.people(session, group.run.program_id, [organization])
    return found[organization].external_id


def said_of(person: Person) -> dict[str, Any]:
    """What merchants have said of it, as it is told."""
    return {"tags": person.tags, "joined_on": person.joined_on, "currency": person.currency}
