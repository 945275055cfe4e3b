"""The audit: queries that return 0 or there is a bug, and every member proved anew. Page 6."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.checks import repository, slicing
from app.checks.auditing import (
    CODES,
    NOTHING,
    Audited,
    Bench,
    Mismatch,
    Report,
)
from app.checks.ending import count_ended
from app.checks.errors import AuditNotFound
from app.checks.proving import bench, prove
from app.kit.clock import Clock
from app.kit.db import READ_ONLY, Database, Session, row, rows, run, sql
from app.orders.portions import few
from app.programs import service as programs

QUERIES = {code: sql(__file__, f"audit/{code.lower()}") for code in CODES}
ADVANCE = sql(__file__, "audit/advance")
BEGIN = sql(__file__, "audit/begin")
DUE = sql(__file__, "audit/due")
FINISH = sql(__file__, "audit/finish")
LATEST = sql(__file__, "audit/latest")
LEAVE = sql(__file__, "audit/leave")
MEMBERS = sql(__file__, "audit/members")
PROGRAMS = sql(__file__, "audit/programs")

AT_ONCE, ORDERS_AT_ONCE = 500, 5_000
LIMIT = "600s"
STUCK = timedelta(minutes=1)
LEFT_AFTER = timedelta(minutes=15)  # the queries alone may take ten
AUTHOR = "audit"

Rest = Callable[[float], Awaitable[None]]


async def audit(
    db: Database,
    clock: Clock,
    program_id: UUID | None = None,
    *,
    author: str = AUTHOR,
    rest: Rest | None = None,
) -> Report:
    """Audit one program or all of them, and keep each report with its program.

    Every chunk of members is read in one snapshot; a report of the same date is replaced. With
    `rest` an audit that runs is left alone, one that was left goes on, and after each chunk
    `rest` is told how many seconds that took.
    """
    async with db.transaction() as session:
        everything = [one.id for one in await rows(session, PROGRAMS)]
    found = everything if program_id is None else [program_id]
    reports = [await _Audit(db, clock, one, author, rest).run() for one in found]
    return sum((one for one in reports if one is not None), NOTHING)


async def due(session: Session, at: datetime) -> list[UUID]:
    """Programs whose last scheduled check no audit has followed yet, or whose audit was left."""
    return [one.id for one in await rows(session, DUE, at=at)]


async def latest(session: Session, program_id: UUID) -> Audited:
    """The last audit of a program. Raises AuditNotFound before the first has ended."""
    found = await row(session, LATEST, program_id=program_id)
    if found is None:
        raise AuditNotFound
    report = Report.from_json(found.members_total, found.result)
    return Audited(
        found.id, found.as_of, found.version, found.started_at, found.finished_at, report
    )


async def violations(
    session: Session, program_id: UUID | None, before: datetime
) -> dict[tuple[UUID | None, str], int]:
    """(program, query) → violations, where there are any. `before`: older is stuck (A14)."""
    counted = {}
    for code, query in QUERIES.items():
        for one in await rows(session, query, program_id=program_id, before=before):
            if one.violations:
                counted[one.program_id, code] = one.violations
    return counted


class _Audit:
    """One audit of one program. Each step but the queries is a transaction, and kept."""

    def __init__(
        self, db: Database, clock: Clock, program_id: UUID, author: str, rest: Rest | None
    ) -> None:
        self._db, self._clock, self._program_id = db, clock, program_id
        self._author, self._rest = author, rest
        self._id = uuid4()
        self._report, self._after = NOTHING, slicing.NOBODY

    async def run(self) -> Report | None:
        """None when another one of this program and date is at work, or has taken over."""
        if not await self._db.run(self._begin):
            return None
        try:
            return await self._proved()
        except asyncio.CancelledError:
            await self._db.run(self._leave)
            raise

    async def _begin(self, session: Session) -> bool:
        rules, at = await programs.rules_of(session, self._program_id), self._clock.now()
        begun = await row(
            session,
            BEGIN,
            id=self._id,
            program_id=self._program_id,
            as_of=programs.today(rules, at),
            version=rules.version,
            author=self._author,
            at=at,
            until=at + LEFT_AFTER,
            anew=self._rest is None,
        )
        if begun is not None and begun.result is not None:
            self._report = Report.from_json(begun.result["members_total"], begun.result)
            self._after = UUID(begun.result["after"])
        return begun is not None

    async def _proved(self) -> Report | None:
        if self._after == slicing.NOBODY:
            self._report = Report(await self._counts(), 0, 0, ())
        while True:
            began = time.monotonic()
            last, wrong = await _chunk(self._db, self._clock, self._program_id, self._after)
            if last is None:
                await self._db.run(self._finish)
                return self._report
            self._report, self._after = self._report + Report.of_members(wrong), last
            if not await self._db.run(self._advance):
                return None
            if self._rest is not None:
                await self._rest(time.monotonic() - began)

    async def _counts(self) -> dict[str, int]:
        async with self._db.transaction() as session:
            await repository.allow_work(session, LIMIT)
            found = await violations(session, self._program_id, self._clock.now() - STUCK)
        return {code: sum(n for (_, one), n in found.items() if one == code) for code in CODES}

    async def _advance(self, session: Session) -> bool:
        total = self._report.members_total
        said = {"after": str(self._after), "members_total": total, **self._report.to_json()}
        until = self._clock.now() + LEFT_AFTER
        binds = {"until": until, "members_done": total, "result": json.dumps(said)}
        return await run(session, ADVANCE, id=self._id, **binds) == 1

    async def _leave(self, session: Session) -> None:
        await run(session, LEAVE, id=self._id, at=self._clock.now())

    async def _finish(self, session: Session) -> None:
        at, total = self._clock.now(), self._report.members_total
        binds = {"members_total": total, "result": json.dumps(self._report.to_json())}
        if await run(session, FINISH, id=self._id, at=at, **binds):
            count_ended(session, "audit", "finished", None, at)


async def _chunk(
    db: Database, clock: Clock, program_id: UUID, after: UUID
) -> tuple[UUID | None, dict[UUID, list[Mismatch]]]:
    """The next members, proved; and the last of them, None at the end."""
    async with db.transaction() as session:
        await (await session.connection()).execute(READ_ONLY)
        await repository.allow_work(session, LIMIT)
        found = await rows(session, MEMBERS, program_id=program_id, after=after, most=AT_ONCE)
        if not found:
            return None, {}
        counting = {one.member_id: one.counting for one in found}
        members = await few(session, program_id, list(counting), ORDERS_AT_ONCE)
        tools = await _bench(session, program_id, clock.now())
        wrong = await prove(session, tools, {one: counting[one] for one in members})
        return members[-1], wrong


async def _bench(session: Session, program_id: UUID, at: datetime) -> Bench:
    agenda = await repository.agenda(session, program_id, at)
    settled = not agenda.busy and agenda.recheck_at is None
    return await bench(session, program_id, at, settled=settled)
