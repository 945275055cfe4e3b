"""Contracts of organizations: told of, ended, and what they hold."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from app.access.caller import Caller
from app.customers import contracts
from app.customers import service as customers
from app.customers.contract_models import Contracted
from app.customers.errors import ContractNotFound
from app.customers.models import Person, Who
from app.customers.representing import BACKWARDS
from app.evaluation import answers
from app.evaluation.membership import (
    Also,
    Group,
    decide,
    gather,
    require_known,
    require_present,
    run_of,
    settled,
)
from app.evaluation.registering import Put, describe, said_of
from app.evaluation.schemas.contracts import ContractIn, ContractOut, ContractTiers
from app.kit import pages
from app.kit.db import Session
from app.kit.errors import RequestInvalid
from app.kit.pages import Page
from app.orders.passing import Through, rehome_through


class Names(NamedTuple):
    """A contract, by the ids that the merchant knows."""

    organization_id: str
    contract_id: str

    def who(self, program_id: UUID) -> Who:
        return contracts.who(program_id, *self)

    def organization(self, program_id: UUID) -> Who:
        return Who.of(program_id, "organization", self.organization_id)


async def put(
    session: Session, caller: Caller, names: Names, said: ContractIn, now: datetime
) -> Put[ContractOut]:
    """Let a contract be a member of its own, or change what is said of it.

    Orders that name it move, on the days that change. Raises MemberRedacted, and RequestInvalid
    for days that end before they begin.
    """
    who, organization = names.who(caller.program_id), names.organization(caller.program_id)

    async def work(also: Also) -> Put[ContractOut]:
        group = await gather(session, await run_of(session, caller, now), [who, organization], also)
        await require_present(session, group, [who, organization])
        known = await _known(session, group, who)
        begins = known.from_on if known else group.run.on
        new = Contracted(who.member_id, organization.member_id, names.contract_id, begins, None)
        told = _told(said, known or new, group.run.on)
        person, concerned = await describe(session, group, who, said.model_dump())
        if told != known:
            await contracts.save(session, caller.program_id, told)
            concerned |= await _bring(session, group, told) | {who.member_id}
        await decide(session, group, concerned)
        return Put(_out(names, told, person), is_new=known is None)

    return await settled(session, work)


async def end(session: Session, caller: Caller, names: Names, now: datetime) -> None:
    """The contract is a member of its own through today and not again. Raises ContractNotFound."""
    who = names.who(caller.program_id)
    await require_known(session, caller.program_id, who)

    async def work(also: Also) -> None:
        run = await run_of(session, caller, now)
        group = await gather(session, run, [who, names.organization(caller.program_id)], also)
        known = await _known(session, group, who)
        if known is None or contracts.ended(known, run.on):
            raise ContractNotFound
        if known.from_on > run.on:
            await contracts.drop(session, caller.program_id, who.member_id)
        else:
            await contracts.save(session, caller.program_id, replace(known, until_on=run.on))
        await decide(session, group, await _bring(session, group, known))

    await settled(session, work)


async def contract(session: Session, caller: Caller, names: Names, now: datetime) -> ContractTiers:
    """All about one contract. Raises ContractNotFound, also for one that does not hold today."""
    who = names.who(caller.program_id)
    asked = await answers.asked_about(session, caller, who, now)
    found = (await contracts.contracts(session, caller.program_id, [who.member_id]))[who.member_id]
    days = {"from_on": found.from_on, "until_on": found.until_on}
    told = {"id": names.contract_id, "organization_id": names.organization_id}
    return ContractTiers(**answers.whole(asked), **told, **days)


async def contracts_of(
    session: Session, caller: Caller, organization_id: str, after: str | None, limit: int
) -> Page[ContractOut]:
    """An organization's contracts, also those that have ended. Raises OrganizationNotFound."""
    program_id = caller.program_id
    organization = Who.of(program_id, "organization", organization_id)
    await require_known(session, program_id, organization)
    name = f"contracts of {organization.member_id}"
    (behind,) = pages.after(name, after, str) or ("",)
    found = await contracts.contracts_of(
        session, program_id, organization.member_id, behind, limit + 1
    )
    shown, following = pages.page(name, found, limit, lambda one: (one.contract_id,))
    people = await _people(session, program_id, shown)
    items = [
        _out(Names(organization_id, one.contract_id), one, people[one.member_id]) for one in shown
    ]
    return Page(items=tuple(items), next=following)


def _told(said: ContractIn, known: Contracted, today: date) -> Contracted:
    """One that has ended holds again, and meanwhile too, unless days are said."""
    asked = said.model_dump()
    until = None if contracts.ended(known, today) else known.until_on
    told = replace(
        known,
        from_on=asked.get("from_on", known.from_on),
        until_on=asked.get("until_on", until),
    )
    if told.until_on is not None and told.until_on < told.from_on:
        raise RequestInvalid([BACKWARDS])
    return told


async def _known(session: Session, group: Group, who: Who) -> Contracted | None:
    found = await contracts.contracts(session, group.run.program_id, [who.member_id])
    return found.get(who.member_id)


async def _bring(session: Session, group: Group, one: Contracted) -> set[UUID]:
    """Place the orders that name the contract; the members whose totals changed."""
    organization = one.organization_id
    above = [said.organization_id for said in group.known[organization]]
    homes = [one.member_id, organization, *above]
    through = Through(homes, [organization], contract=one.contract_id)
    return await rehome_through(session, group.book, through, group.locked)


async def _people(
    session: Session, program_id: UUID, found: Sequence[Contracted]
) -> dict[UUID, Person]:
    return await customers.people(session, program_id, [one.member_id for one in found])


def _out(names: Names, one: Contracted, person: Person) -> ContractOut:
    return ContractOut(
        organization_id=names.organization_id,
        id=names.contract_id,
        from_on=one.from_on,
        until_on=one.until_on,
        **said_of(person),
    )
