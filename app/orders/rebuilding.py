"""Orders and day totals written anew from what their facts say. Nothing is believed but facts."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from app.customers.models import Locked
from app.kit.db import Overtaken, Session, rows, run, sql
from app.orders import repository
from app.orders.fold import Known
from app.orders.locking import under_locks
from app.orders.models import Contribution
from app.orders.repository import Kept
from app.orders.resettling import resettle
from app.orders.resolving import Book
from app.orders.stepping import Recorded

DAYS = sql(__file__, "days_of_members")
DROP_STRAYS = sql(__file__, "drop_strays")
NEVER_READ = 0  # older than every revision of a status map


class Folded(NamedTuple):
    """What all facts of an order say together, and who sent them."""

    source: str
    known: Known


async def rebuild_orders(
    session: Session, book: Book, homes: Mapping[UUID, UUID], facts: Mapping[UUID, Folded]
) -> None:
    """These orders as their facts say, at one home each. `homes`, `facts`: by order key.

    Orders without facts are left alone. Day totals follow by `rebuild_days`.
    """
    told = {key: home for key, home in homes.items() if key in facts}
    keys = list(told)

    async def work(locked: Mapping[UUID, Locked]) -> None:
        if await repository.pins(session, book.program_id, keys) != told:
            raise Overtaken
        await run(session, DROP_STRAYS, program_id=book.program_id, order_keys=keys)
        kept = await repository.orders_at(session, book.program_id, told)
        learned = [_learned(kept.get(key), key, told[key], facts[key]) for key in keys]
        await resettle(session, book, learned, locked, Recorded([]))

    await under_locks(session, book, told.values(), work)


async def rebuild_days(session: Session, book: Book, members: Sequence[UUID]) -> None:
    """All day totals of these members from their orders and their ledger."""

    async def work(_: Mapping[UUID, Locked]) -> None:
        binds = {"program_id": book.program_id, "member_ids": list(members)}
        days = [(one.member_id, one.day) for one in await rows(session, DAYS, **binds)]
        if days:
            await repository.write_day_totals(session, book.program_id, days, clear=True)

    await under_locks(session, book, members, work)


def _learned(stored: Kept | None, key: UUID, home: UUID, said: Folded) -> Kept:
    """The order with what its facts say in the place of what is stored of it."""
    unread = NEVER_READ if said.known.has_raw else None
    if stored is not None:
        revision = unread if stored.map_revision is None else stored.map_revision
        return stored._replace(known=said.known, map_revision=revision)
    order_id = (said.known.order or {}).get("id", "")
    nothing = Contribution(home, None, 0, counts=False)
    return Kept(key, said.source, order_id, said.known, nothing, unread, None)
