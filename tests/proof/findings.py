"""What a campaign finds afterwards: lost answers, states that no facts give, audit faults."""

import asyncio
import time
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.checks.audit import audit
from app.checks.auditing import NOTHING
from app.kit.clock import SystemClock
from tests.proof.model import Day, Facts, content, day_totals, told

PATIENCE = 150.0
FILED = """
SELECT p.key, e.source, e.event_id, e.outcome, e.reason FROM order_events e
  JOIN programs p ON p.id = e.program_id"""
KEPT = {
    "override": "SELECT id::text FROM overrides",
    "check": "SELECT id::text FROM checks",
    "version": (
        "SELECT p.key, v.version FROM program_versions v JOIN programs p ON p.id = v.program_id"
    ),
}
OWED = """
SELECT (SELECT count(*) FROM checks WHERE state IN ('queued', 'running') AND occasion <> 'audit')
     + (SELECT count(*) FROM programs WHERE recheck_at IS NOT NULL)
     + (SELECT count(*) FROM changes WHERE feed_seq IS NULL)"""
TOTALS = """
SELECT p.key, m.kind, m.external_id, d.day, d.spend, d.orders, d.largest, d.points
  FROM day_totals d JOIN members m USING (member_id) JOIN programs p ON p.id = d.program_id
 WHERE m.external_id IS NOT NULL AND m.kind <> 'guest' AND p.key LIKE 'proof-%'"""
SETTINGS = """
SELECT v.definition -> 'settings' FROM programs p
  JOIN program_versions v ON v.program_id = p.id AND v.version = p.version WHERE p.key = :key"""


async def fetch(db, statement, **binds):
    async with db.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(statement), binds)]


async def write(db, statement, **binds):
    async with db.engine.begin() as connection:
        await connection.execute(text(statement), binds)


async def until(holds, seconds):
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def execute(url, statements):
    """As the server's superuser, each on its own."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def at_rest(db):
    """Wait until no check and no edit is owed and the feed has numbered everything."""
    deadline = time.monotonic() + PATIENCE
    owed = 1
    while owed and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        owed = (await fetch(db, OWED))[0][0]
    return [f"{owed} checks, edits and changes are still owed"] if owed else []


async def lost(db, ledger):
    """Answers without their rows, and rows that a repeated request has doubled."""
    filed = await fetch(db, FILED)
    known = {row[:3] for row in filed if row[4] != "event_conflict"}
    conflicts = {row[:3] for row in filed if row[4] == "event_conflict"}
    found = [
        f"{word} {key}" for *key, word in ledger.facts
        if tuple(key) not in (conflicts if word == "conflict" else known)
    ]  # fmt: skip
    kept = {what: await fetch(db, statement) for what, statement in KEPT.items()}
    overrides = {one for (one,) in kept["override"]}
    found += [f"override {one}" for one in ledger.overrides if one not in overrides]
    checks = {one for (one,) in kept["check"]}
    found += [f"check {one}" for one in ledger.checks if one not in checks]
    found += [f"version {one}" for one in ledger.versions - set(kept["version"])]
    if len(overrides) != len(set(ledger.overrides)):
        found.append(f"{len(overrides)} overrides for {len(set(ledger.overrides))} answers")
    return [f"lost: {one}" for one in found]


async def unequal(db, programs, ledger):
    """Day totals that are not those of the model, folded from everything that was answered."""
    stored = {}
    for key, kind, name, day, *figures in await fetch(db, TOTALS):
        stored.setdefault(key, {}).setdefault(f"{kind}:{name}", {})[day] = tuple(figures)
    found = []
    for program in programs:
        [(settings,)] = await fetch(db, SETTINGS, key=program.key)
        model = folded(settings, ledger.heard[program.key], program.today)
        have = stored.get(program.key, {})
        found += [
            f"totals of {program.key} {member}: model {model.get(member)},"
            f" engine {have.get(member)}"
            for member in sorted(model.keys() | have.keys())
            if model.get(member) != have.get(member)
        ]  # fmt: skip
    return found


def folded(settings, events, today: date):
    """Member → day → figures, as the model folds the distinct facts."""
    facts, heard = Facts(settings), {}
    for event in events:
        name = (event["source"], event["event_id"])
        if heard.setdefault(name, content(event)) != content(event):
            continue
        states = facts.orders.setdefault((event["source"], event["order"]["id"]), [])
        if all(one.event["event_id"] != event["event_id"] for one in states):
            states.append(told(event))
    return {
        member: kept
        for member, days in day_totals(facts, today).items()
        if (kept := {day: tuple(one) for day, one in days.items() if one != Day()})
    }


async def audited(db, *programs):
    """Every violation and mismatch of the audit, of these programs or of all."""
    reports = [await audit(db, SystemClock(), one) for one in programs or [None]]
    report = sum(reports, NOTHING)
    faults = [f"audit {code}: {count}" for code, count in report.violations.items() if count]
    faults += [f"audit mismatch: {one}" for one in report.mismatches]
    if report.members_proved != report.members_total and not report.mismatches:
        faults.append(f"audit: {report.members_proved} of {report.members_total} proved")
    return faults
