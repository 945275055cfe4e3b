"""Organizations that belong to another: it holds in their place, and their orders count for it.

A parent is told as a representation whose member is an organization, so that days, pooling and
sleep mean what they mean for representatives. One level: a parent belongs to nobody.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from app.kit.db import Session, rows, sql

CHILDREN = sql(__file__, "children")
ALL_CHILDREN = sql(__file__, "all_children")


async def children_of(
    session: Session, program_id: UUID, parents: Iterable[UUID], since: date
) -> list[UUID]:
    """Who belongs to one of these on a day from `since` on; in id order."""
    binds = {"parents": sorted(set(parents)), "since": since}
    found = await rows(session, CHILDREN, program_id=program_id, **binds)
    return [row.member_id for row in found]


async def all_children(session: Session, program_id: UUID) -> list[UUID]:
    """The organizations that ever belonged to one, do, or will; in id order."""
    found = await rows(session, ALL_CHILDREN, program_id=program_id)
    return [row.member_id for row in found]
