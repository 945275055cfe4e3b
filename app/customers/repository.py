"""Statements about members and representations; every one knows its program."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.customers.models import Locked, Represents, Who
from app.kit.db import Session, rows, rows_as, sql

LOCK_MEMBERS = sql(__file__, "lock_members")
REPRESENTATIONS = sql(__file__, "representations")


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
