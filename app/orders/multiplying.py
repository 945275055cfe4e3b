"""The multiplier of points that an order or activity meets: of the tier held when it comes."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeVar
from uuid import UUID

from app.customers import service as customers
from app.kit.db import Session
from app.orders import repository
from app.orders.resolving import Book
from app.policy.effective import whose
from app.programs.rules import TIERS

ONE = Decimal(1)
Key = TypeVar("Key")


class Earner(NamedTuple):
    """`home`: whose the points are. `customer`: who ordered, if that is known."""

    home: UUID
    customer: UUID | None


async def multipliers(
    session: Session, book: Book, earners: Mapping[Key, Earner]
) -> dict[Key, Decimal]:
    """What multiplies the points of each, by the levels held now. Semantics 10 and 11.

    Asks the database nothing where no tier in force multiplies.
    """
    factors = book.rules.multipliers
    if not factors or not earners:
        return dict.fromkeys(earners, ONE)
    chains = await _chains(session, book, set(earners.values()))
    members = {member for chain in chains.values() for member in chain}
    held = await repository.levels_held(session, book.program_id, TIERS, members)
    levels = {
        one: _level(book, [held.get(member) for member in chain]) for one, chain in chains.items()
    }
    return {key: factors.get(levels[one] or "", ONE) for key, one in earners.items()}


async def _chains(
    session: Session, book: Book, earners: Iterable[Earner]
) -> dict[Earner, Sequence[UUID]]:
    """Each with those whose level may count for it, as it is told to its customer."""
    if book.rules.sleeping:
        return {one: [one.home] for one in earners}
    wanted = {one.customer for one in earners if one.customer is not None}
    known = await customers.chains_of(session, book.program_id, wanted, book.on)
    return {one: _through(one, known) for one in earners}


def _through(one: Earner, known: Mapping[UUID, Sequence[UUID]]) -> Sequence[UUID]:
    """An order that counts where its customer stands for nobody now meets that one's level."""
    chain = known[one.customer] if one.customer is not None else ()
    return chain if one.home in chain else [one.home]


def _level(book: Book, held: Sequence[str | None]) -> str | None:
    ladder = book.rules.ladder(TIERS)
    if ladder is None:
        return None
    found = held[whose(ladder, held, sleeping=book.rules.sleeping)]
    return found if ladder.position_of(found) else None
