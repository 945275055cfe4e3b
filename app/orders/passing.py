"""Orders that organizations pass on, to a parent or to a contract, brought home. Semantics 3."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from app.customers.models import Locked
from app.kit.db import Session, rows, sql
from app.orders import activities
from app.orders.resettling import resettle_at
from app.orders.resolving import Book, require

ORDERS_THROUGH = sql(__file__, "orders_through")


class Through(NamedTuple):
    """Where orders may be that organizations pass on, and who may have placed them.

    `contract`: only those that name it, by its id as sent; None: all.
    """

    homes: Sequence[UUID]
    organizations: Sequence[UUID]
    customers: Sequence[UUID] = ()
    contract: str | None = None


async def orders_through(session: Session, program_id: UUID, through: Through) -> dict[UUID, UUID]:
    """Order key → home."""
    found = await rows(session, ORDERS_THROUGH, program_id=program_id, **_binds(through))
    return {row.order_key: row.member_id for row in found}


async def rehome_through(
    session: Session, book: Book, through: Through, locked: Mapping[UUID, Locked]
) -> set[UUID]:
    """Place these orders anew, and activities there; the members whose totals changed.

    Raises NeedMembers.
    """
    homes = await orders_through(session, book.program_id, through)
    require(homes.values(), locked)
    touched = set(await resettle_at(session, book, homes, locked))
    found = await activities.at_home_with(session, book.program_id, through.homes)
    return touched | await activities.bring_home(session, book, found, locked)


def _binds(through: Through) -> dict[str, object]:
    return {
        "homes": sorted(set(through.homes)),
        "organizations": list(through.organizations),
        "customers": list(through.customers),
        "contract": through.contract,
    }
