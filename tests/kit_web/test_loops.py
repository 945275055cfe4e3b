import asyncio
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from app.kit.db import rows
from app.kit.loops import ErrandLoop, Loop, step
from tests.kit_web.waiting import until

CLAIM = text(
    "SELECT id FROM units WHERE NOT done AND attempts < 3"
    " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
)
LEASE = text(
    "UPDATE units SET leased = true WHERE id = (SELECT id FROM units WHERE NOT done AND NOT leased"
    " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id"
)
DONE = text("UPDATE units SET done = true, times = times + 1 WHERE id = :id RETURNING id")
FAILED = text("UPDATE units SET attempts = attempts + 1 WHERE id = :id RETURNING id")


@pytest.fixture
async def units(web_db):
    """A table of twenty units of work."""
    async with web_db.engine.begin() as connection:
        await connection.execute(
            text(
                "CREATE TABLE units AS SELECT g AS id, false AS done, false AS leased,"
                " 0 AS times, 0 AS attempts FROM generate_series(1, 20) g"
            )
        )
    yield web_db
    async with web_db.engine.begin() as connection:
        await connection.execute(text("DROP TABLE units"))


def job(poison=(), claim_by=CLAIM, pause=0.0):
    async def claim(session, _):
        found = await rows(session, claim_by)
        return found[0].id if found else None

    async def work(session, unit):
        await rows(session, DONE, id=unit)
        await asyncio.sleep(pause)
        if unit in poison:
            raise ValueError(unit)

    async def fail(session, unit, _):
        await rows(session, FAILED, id=unit)

    return SimpleNamespace(claim=claim, work=work, fail=fail)


async def _all(db):
    async with db.transaction() as session:
        return await rows(session, text("SELECT * FROM units ORDER BY id"))


async def test_several_loops_do_each_unit_once(units, still_clock):
    loops = [Loop(units, still_clock, job(), name="units") for _ in range(3)]
    for loop in loops:
        loop.start()

    async def finished():
        return all(unit.done for unit in await _all(units))

    await until(finished)
    await asyncio.gather(*(loop.stop() for loop in loops))

    assert [unit.times for unit in await _all(units)] == [1] * 20


async def test_a_poisoned_unit_is_undone_counted_and_harms_no_other(units, still_clock):
    loop = Loop(units, still_clock, job(poison={7}), name="units")
    loop.start()

    async def finished():
        found = await _all(units)
        return sum(unit.done for unit in found) == 19 and found[6].attempts == 3

    async def woken():
        loop.wake()
        return await finished()

    await until(woken)
    await loop.stop()

    seventh = (await _all(units))[6]
    assert (seventh.done, seventh.times, seventh.attempts) == (False, 0, 3)


async def test_a_step_says_what_went_wrong(units, still_clock):
    with pytest.raises(ValueError, match="1"):
        await step(units, still_clock, job(poison={1}))


@pytest.mark.parametrize("leased", [False, True])
async def test_a_lease_is_seen_by_others_before_the_work_ends(units, still_clock, leased):
    slow = job(claim_by=LEASE, pause=0.3)
    running = asyncio.create_task(step(units, still_clock, slow, leased=leased))
    await asyncio.sleep(0.15)

    seen = (await _all(units))[0].leased
    assert await running

    assert seen is leased


async def test_a_stopped_loop_ends_its_unit(units, still_clock):
    loop = Loop(units, still_clock, job(pause=0.2), name="units")
    loop.start()
    await asyncio.sleep(0.1)

    await loop.stop()

    assert sum(unit.done for unit in await _all(units)) == 1


async def test_a_loop_that_does_not_end_in_time_leaves_nothing_half_done(units, still_clock):
    loop = Loop(units, still_clock, job(pause=30), name="units")
    loop.start()
    await asyncio.sleep(0.1)

    await loop.stop(drain=0.1)

    assert sum(unit.done for unit in await _all(units)) == 0


async def test_a_resting_loop_is_woken(units, still_clock):
    loop = Loop(units, still_clock, job(), name="units")
    loop.start()
    await asyncio.sleep(1.5)  # all is done; the loop rests longer and longer
    async with units.engine.begin() as connection:
        await connection.execute(text("UPDATE units SET done = false WHERE id = 1"))

    loop.wake()
    await asyncio.sleep(0.2)
    await loop.stop()

    assert (await _all(units))[0].times == 2


def errand(poison=()):
    leased = []

    async def claim(session, _):
        found = await rows(session, LEASE)
        return found[0].id if found else None

    async def run(unit):
        leased.append(unit)
        if unit in poison:
            raise ValueError(unit)

    async def fail(session, unit, _):
        await rows(session, FAILED, id=unit)

    return SimpleNamespace(claim=claim, run=run, fail=fail, leased=leased)


async def test_an_errand_is_run_when_its_claim_is_committed(units, still_clock):
    seen = []
    ours = errand()

    async def run(unit):
        found = await _all(units)
        seen.append((unit, found[unit - 1].leased))

    ours.run = run
    did = await ErrandLoop(units, still_clock, ours, name="errands").work()

    assert (did, seen) == (True, [(1, True)])


async def test_errands_side_by_side_do_each_unit_once(units, still_clock):
    ours = errand(poison={7})
    loops = [ErrandLoop(units, still_clock, ours, name="errands") for _ in range(3)]
    for loop in loops:
        loop.start()
    await until(lambda: len(ours.leased) == 20)
    await asyncio.gather(*(loop.stop() for loop in loops))

    assert sorted(ours.leased) == list(range(1, 21))
    assert [unit.attempts for unit in await _all(units)] == [0] * 6 + [1] + [0] * 13


async def test_an_errand_without_a_unit_has_done_nothing(units, still_clock):
    async def claim(*_):
        return None

    idle = ErrandLoop(units, still_clock, SimpleNamespace(claim=claim), name="errands")

    assert await idle.work() is False
