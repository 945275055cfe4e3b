"""Contracts of organizations that are members of their own.

What an order is placed under one of them counts for the contract, not for its organization, on
the days that it is told for; a contract that nobody has told of is only a name.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from app.customers.contract_models import Contracted
from app.customers.models import Who
from app.kit.db import Session, rows_as, run, sql

CONTRACTS = sql(__file__, "contracts")
ALL_CONTRACTS = sql(__file__, "all_contracts")
CONTRACTS_OF = sql(__file__, "contracts_of")
SAVE_CONTRACT = sql(__file__, "save_contract")
DROP_CONTRACT = sql(__file__, "drop_contract")
KIND = "contract"
AT_ONCE = 1_000


def who(program_id: UUID, organization_id: str, contract_id: str) -> Who:
    """The member of a contract: its id in lists is `organization/contract`, `/` and `%` escaped."""
    name = "/".join(_escaped(one) for one in (organization_id, contract_id))
    return Who.of(program_id, KIND, name)


async def contracts(
    session: Session, program_id: UUID, members: Iterable[UUID]
) -> dict[UUID, Contracted]:
    """Those of these members that are contracts, whatever their days."""
    asked = sorted(set(members))
    if not asked:
        return {}
    binds = {"program_id": program_id, "member_ids": asked}
    return {one.member_id: one for one in await rows_as(session, Contracted, CONTRACTS, **binds)}


async def all_contracts(session: Session, program_id: UUID) -> list[Contracted]:
    """Every contract of a program, in the order of its members."""
    return await rows_as(session, Contracted, ALL_CONTRACTS, program_id=program_id)


async def contracts_of(
    session: Session, program_id: UUID, organization: UUID, after: str, most: int
) -> list[Contracted]:
    """The next contracts of an organization behind an id."""
    binds = {"program_id": program_id, "organization_id": organization}
    return await rows_as(session, Contracted, CONTRACTS_OF, after=after, most=most, **binds)


async def save(session: Session, program_id: UUID, one: Contracted) -> None:
    """Store it; the contract and its organization are locked."""
    await run(
        session,
        SAVE_CONTRACT,
        program_id=program_id,
        member_id=one.member_id,
        organization_id=one.organization_id,
        contract_id=one.contract_id,
        from_on=one.from_on,
        until_on=one.until_on,
    )


async def names_of(session: Session, program_id: UUID, organization: Who) -> list[Who]:
    """The members of all contracts that the organization ever had."""
    found: list[Contracted] = []
    while more := await contracts_of(
        session, program_id, organization.member_id, found[-1].contract_id if found else "", AT_ONCE
    ):
        found += more
    return [who(program_id, organization.external_id, one.contract_id) for one in found]


async def drop(session: Session, program_id: UUID, member_id: UUID) -> None:
    """Take out a contract that has not begun, or is to be forgotten; it is locked."""
    await run(session, DROP_CONTRACT, program_id=program_id, member_id=member_id)


def ended(one: Contracted, today: date) -> bool:
    return one.until_on is not None and one.until_on < today


def _escaped(part: str) -> str:
    return part.replace("%", "%25").replace("/", "%2F")
