"""Stones beside the backups: who was erased since one was made is erased again after a restore."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple
from uuid import UUID

from app.customers import erasing, stones, tombstones
from app.customers.erasing import Nobody
from app.customers.models import Who
from app.customers.tombstones import Stone
from app.evaluation import people
from app.evaluation.runs import Run
from app.kit.clock import Clock
from app.kit.db import Database, Session, rows, sql
from app.policy.decision import Occasion
from app.programs import service as programs

PROGRAMS = sql(__file__, "programs_all")


class Applied(NamedTuple):
    """How many stones there were, how many were new, and who was erased again."""

    stones: int
    new: int
    erased: int


async def sealed_key(db: Database) -> bytes | None:
    """The sealed key of the stones; None when nobody was ever erased."""
    async with db.transaction() as session:
        return await stones.sealed_key(session)


async def exported(db: Database) -> AsyncIterator[tuple[UUID, Stone]]:
    """Every stone with its program."""
    for program_id in await _programs(db):
        async for stone in tombstones.stones(db, program_id):
            yield program_id, stone


async def apply(
    db: Database, clock: Clock, sealed: bytes, found: Sequence[tuple[UUID, Stone]]
) -> Applied:
    """Erase whom these stones mean, and set those that do not stand. May be done again.

    Of programs that are not there nothing is done. Raises KeyDiffers and Unsealable.
    """
    key = await db.run(lambda session: stones.adopt(session, sealed, clock.now()))
    by_program: defaultdict[UUID, dict[UUID, Stone]] = defaultdict(dict)
    for program_id, stone in found:
        by_program[program_id][stone.member_id] = stone
    new = erased = 0
    there = set(await _programs(db))
    for program_id, wanted in by_program.items():
        if program_id not in there:
            continue
        for who in await tombstones.meant(db, key, program_id, wanted):
            erased += await db.run(partial(_erase, program_id=program_id, who=who, clock=clock))
        new += await db.run(partial(_set, program_id=program_id, wanted=wanted, clock=clock))
    return Applied(len(found), new, erased)


async def _programs(db: Database) -> list[UUID]:
    async with db.transaction() as session:
        return [row.id for row in await rows(session, PROGRAMS)]


async def _erase(session: Session, program_id: UUID, who: Who, clock: Clock) -> bool:
    now = clock.now()
    rules = await programs.hold(session, program_id)
    run = Run(rules, Occasion.membership, programs.today(rules, now), now)
    if who.kind == "customer":
        return await people.redact(session, run, who.external_id)
    if who.kind == "organization":
        return await people.redact_organization(session, run, who.external_id)
    if who.kind == "guest":
        await people.redact_orders(session, run, [UUID(who.external_id)])
    return False


async def _set(
    session: Session, program_id: UUID, wanted: Mapping[UUID, Stone], clock: Clock
) -> int:
    """How many of the stones did not stand."""
    now = clock.now()
    rules = await programs.hold(session, program_id)
    missing = wanted.keys() - await stones.standing(session, program_id, wanted)
    nobodies = [Nobody(one, wanted[one].kind) for one in sorted(missing)]
    await erasing.entomb(session, program_id, nobodies, programs.today(rules, now), now)
    return len(missing)
