"""Statements about members and representations; every one knows its program."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.customers.models import Locked, Person, Represents, Who
from app.kit.db import Session, rows, rows_as, run, sql

LOCK_MEMBERS = sql(__file__, "lock_members")
REPRESENTATIONS = sql(__file__, "representations")
NOTE_DECIDED = sql(__file__, "note_decided")
COUNTED_BEFORE = sql(__file__, "counted_before")
REPRESENTATIVES = sql(__file__, "representatives")
ALL_REPRESENTATIVES = sql(__file__, "all_representatives")
TURNING_DATES = sql(__file__, "turning_dates")
TURNING_ON = sql(__file__, "turning_on")
SAVE_REPRESENTATIONS = sql(__file__, "save_representations")
DROP_REPRESENTATIONS = sql(__file__, "drop_representations")
PEOPLE = sql(__file__, "people")
DESCRIBE = sql(__file__, "describe")
MERGE = sql(__file__, "merge")
UNMAKE = sql(__file__, "unmake")


async def lock_members(
    session: Session,
    program_id: UUID,
    counting: int,
    wanted: Sequence[Who],
    on: date,
    at: datetime,
) -> list[Locked]:
    """The members, made where they were unknown, each under this transaction's lock."""
    found = await rows(
        session,
        LOCK_MEMBERS,
        program_id=program_id,
        counting=counting,
        member_ids=[who.member_id for who in wanted],
        kinds=[who.kind for who in wanted],
        external_ids=[who.external_id for who in wanted],
        known_on=on,
        at=at,
    )
    return [
        Locked(
            member_id=row.member_id,
            kind=row.kind,
            external_id=row.external_id,
            version=row.version,
            counting=row.counting,
            is_new=row.is_new,
            merged_into=row.merged_into,
        )
        for row in found
    ]


async def representations(
    session: Session, program_id: UUID, customers: Sequence[UUID]
) -> list[Represents]:
    """All representations of these customers, the newest recorded first."""
    return await rows_as(
        session, Represents, REPRESENTATIONS, program_id=program_id, customers=list(customers)
    )


async def representatives(
    session: Session, program_id: UUID, organizations: Sequence[UUID]
) -> list[UUID]:
    """Who represented one of these organizations, does, or will; in id order."""
    found = await rows(
        session, REPRESENTATIVES, program_id=program_id, organizations=list(organizations)
    )
    return [row.member_id for row in found]


async def all_representatives(session: Session, program_id: UUID) -> list[UUID]:
    found = await rows(session, ALL_REPRESENTATIVES, program_id=program_id)
    return [row.member_id for row in found]


async def turning_dates(session: Session, program_id: UUID, first: date, last: date) -> list[date]:
    """The days on which a representation begins or has ended, in order."""
    found = await rows(session, TURNING_DATES, program_id=program_id, first=first, last=last)
    return [row.day for row in found]


async def turning_on(session: Session, program_id: UUID, day: date) -> list[UUID]:
    """Whose representation begins or has ended on that day; in id order."""
    found = await rows(session, TURNING_ON, program_id=program_id, day=day)
    return [row.member_id for row in found]


async def save_representations(
    session: Session, program_id: UUID, told: Sequence[Represents]
) -> None:
    await run(
        session,
        SAVE_REPRESENTATIONS,
        program_id=program_id,
        customers=[one.member_id for one in told],
        organizations=[one.organization_id for one in told],
        begins=[one.from_on for one in told],
        ends=[one.until_on for one in told],
        recorded=[one.recorded for one in told],
    )


async def drop_representations(
    session: Session, program_id: UUID, gone: Sequence[Represents]
) -> None:
    await run(
        session,
        DROP_REPRESENTATIONS,
        program_id=program_id,
        customers=[one.member_id for one in gone],
        organizations=[one.organization_id for one in gone],
        begins=[one.from_on for one in gone],
    )


async def people(session: Session, program_id: UUID, members: Sequence[UUID]) -> list[Person]:
    return await rows_as(session, Person, PEOPLE, program_id=program_id, member_ids=list(members))


async def describe(session: Session, program_id: UUID, person: Person) -> None:
    await run(
        session,
        DESCRIBE,
        program_id=program_id,
        member_id=person.member_id,
        tags=person.tags,
        joined_on=person.joined_on,
        currency=person.currency,
    )


async def merge(session: Session, program_id: UUID, kept: UUID, removed: UUID) -> None:
    await run(session, MERGE, program_id=program_id, kept=kept, removed=removed)


async def counted_before(
    session: Session, program_id: UUID, after: UUID, through: UUID, counting: int, most: int
) -> list[UUID]:
    """The first members above `after` through `through` with an older `counting`, in id order."""
    binds = {"after": after, "through": through, "counting": counting, "most": most}
    found = await rows(session, COUNTED_BEFORE, program_id=program_id, **binds)
    return [row.member_id for row in found]


async def note_decided(session: Session, program_id: UUID, members: Sequence[UUID]) -> None:
    await run(session, NOTE_DECIDED, program_id=program_id, member_ids=list(members))


async def unmake(session: Session, program_id: UUID, members: Sequence[UUID]) -> None:
    await run(session, UNMAKE, program_id=program_id, member_ids=list(members))
