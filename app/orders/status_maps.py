"""The status maps of sources, as they are and were, and the work that an edit of one asks for."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.kit.db import Session, rows, rows_as, run, sql
from app.orders.statuses import StatusMap

CURRENT_MAPS = sql(__file__, "current_maps")
ALL_MAPS = sql(__file__, "all_maps")
INSERT_MAP = sql(__file__, "insert_map")
ASK_REMAP = sql(__file__, "ask_remap")
OWE_CHECK = sql(__file__, "owe_check")
CLAIM_REMAP = sql(__file__, "claim_remap")
RETRY_REMAP = sql(__file__, "retry_remap")
END_REMAP = sql(__file__, "end_remap")
READ_BEFORE = sql(__file__, "read_before")
READ_UNDER = sql(__file__, "read_under")

Maps = Mapping[str, StatusMap]


class Claimed(NamedTuple):
    """A source whose stored orders are to be read by its newest map."""

    program_id: UUID
    source: str
    owes_check: bool
    attempts: int


async def current(
    session: Session, program_id: UUID, sources: Iterable[str]
) -> dict[str, StatusMap]:
    """Source → its newest map, of those that have one."""
    asked = sorted(set(sources))
    if not asked:
        return {}
    found = await rows(session, CURRENT_MAPS, program_id=program_id, sources=asked)
    return {row.source: StatusMap(row.revision, _json(row.words)) for row in found}


async def all_maps(session: Session, program_id: UUID) -> dict[tuple[str, int], StatusMap]:
    """(source, revision) → the map."""
    found = await rows(session, ALL_MAPS, program_id=program_id)
    maps = [(row.source, StatusMap(row.revision, _json(row.words))) for row in found]
    return {(source, one.revision): one for source, one in maps}


async def insert(
    session: Session, program_id: UUID, source: str, words: Mapping[str, str], at: datetime
) -> None:
    binds = {"source": source, "words": json.dumps(dict(words)), "at": at}
    await run(session, INSERT_MAP, program_id=program_id, **binds)


async def ask_remap(session: Session, program_id: UUID, source: str, at: datetime) -> None:
    """Also locks out other edits of the same map until this transaction ends."""
    await run(session, ASK_REMAP, program_id=program_id, source=source, at=at)


async def owe_check(session: Session, program_id: UUID, source: str) -> None:
    """If any order of the source is stored that the map is about."""
    await run(session, OWE_CHECK, program_id=program_id, source=source)


async def claim(session: Session, at: datetime) -> Claimed | None:
    found = await rows_as(session, Claimed, CLAIM_REMAP, at=at)
    return found[0] if found else None


async def retry(session: Session, claimed: Claimed, retry_at: datetime) -> None:
    binds = {"source": claimed.source, "retry_at": retry_at}
    await run(session, RETRY_REMAP, program_id=claimed.program_id, **binds)


async def end(session: Session, claimed: Claimed) -> None:
    await run(session, END_REMAP, program_id=claimed.program_id, source=claimed.source)


async def read_before(
    session: Session, program_id: UUID, source: str, revision: int, number: int
) -> dict[UUID, UUID]:
    """Order key → home, of some orders of the source that stand under an older map."""
    binds = {"source": source, "revision": revision, "number": number}
    found = await rows(session, READ_BEFORE, program_id=program_id, **binds)
    return {row.order_key: row.member_id for row in found}


async def read_under(
    session: Session, program_id: UUID, homes: Mapping[UUID, UUID], revision: int
) -> None:
    """These orders mean under that map what they meant before. `homes`: order key → home."""
    binds = {"member_ids": list(homes.values()), "order_keys": list(homes), "revision": revision}
    await run(session, READ_UNDER, program_id=program_id, **binds)


def _json(value: object) -> dict[str, str]:
    found = json.loads(value) if isinstance(value, str) else value
    assert isinstance(found, dict)
    return found
