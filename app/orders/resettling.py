"""Orders that no fact has changed, placed and counted anew: by other rules, rates or maps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from app.customers.models import Locked
from app.kit.db import Session
from app.orders import repository, status_maps
from app.orders.fold import under
from app.orders.models import Touch
from app.orders.portions import portions
from app.orders.repository import Kept
from app.orders.resolving import Book, resolver
from app.orders.status_maps import Maps
from app.orders.statuses import NO_MAP, StatusMap
from app.orders.stepping import Recorded, compare
from app.orders.writing import Entry, settle


class Shelf(NamedTuple):
    """Orders under the rules and maps in force. `homes`, `kept`: by order key."""

    homes: Mapping[UUID, UUID]
    kept: Mapping[UUID, Kept]
    maps: Maps


async def resettle_at(
    session: Session, book: Book, homes: Mapping[UUID, UUID], locked: Mapping[UUID, Locked]
) -> dict[UUID, Touch]:
    """Place, read and count these orders anew; what that did, by member. `homes`: by order key.

    Raises NeedMembers when a home or a customer of theirs is not among `locked`; some of them
    may have been written then.
    """
    recorded = Recorded([])
    for some in portions(homes):
        kept = await repository.orders_at(session, book.program_id, some)
        await resettle(session, book, list(kept.values()), locked, recorded)
    return recorded.touches


async def resettle(
    session: Session,
    book: Book,
    kept: Sequence[Kept],
    locked: Mapping[UUID, Locked],
    recorded: Recorded,
) -> None:
    """The same of orders that have been read. What it did is added to `recorded`."""
    if not kept:
        return
    maps = await maps_of(session, book, kept)
    known = {one.order_key: under(one.known, _map_of(one, maps).words) for one in kept}
    found = await resolver(session, book, known.values(), locked)
    entries = []
    for one in kept:
        was, learned = one.before, known[one.order_key]
        after, counted = found.contribution(learned, was.home)
        compare(was, after, one.order_key, recorded)
        named = (one.order_key, one.source, one.order_id)
        revision = _map_of(one, maps).revision if learned.has_raw else None
        entry = Entry(*named, learned, was.home, was, after, counted, revision, one.multiplier)
        entries.append(entry)
    await settle(session, book, found, entries, locked)


async def shelf(
    session: Session,
    book: Book,
    homes: Mapping[UUID, UUID],
    locked: Mapping[UUID, Locked],
    sources: Iterable[str] = (),
) -> Shelf:
    """What is stored of these orders, read by the maps in force. `homes`: by order key.

    What an older map made of one is mended first. `sources`: of whom the maps are wanted, too.
    Raises NeedMembers.
    """
    kept = await repository.orders_at(session, book.program_id, homes)
    maps = await maps_of(session, book, kept.values(), sources)
    old = [one for one in kept.values() if _is_old(one, maps)]
    if not old:
        return Shelf(homes, kept, maps)
    await _remap(session, book, old, maps, locked)
    homes = await repository.pins(session, book.program_id, homes)
    kept = await repository.orders_at(session, book.program_id, homes)
    return Shelf(homes, kept, maps)


async def _remap(
    session: Session,
    book: Book,
    old: Iterable[Kept],
    maps: Maps,
    locked: Mapping[UUID, Locked],
) -> None:
    """Orders that mean what they meant only get the number of the map."""
    changed = []
    same: defaultdict[int, dict[UUID, UUID]] = defaultdict(dict)
    for one in old:
        newest = _map_of(one, maps)
        if under(one.known, newest.words) == one.known:
            same[newest.revision][one.order_key] = one.before.home
        else:
            changed.append(one)
    for revision, homes in same.items():
        await status_maps.read_under(session, book.program_id, homes, revision)
    await resettle(session, book, changed, locked, Recorded([]))


async def maps_of(
    session: Session, book: Book, kept: Iterable[Kept], sources: Iterable[str] = ()
) -> Maps:
    """The newest maps of these sources and of those whose raw statuses are kept."""
    asked = {*sources, *(one.source for one in kept if one.map_revision is not None)}
    return await status_maps.current(session, book.program_id, asked)


def _is_old(one: Kept, maps: Maps) -> bool:
    return one.map_revision is not None and one.map_revision < _map_of(one, maps).revision


def _map_of(one: Kept, maps: Maps) -> StatusMap:
    return maps.get(one.source, NO_MAP)
