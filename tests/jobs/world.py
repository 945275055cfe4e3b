"""Programs, members and days that count, written as plainly as a test can read."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import text

from app.checks.jobs import EndJob
from app.kit.ids import computed_id
from app.kit.loops import step
from app.programs.definition import Definition

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOON.date()
PROGRAM = text(
    "INSERT INTO programs (id, key, name, version, counting, sandbox_day, overrides_on, created_at)"
    " VALUES (:id, :key, 'A program', 1, 1, :sandbox_day, :overrides_on, :created_at)"
)
VERSION = text(
    "INSERT INTO program_versions (program_id, version, definition, removed, counting, author,"
    " published_at) VALUES (:id, :version, CAST(:definition AS jsonb), '{}', 1, :author, :at)"
)
MEMBERS = text(
    "INSERT INTO members (member_id, program_id, kind, external_id, known_on, version, counting,"
    " created_at) SELECT m, :id, 'customer', x, :known_on, 1, 1, :at"
    " FROM unnest(CAST(:members AS uuid[]), CAST(:ids AS text[])) AS who (m, x)"
)
DAYS = text(
    "INSERT INTO day_totals (member_id, day, program_id, spend, orders, largest, points)"
    " SELECT m, day, :id, spend, 1, spend, 0 FROM unnest(CAST(:members AS uuid[]),"
    " CAST(:days AS date[]), CAST(:spends AS bigint[])) AS d (m, day, spend)"
)


class StillClock:
    """A clock that stands where it is put."""

    def __init__(self, at=NOON):
        self.at = at

    def now(self):
        return self.at

    def advance(self, **by):
        self.at += timedelta(**by)


def definition(settings=None, window=30, stages=(), **tiers):
    """Tiers by what one must spend in a rolling window, lowest first."""
    ladder = {"window": {"rolling_days": window}, **(settings or {}).pop("tiers", {})}
    return Definition.of(
        {
            "settings": {"currency": "EUR", "tiers": ladder, **(settings or {})},
            "tiers": [
                {"key": key, "name": key.title(), "criteria": [_spend(least)]}
                for key, least in tiers.items()
            ],
            "loyalty_stages": list(stages),
        }
    )


async def program(db, rules=None, *, sandbox_day=None, created_at=NOON):
    """A program with one version; silver from 1,000.00 unless told otherwise."""
    program_id = uuid4()
    async with db.engine.begin() as connection:
        await connection.execute(
            PROGRAM,
            {
                "id": program_id,
                "key": f"p-{program_id.hex[:12]}",
                "sandbox_day": sandbox_day,
                "overrides_on": sandbox_day,
                "created_at": created_at,
            },
        )
    await version(db, program_id, 1, rules or definition(silver="1000.00"), created_at)
    return program_id


async def version(db, program_id, number, rules, at=NOON):
    """Publish a version, and nothing else that an edit does."""
    body = json.dumps(rules.model_dump(mode="json"))
    binds = {"id": program_id, "version": number, "definition": body, "at": at, "author": "key:pub"}
    async with db.engine.begin() as connection:
        await connection.execute(VERSION, binds)
        await connection.execute(
            text("UPDATE programs SET version = :version WHERE id = :id"),
            {"id": program_id, "version": number},
        )


async def members(db, program_id, spends):
    """Customers with what they spent: name → {day: minor units}; their ids by name."""
    ids = {name: computed_id(program_id, "customer", name) for name in spends}
    days = [
        (ids[name], day, spend) for name, spent in spends.items() for day, spend in spent.items()
    ]
    async with db.engine.begin() as connection:
        await connection.execute(
            MEMBERS,
            {
                "id": program_id,
                "members": list(ids.values()),
                "ids": list(ids),
                "known_on": date(2026, 1, 1),
                "at": NOON,
            },
        )
        if days:
            found = dict(
                zip(("members", "days", "spends"), map(list, zip(*days, strict=True)), strict=True)
            )
            await connection.execute(DAYS, {"id": program_id, **found})
    return ids


async def fetch(db, statement, **binds):
    async with db.engine.connect() as connection:
        return (await connection.execute(text(statement), binds)).all()


async def execute(db, statement, **binds):
    async with db.engine.begin() as connection:
        await connection.execute(text(statement), binds)


async def levels(db, program_id):
    """Customer → level held, of those that hold one."""
    found = await fetch(
        db,
        "SELECT m.external_id, p.level_key FROM positions p JOIN members m USING (member_id)"
        " WHERE p.program_id = :id AND p.level_key IS NOT NULL",
        id=program_id,
    )
    return dict(map(tuple, found))


async def moves(db, program_id):
    """(as of, from, to, occasion, reason) of every move, oldest first."""
    found = await fetch(
        db,
        "SELECT as_of, from_level, to_level, occasion, reason FROM changes WHERE program_id = :id"
        " AND direction IS NOT NULL ORDER BY as_of, recorded_at, member_id, seq",
        id=program_id,
    )
    return [tuple(one) for one in found]


async def checks(db, program_id):
    """(as of, occasion, state) of every check, oldest first."""
    found = await fetch(
        db,
        "SELECT as_of, occasion, state FROM checks WHERE program_id = :id"
        " ORDER BY as_of, created_at",
        id=program_id,
    )
    return [tuple(one) for one in found]


async def end_checks(db, clock):
    """End every check whose slices are done, of whichever program."""
    while await step(db, clock, EndJob()):
        pass


def _spend(least):
    return {"metric": "spend", "at_least": least}
