"""The loops of a process, beside those of another."""

import asyncio
from datetime import timedelta

from app import worker
from app.outbound import relay
from app.outbound.repository import feed as repository
from tests.jobs import world
from tests.jobs.world import NOON, TODAY


async def until(db, statement, wanted):
    """Wait until a count has come true."""
    async with asyncio.timeout(30):
        while (await world.fetch(db, statement))[0][0] != wanted:  # noqa: ASYNC110 - of a database
            await asyncio.sleep(0.05)


async def test_two_workers_run_each_due_check_once_and_number_every_change(db, clock):
    programs = []
    for _ in range(20):
        programs.append(await world.program(db, created_at=NOON - timedelta(days=1)))
        await world.members(db, programs[-1], {"a": {TODAY: 150_000}, "b": {}})

    workers = [worker.start(db, clock, tick_seconds=0.2) for _ in range(2)]
    await until(db, "SELECT count(*) FROM checks WHERE state = 'finished'", 20)
    await until(db, "SELECT count(*) FROM changes WHERE feed_seq = 1", 20)
    await asyncio.gather(*(one.stop() for one in workers))

    for program_id in programs:
        assert await world.checks(db, program_id) == [(TODAY, "check", "finished")]
        assert await world.levels(db, program_id) == {"a": "silver"}


async def test_a_loop_outlives_failures(db, clock, monkeypatch):
    program_id = await world.program(db, created_at=NOON - timedelta(days=1))
    await world.members(db, program_id, {"a": {TODAY: 150_000}})
    failures = 0
    real = repository.is_owed

    async def stumbles(session):
        nonlocal failures
        failures += 1
        if failures < 4:
            raise ConnectionRefusedError
        return await real(session)

    monkeypatch.setattr(relay.repository, "is_owed", stumbles)
    running = worker.start(db, clock, tick_seconds=0.2)
    await until(db, "SELECT count(*) FROM changes WHERE feed_seq = 1", 1)
    await running.stop()

    assert failures >= 4


async def test_a_worker_stops_at_once_when_idle_and_gives_everything_back(db, clock):
    await world.program(db, created_at=NOON - timedelta(days=1))
    running = worker.start(db, clock, tick_seconds=0.2)
    await until(db, "SELECT count(*) FROM checks WHERE state = 'finished'", 1)

    async with asyncio.timeout(5):
        await running.stop()

    held = await world.fetch(db, "SELECT count(*) FROM check_slices WHERE lease_until IS NOT NULL")
    assert held[0][0] == 0
    leases = await world.fetch(db, "SELECT count(*) FROM leases WHERE until_at > '2000-01-01'")
    assert leases[0][0] == 0
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not names & {"slices", "ends", "relay", "schedule", "audits"}


async def test_whoever_waits_is_told_when_the_feed_has_grown(db, clock):
    program_id = await world.program(db, created_at=NOON - timedelta(days=1))
    await world.members(db, program_id, {"a": {TODAY: 150_000}})
    told = asyncio.Event()

    running = worker.start(db, clock, told=told.set, tick_seconds=0.2)
    async with asyncio.timeout(10):
        await told.wait()
    await running.stop()

    numbered = await world.fetch(db, "SELECT count(*) FROM changes WHERE feed_seq = 1")
    assert numbered[0][0] == 1
