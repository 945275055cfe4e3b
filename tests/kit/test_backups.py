"""A base backup and the archive reach any instant; a restore overwrites nothing."""

import asyncio
from datetime import UTC, datetime

import pytest

from app.kit.postgres import PostgresUnavailable, Wanted, embedded, restore
from tests.kit.processes import ask

LATER = datetime(2999, 1, 1, tzinfo=UTC)


def clock():
    return datetime.now(UTC)


async def noted(dsn):
    return await ask(dsn, "SELECT string_agg(note, ',' ORDER BY note) FROM notes")


async def test_a_restore_is_as_of_the_instant_asked_for(place):
    backups, archive = place / "backups", place / "wal"
    async with embedded(place / "old", archive=archive) as server:
        await ask(server.dsn, "CREATE TABLE notes AS SELECT 'a' AS note")
        base = await server.back_up(backups, clock)
        await ask(server.dsn, "INSERT INTO notes VALUES ('b')")
        between = await ask(server.dsn, "SELECT clock_timestamp()")
        await asyncio.sleep(0.01)
        await ask(server.dsn, "INSERT INTO notes VALUES ('c')")
        await ask(server.superuser_url.replace("+asyncpg", ""), "SELECT pg_switch_wal()")

    await asyncio.to_thread(restore, place / "then", Wanted(backups, archive, between), None)

    async with embedded(place / "then") as server:
        assert await noted(server.dsn) == "a,b"
        assert await ask(server.dsn, "SELECT NOT pg_is_in_recovery()")
    assert (base / "backup_manifest").exists()


async def test_what_cannot_be_restored_is_said_and_nothing_is_overwritten(place):
    backups, archive = place / "backups", place / "wal"
    async with embedded(place / "old", archive=archive) as server:
        await ask(server.dsn, "CREATE TABLE notes AS SELECT 'a' AS note")
        before = clock()
        await server.back_up(backups, clock)

    refused = {
        "has data already": (place / "old", Wanted(backups, archive, None)),
        "no whole base backup": (place / "new", Wanted(backups, archive, before)),
        "recovery ended before": (place / "new", Wanted(backups, archive, LATER)),
        "letters, digits": (place / "new", Wanted(backups, place / "a b", None)),
    }
    for why, (data_dir, wanted) in refused.items():
        with pytest.raises(PostgresUnavailable, match=why):
            await asyncio.to_thread(restore, data_dir, wanted, None)

    async with embedded(place / "old") as server:
        assert await noted(server.dsn) == "a"
    assert not list((place / "new").glob("pg*/data"))
