"""Who orders: customers, organizations, and who represents whom."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from app.customers import repository, stones
from app.customers.models import Locked, Person, Represents, Who
from app.kit.db import Overtaken, Session


async def lock_members(
    session: Session,
    program_id: UUID,
    counting: int,
    wanted: Iterable[Who],
    on: date,
    at: datetime,
) -> dict[UUID, Locked]:
    """Lock the members for this transaction, making known who was not.

    Call it once a transaction, with everybody it may touch: the statement takes the locks in id
    order, so two transactions never wait for each other. Raises Overtaken when somebody who was
    known to exist has been erased meanwhile.
    """
    people = {who.member_id: who for who in wanted}
    ordered = sorted(people.values(), key=lambda w: w.member_id)
    found = await repository.lock_members(session, program_id, counting, ordered, on, at)
    locked = {one.member_id: one for one in found}
    new = [people[one.member_id] for one in found if one.is_new]
    return locked | await _erased(session, program_id, new, locked) if new else locked


async def _erased(
    session: Session, program_id: UUID, new: Sequence[Who], locked: Mapping[UUID, Locked]
) -> dict[UUID, Locked]:
    """Those who have just been made known and were erased before: they are not.

    A row and a stone never stand beside each other, and the row is the lock of both: so who has
    a row has no stone, and a stone set while we waited for the lock is seen now.
    """
    if not all(who.external_id for who in new):
        raise Overtaken
    gone = await stones.erased_of(session, program_id, new)
    if gone:
        await repository.unmake(session, program_id, sorted(gone))
    return {one: replace(locked[one], external_id=None, is_new=False) for one in gone}


async def representations_of(
    session: Session, program_id: UUID, customers: Iterable[UUID]
) -> dict[UUID, list[Represents]]:
    """All representations of each customer, the newest recorded first; every customer is a key."""
    asked = sorted(set(customers))
    found: dict[UUID, list[Represents]] = {customer: [] for customer in asked}
    if asked:
        for one in await repository.representations(session, program_id, asked):
            found[one.member_id].append(one)
    return found


def organization_on(representations: Sequence[Represents], day: date) -> UUID | None:
    """The organization that a customer orders for on `day`; of several, the one recorded last.

    Semantics 3 and 16.
    """
    return next((one.organization_id for one in representations if one.holds_on(day)), None)


async def chains_of(
    session: Session, program_id: UUID, members: Iterable[UUID], day: date
) -> dict[UUID, list[UUID]]:
    """Each member, then the organization it stands for on `day`, then that one's parent."""
    known = await representations_of(session, program_id, members)
    chains = {one: [one, *_above(said, day)] for one, said in known.items()}
    above = {chain[-1] for chain in chains.values() if len(chain) > 1}
    further = await representations_of(session, program_id, above)
    return {
        one: [*chain, *_above(further.get(chain[-1], ()), day)] for one, chain in chains.items()
    }


def _above(representations: Sequence[Represents], day: date) -> Iterator[UUID]:
    if (found := organization_on(representations, day)) is not None:
        yield found


async def representatives_of(session: Session, program_id: UUID, organization: UUID) -> list[UUID]:
    """The customers that represented the organization, represent it, or will; in id order."""
    return await repository.representatives(session, program_id, [organization])


async def representing(
    session: Session, program_id: UUID, organizations: Sequence[UUID]
) -> list[UUID]:
    """Who represented one of these organizations, represents it, or will; in id order."""
    return await repository.representatives(session, program_id, organizations)


async def all_representatives(session: Session, program_id: UUID) -> list[UUID]:
    """The customers that ever represented somebody, do, or will; in id order."""
    return await repository.all_representatives(session, program_id)


async def merged(session: Session, program_id: UUID, members: Iterable[UUID]) -> dict[UUID, UUID]:
    """Of these members those that were merged away → who they are now."""
    names = {one: one for one in members}
    wanted = set(names)
    while wanted:
        found = await repository.people(session, program_id, sorted(wanted))
        into = {one.member_id: one.merged_into for one in found if one.merged_into is not None}
        names = {one: into.get(now, now) for one, now in names.items()}
        wanted = set(into.values())
    return {one: now for one, now in names.items() if now != one}


async def turning_dates(session: Session, program_id: UUID, first: date, last: date) -> list[date]:
    """The days from `first` to `last` on which somebody begins or has ceased to represent."""
    return await repository.turning_dates(session, program_id, first, last)


async def turning_on(session: Session, program_id: UUID, day: date) -> list[UUID]:
    """The customers that begin or have ceased to represent an organization on that day."""
    return await repository.turning_on(session, program_id, day)


async def rewrite_representations(
    session: Session, program_id: UUID, old: Iterable[Represents], new: Iterable[Represents]
) -> bool:
    """Store what differs; the customers are locked. Answers whether anything did."""
    was, told = set(old), set(new)
    keys = {_key(one) for one in told}
    gone = [one for one in was if _key(one) not in keys]
    if gone:
        await repository.drop_representations(session, program_id, gone)
    if saved := told - was:
        await repository.save_representations(session, program_id, list(saved))
    return was != told


async def people(session: Session, program_id: UUID, members: Iterable[UUID]) -> dict[UUID, Person]:
    """What is known of these members; who is not known is no key."""
    found = await repository.people(session, program_id, sorted(set(members)))
    return {one.member_id: one for one in found}


async def describe(session: Session, program_id: UUID, person: Person) -> None:
    """Store tags, join date and currency; the member is locked."""
    await repository.describe(session, program_id, person)


async def merge(session: Session, program_id: UUID, kept: UUID, removed: UUID) -> None:
    """From now on the removed customer is the kept one; both are locked."""
    await repository.merge(session, program_id, kept, removed)


def _key(one: Represents) -> tuple[UUID, UUID, date]:
    return one.member_id, one.organization_id, one.from_on


async def counted_before(
    session: Session, program_id: UUID, after: UUID, through: UUID, counting: int, most: int
) -> list[UUID]:
    """The first members of a slice whose orders stand under an older counting, in id order."""
    return await repository.counted_before(session, program_id, after, through, counting, most)


async def note_decided(session: Session, program_id: UUID, members: Sequence[UUID]) -> None:
    """`start` is behind these members now, whatever it gave them."""
    await repository.note_decided(session, program_id, members)
