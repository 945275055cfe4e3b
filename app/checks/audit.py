"""The audit: queries that return 0 or there is a bug, and every member proved anew. Page 6."""

import json
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.checks import repository, slicing
from app.checks.auditing import (
    CODES,
    MOST_MISMATCHES,
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
from app.programs import service as programs

QUERIES = {code: sql(__file__, f"audit/{code.lower()}") for code in CODES}
BEGIN = sql(__file__, "audit/begin")
DUE = sql(__file__, "audit/due")
FINISH = sql(__file__, "audit/finish")
LATEST = sql(__file__, "audit/latest")
MEMBERS = sql(__file__, "audit/members")
PROGRAMS = sql(__file__, "audit/programs")

AT_ONCE = 500
LIMIT = "600s"
STUCK = timedelta(minutes=1)
STALE = timedelta(hours=1)
AUTHOR = "audit"


async def audit(
    db: Database, clock: Clock, program_id: UUID | None = None, *, author: str = AUTHOR
) -> Report:
    """Audit one program or all of them, and keep each report with its program.

    Every chunk of members is read in one snapshot; a report of the same date is replaced.
    """
    async with db.transaction() as session:
        everything = [one.id for one in await rows(session, PROGRAMS)]
    found = everything if program_id is None else [program_id]
    reports = [await _audit(db, clock, one, author) for one in found]
    return sum((one for one in reports if one is not None), NOTHING)


async def due(session: Session, at: datetime) -> list[UUID]:
    """Programs whose last scheduled check no audit has followed yet."""
    return [one.id for one in await rows(session, DUE, stale=at - STALE)]


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


async def _audit(db: Database, clock: Clock, program_id: UUID, author: str) -> Report | None:
    """None when an audit of this program and date runs already."""
    audit_id = await db.run(lambda session: _begin(session, program_id, clock.now(), author))
    if audit_id is None:
        return None
    async with db.transaction() as session:
        await repository.allow_work(session, LIMIT)
        found = await violations(session, program_id, clock.now() - STUCK)
    counts = {code: sum(n for (_, one), n in found.items() if one == code) for code in CODES}
    report = await _proved(db, clock, program_id, counts)
    await db.run(lambda session: _finish(session, audit_id, report, clock.now()))
    return report


async def _begin(session: Session, program_id: UUID, at: datetime, author: str) -> UUID | None:
    rules = await programs.rules_of(session, program_id)
    begun = await row(
        session,
        BEGIN,
        id=uuid4(),
        program_id=program_id,
        as_of=programs.today(rules, at),
        version=rules.version,
        author=author,
        at=at,
        stale=at - STALE,
    )
    return begun.id if begun else None


async def _proved(db: Database, clock: Clock, program_id: UUID, counts: dict[str, int]) -> Report:
    total = proved = 0
    mismatches: list[Mismatch] = []
    after: UUID | None = slicing.NOBODY
    while after is not None:
        after, wrong = await _chunk(db, clock, program_id, after)
        total += len(wrong)
        proved += sum(not one for one in wrong.values())
        mismatches += [one for found in wrong.values() for one in found]
    return Report(counts, total, proved, tuple(mismatches[:MOST_MISMATCHES]))


async def _chunk(
    db: Database, clock: Clock, program_id: UUID, after: UUID
) -> tuple[UUID | None, dict[UUID, list[Mismatch]]]:
    """The next members, proved; and the last of them, None at the end."""
    async with db.transaction() as session:
        await (await session.connection()).execute(READ_ONLY)
        await repository.allow_work(session, LIMIT)
        found = await rows(session, MEMBERS, program_id=program_id, after=after, most=AT_ONCE)
        members = {one.member_id: one.counting for one in found}
        if not members:
            return None, {}
        tools = await _bench(session, program_id, clock.now())
        return max(members), await prove(session, tools, members)


async def _bench(session: Session, program_id: UUID, at: datetime) -> Bench:
    agenda = await repository.agenda(session, program_id, at)
    settled = not agenda.busy and agenda.recheck_at is None
    return await bench(session, program_id, at, settled=settled)


async def _finish(session: Session, audit_id: UUID, report: Report, at: datetime) -> None:
    await run(
        session,
        FINISH,
        id=audit_id,
        at=at,
        members_total=report.members_total,
        result=json.dumps(report.to_json()),
    )
    count_ended(session, "audit", "finished", None, at)
