"""Takes identities out of the members. Page 6, "Erase"."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from app.customers.models import Who
from app.customers.stones import key_for, stone_of
from app.kit.db import Session, rows, rows_as, run, sql

ENTOMB = sql(__file__, "entomb")
UNMAKE = sql(__file__, "unmake")
MERGED_INTO = sql(__file__, "merged_into")
FORGET_REPRESENTATIONS = sql(__file__, "forget_representations")
CHANGE_SEQS = sql(__file__, "change_seqs")


class Nobody(NamedTuple):
    """A member without an identity. `change_seq`: how many changes it is to have."""

    member_id: UUID
    kind: str
    change_seq: int = 0


async def merged_into(session: Session, program_id: UUID, members: Iterable[UUID]) -> list[Who]:
    """Who was merged into these members, over however many mergers."""
    found: dict[UUID, Who] = {}
    wanted = sorted(set(members))
    while wanted:
        binds = {"program_id": program_id, "member_ids": wanted}
        newest = await rows_as(session, Who, MERGED_INTO, **binds)
        wanted = [who.member_id for who in newest if who.member_id not in found]
        found |= {who.member_id: who for who in newest}
    return list(found.values())


async def set_stones(
    session: Session, program_id: UUID, people: Sequence[Who], on: date, at: datetime
) -> None:
    """From now on these ids are known to be erased. Raises EraseKeyUnknown and Unsealable."""
    key = await key_for(session, at)
    stones = [Nobody(stone_of(key, program_id, who), who.kind) for who in people]
    await entomb(session, program_id, stones, on, at)


async def entomb(
    session: Session, program_id: UUID, members: Sequence[Nobody], on: date, at: datetime
) -> None:
    """Make members without an identity."""
    await run(
        session,
        ENTOMB,
        program_id=program_id,
        member_ids=[one.member_id for one in members],
        kinds=[one.kind for one in members],
        change_seqs=[one.change_seq for one in members],
        known_on=on,
        at=at,
    )


async def change_seqs(
    session: Session, program_id: UUID, members: Sequence[UUID]
) -> Mapping[UUID, int]:
    """How many changes each of these members has."""
    found = await rows(session, CHANGE_SEQS, program_id=program_id, member_ids=list(members))
    return {one.member_id: one.change_seq for one in found}


async def remove(session: Session, program_id: UUID, members: Sequence[UUID]) -> None:
    """Take these members out, with whom they represented; they are locked."""
    binds = {"program_id": program_id, "member_ids": list(members)}
    await run(session, FORGET_REPRESENTATIONS, **binds)
    await run(session, UNMAKE, **binds)
