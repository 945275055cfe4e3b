"""The embedded server's life: shared, killed, adopted, begun anew."""

import asyncio
import os
import re
import signal
import subprocess
import sys

import pytest

from app.kit.postgres import PostgresUnavailable, embedded, start
from tests.kit.processes import ROOT, ask, postgres_below, runs, services, until

NOTE = "CREATE TABLE notes AS SELECT 42 AS note"
READ = "SELECT note FROM notes"
BUSY = "SELECT count(*) FROM generate_series(1, 8000000)"  # notices nothing for about a second
OTHERS = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"


async def test_what_was_written_is_there_after_a_stop(place):
    async with embedded(place) as first:
        await ask(first.dsn, NOTE)
        pid = first.pid

    assert not runs(pid)
    async with embedded(place) as second:
        assert await ask(second.dsn, READ) == 42


async def test_a_share_is_given_back_only_once(place):
    async with embedded(place) as first, embedded(place) as second:
        await second.stop()
        await second.stop()

        assert await ask(first.dsn, "SELECT 1") == 1
    assert first.pid is None


async def test_five_processes_at_once_share_one_server(place):
    with services(place, 5) as five:
        pids = {service.ready().server for service in five}
        for service in five[:4]:
            assert service.stop() == 0
        alive = await ask(five[4].dsn, "SELECT 1")

        assert len(pids) == 1
        assert alive == 1
        assert five[4].stop() == 0
    assert not any(runs(pid) for pid in pids)


async def test_a_service_that_starts_while_the_last_one_stops_has_a_server(place):
    for _ in range(3):
        with services(place, 2) as (first, second):
            first.ready()
            first.process.stdin.close()
            assert await ask(second.ready().dsn, "SELECT 1") == 1
            assert second.stop() == 0
            assert first.process.wait(30) == 0


async def test_a_killed_postmaster_comes_back_at_the_same_address(place):
    async with embedded(place) as server:
        await ask(server.dsn, NOTE)
        killed = server.pid

        os.kill(killed, signal.SIGKILL)

        assert await until(lambda: ask(server.dsn, READ)) == 42
        assert server.pid != killed
    assert postgres_below(place) == []


async def test_after_kill_of_service_and_postmaster_a_start_succeeds_at_once(place):
    with services(place) as (service,):
        service.ready()
        await ask(service.dsn, NOTE)
        service.kill()
        busy = asyncio.create_task(ask(service.dsn, BUSY))
        await until(lambda: ask(service.dsn, OTHERS))

        os.kill(service.server, signal.SIGKILL)

        async with embedded(place) as server:
            assert await ask(server.dsn, READ) == 42
            assert re.search("lock file|shared memory", server.log.read_text("utf-8"))
        await asyncio.wait([busy])
        assert busy.exception() is not None or busy.result()


async def test_a_killed_service_leaves_a_server_that_the_next_start_adopts(place):
    with services(place) as (service,):
        service.ready()
        await ask(service.dsn, NOTE)

        service.kill()

        assert runs(service.server)
        async with embedded(place) as server:
            assert server.pid == service.server
            assert await ask(server.dsn, READ) == 42
        assert not runs(service.server)


async def test_a_killed_service_does_not_keep_the_others_from_stopping_it(place):
    with services(place, 3) as (first, second, third):
        pid = first.ready().server
        second.ready(), third.ready()

        first.kill()
        second.kill()

        assert third.stop() == 0
        assert not runs(pid)


async def test_an_initdb_that_was_killed_is_begun_anew(place):
    with services(place) as (service,):
        await until(lambda: exists(place, "pg*/data.*/PG_VERSION"))
        service.kill()

    async with embedded(place) as server:
        assert await ask(server.dsn, "SELECT 1") == 1
    await until(lambda: nothing_unfinished_after_a_start(place))


async def nothing_unfinished_after_a_start(place):
    """Not always after the first: the orphaned initdb may still have been writing."""
    async with embedded(place):
        return not list(place.glob("pg*/data.*"))


async def test_a_cancelled_start_leaves_no_server(place):
    starting = asyncio.create_task(start(place))
    await until(lambda: exists(place, "pg*/data/postmaster.pid"))

    starting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await starting
    assert postgres_below(place) == []


async def test_a_process_that_forgets_to_stop_takes_its_server_along(place):
    code = """
import asyncio, sys
from pathlib import Path
from app.kit.postgres import start
asyncio.run(start(Path(sys.argv[1])))
"""

    ended = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code, place], cwd=ROOT)

    assert ended.returncode == 0
    assert await exists(place, "pg*/data")
    assert postgres_below(place) == []


async def exists(folder, pattern):
    return list(folder.glob(pattern))


async def test_a_server_that_cannot_start_says_why(place):
    with pytest.raises(PostgresUnavailable, match="no_such_setting"):
        await start(place, settings={"no_such_setting": "1"})


async def test_a_missing_database_is_made_again(place):
    async with embedded(place) as server:
        admin = server.superuser_url.replace("+asyncpg", "")
        await ask(admin, "DROP DATABASE tiers")

    async with embedded(place) as server:
        assert await ask(server.dsn, "SELECT current_user") == "tiers"
