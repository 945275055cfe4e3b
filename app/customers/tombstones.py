"""Stones as they are kept beside a backup, and whom they stand for in a database."""

from collections.abc import AsyncIterator, Collection
from typing import Any, NamedTuple
from uuid import UUID

from app.customers.models import Who
from app.customers.stones import stone_of
from app.kit.db import Database, rows, sql

STONES_AFTER = sql(__file__, "stones_after")
NAMED_AFTER = sql(__file__, "named_after")
AT_ONCE = 5_000
FIRST = UUID(int=0)


class Stone(NamedTuple):
    """A stone of a program; `kind`: what it stands for."""

    member_id: UUID
    kind: str


async def stones(db: Database, program_id: UUID) -> AsyncIterator[Stone]:
    """All stones of a program, in id order."""
    async for row in _walk(db, STONES_AFTER, program_id):
        yield Stone(row.member_id, row.kind)


async def meant(db: Database, key: bytes, program_id: UUID, wanted: Collection[UUID]) -> list[Who]:
    """The members of a program that have an id and one of these stones."""
    found = []
    async for row in _walk(db, NAMED_AFTER, program_id):
        who = Who(row.member_id, row.kind, row.external_id)
        if stone_of(key, program_id, who) in wanted:
            found.append(who)
    return found


async def _walk(db: Database, statement: Any, program_id: UUID) -> AsyncIterator[Any]:
    after = FIRST
    while True:
        async with db.transaction() as session:
            binds = {"program_id": program_id, "after": after, "most": AT_ONCE}
            found = await rows(session, statement, **binds)
        for row in found:
            yield row
        if len(found) < AT_ONCE:
            return
        after = found[-1].member_id
