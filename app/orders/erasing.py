"""Takes people out of the facts: what is counted stays, who it was goes. Page 6, "Erase"."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID, uuid4

from app.customers.models import Who
from app.kit.db import Session, rows, run, sql
from app.orders import repository
from app.orders.facts import normal_text
from app.orders.fold import Known, to_json

BELONGINGS = sql(__file__, "erase_belongings")
ORDERS = sql(__file__, "erase_orders")
REFS = sql(__file__, "erase_refs")
FACTS = sql(__file__, "erase_facts")
DAYS = sql(__file__, "erase_days")
OLD_DAYS = sql(__file__, "erase_old_days")
TOLD = sql(__file__, "erase_told")
PLACED_BY_NOBODY = sql(__file__, "erase_guests")
LEAVE_HOME = sql(__file__, "leave_home")
NOTHING: Mapping[str, list[UUID]] = {"homes": [], "event_keys": [], "member_ids": []}
NO_REFUNDS = normal_text(to_json(Known())[1])


class Erased(NamedTuple):
    """Whose identity goes: member → the one without an identity that holds what they leave."""

    program_id: UUID
    people: Sequence[Who]
    nobodies: Mapping[UUID, UUID]

    @property
    def members(self) -> list[UUID]:
        return [who.member_id for who in self.people]

    @property
    def customers(self) -> list[str]:
        """The external ids of the customers among them."""
        return [who.external_id for who in self.people if who.kind == "customer"]

    @property
    def organizations(self) -> list[str]:
        return [who.external_id for who in self.people if who.kind == "organization"]


async def belongings(session: Session, gone: Erased, near: Iterable[UUID]) -> dict[UUID, UUID]:
    """Order key → home, of all orders that they placed, hold, or were named by.

    `near`: others with whom facts of theirs may be filed.
    """
    found = await rows(
        session,
        BELONGINGS,
        program_id=gone.program_id,
        member_ids=gone.members,
        near=sorted({*gone.members, *near}),
        customers=gone.customers,
        organizations=gone.organizations,
    )
    return {row.order_key: row.member_id for row in found}


async def anonymize(
    session: Session, gone: Erased, homes: Mapping[UUID, UUID], near: Iterable[UUID]
) -> None:
    """These orders and all day totals of their homes are nobody's. `homes`: by order key.

    Every home is one of those who go, and is locked. `near`: as in `belongings`.
    """
    keys = list(homes)
    nobodies = [gone.nobodies[home] for home in homes.values()]
    await run(
        session,
        ORDERS,
        program_id=gone.program_id,
        order_keys=keys,
        homes=list(homes.values()),
        random_keys=[uuid4() for _ in keys],
        nobodies=nobodies,
        no_refunds=NO_REFUNDS,
    )
    pairs = {"homes": list(gone.nobodies), "nobodies": list(gone.nobodies.values())}
    await run(session, DAYS, program_id=gone.program_id, **pairs)
    await run(session, OLD_DAYS, program_id=gone.program_id, member_ids=gone.members)
    await _leave(session, gone.program_id, homes)
    await _forget_facts(session, gone, keys, near)


async def drop(session: Session, program_id: UUID, homes: Mapping[UUID, UUID]) -> None:
    """Delete orders with all their facts. `homes`: by order key; all are locked."""
    await _leave(session, program_id, homes)
    await run(session, FACTS, program_id=program_id, order_keys=list(homes), **NOTHING)


async def _leave(session: Session, program_id: UUID, homes: Mapping[UUID, UUID]) -> None:
    binds = {"member_ids": list(homes.values()), "order_keys": list(homes)}
    await run(session, LEAVE_HOME, program_id=program_id, **binds)
    await run(session, REFS, program_id=program_id, order_keys=list(homes))


async def _forget_facts(
    session: Session, gone: Erased, order_keys: Sequence[UUID], near: Iterable[UUID]
) -> None:
    told = await rows(
        session,
        TOLD,
        program_id=gone.program_id,
        near=sorted({*gone.members, *near}),
        customers=gone.customers,
        organizations=gone.organizations,
    )
    await run(
        session,
        FACTS,
        program_id=gone.program_id,
        order_keys=order_keys,
        homes=[row.member_id for row in told],
        event_keys=[row.event_key for row in told],
        member_ids=gone.members,
    )


async def of_nobody(session: Session, program_id: UUID, keys: Sequence[UUID]) -> dict[UUID, UUID]:
    """Order key → home, of those of these orders that name neither a customer nor anybody else."""
    found = await rows(session, PLACED_BY_NOBODY, program_id=program_id, order_keys=list(keys))
    return {row.order_key: row.member_id for row in found}


async def pinned(session: Session, program_id: UUID, keys: Sequence[UUID]) -> dict[UUID, UUID]:
    """Order key → home, of those of these orders that are known."""
    return await repository.pins(session, program_id, keys)
