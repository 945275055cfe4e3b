"""Slices: claimed under a lease, done once, whoever dies or stumbles."""

import asyncio
import contextlib
from datetime import timedelta

import pytest

from app.checks import repository, service, slices, slicing
from app.checks.errors import ClaimLost
from app.checks.jobs import SliceJob
from app.checks.plans import Plan
from app.kit.loops import step
from tests.jobs import world
from tests.jobs.world import TODAY

SPENDS = {f"c-{number}": {TODAY: 150_000} for number in range(40)}


@pytest.fixture
async def program(db):
    program_id = await world.program(db)
    await world.members(db, program_id, SPENDS)
    return program_id


async def planned(db, program_id, clock, monkeypatch, number=4, **more):
    """A full check of today in `number` slices."""
    monkeypatch.setattr(slicing, "SLICE_MEMBERS", len(SPENDS) // number)
    plan = Plan(program_id, "check", TODAY, 1, **more)
    async with db.transaction() as session:
        return await service.start(session, plan, clock.now())


async def claimed(db, clock, holder):
    async with db.transaction() as session:
        return await slices.claim(session, holder, clock.now())


async def status(db, program_id, check_id):
    async with db.transaction() as session:
        return await service.check_of(session, program_id, check_id)


def test_cuts_join_without_a_gap_and_shares_add_up():
    cuts = slicing.cut(10 * slicing.SLICE_MEMBERS + 7)

    assert len(cuts) == 10
    assert (cuts[0].after, cuts[-1].through) == (slicing.NOBODY, slicing.LAST)
    assert [one.through for one in cuts[:-1]] == [one.after for one in cuts[1:]]
    assert sum(slicing.share(23, 10, one.slice) for one in cuts) == 23


def test_a_huge_program_has_a_bounded_number_of_slices():
    assert len(slicing.cut(10**9)) == slicing.MOST_SLICES


async def test_two_workers_share_the_slices_and_each_member_moves_once(
    db, clock, program, monkeypatch
):
    check_id = await planned(db, program, clock, monkeypatch)

    async def worker(name):
        return [await step(db, clock, SliceJob(name), leased=True) for _ in range(3)]

    await asyncio.gather(worker("a"), worker("b"))
    await world.end_checks(db, clock)

    found = await status(db, program, check_id)
    assert (found.state, found.members_done, found.moves_up) == ("finished", 40, 40)
    assert len(await world.moves(db, program)) == 40
    holders = await world.fetch(db, "SELECT DISTINCT holder FROM check_slices")
    assert {one.holder for one in holders} == {"a", "b"}


async def test_a_worker_that_died_is_followed_by_another(db, clock, program, monkeypatch):
    check_id = await planned(db, program, clock, monkeypatch, number=1)
    await claimed(db, clock, "dead")

    assert not await step(db, clock, SliceJob("heir"), leased=True)
    clock.advance(seconds=31)
    assert await step(db, clock, SliceJob("heir"), leased=True)

    await world.end_checks(db, clock)
    assert (await status(db, program, check_id)).state == "finished"


async def test_a_worker_stopped_in_mid_slice_leaves_nothing_half_done(
    db, clock, program, monkeypatch
):
    await planned(db, program, clock, monkeypatch, number=1)
    entered = asyncio.Event()

    async def hang(*_):
        entered.set()
        await asyncio.sleep(60)

    with monkeypatch.context() as patched:
        patched.setattr(repository, "finish_slice", hang)
        worker = asyncio.create_task(step(db, clock, SliceJob("killed"), leased=True))
        await entered.wait()
        worker.cancel()
        await asyncio.wait([worker])

    assert await world.moves(db, program) == []
    clock.advance(seconds=31)
    assert await step(db, clock, SliceJob("heir"), leased=True)
    assert len(await world.moves(db, program)) == 40


async def test_a_worker_that_was_paused_past_its_lease_cannot_commit(
    db, clock, program, monkeypatch
):
    await planned(db, program, clock, monkeypatch, number=1)
    stale = await claimed(db, clock, "paused")
    clock.advance(seconds=31)
    fresh = await claimed(db, clock, "heir")

    with pytest.raises(ClaimLost):
        async with db.transaction() as session:
            await slices.work(session, stale)

    assert await world.moves(db, program) == []
    async with db.transaction() as session:
        await slices.work(session, fresh)
    assert len(await world.moves(db, program)) == 40


async def test_a_slow_slice_gets_a_longer_lease_each_time(db, clock, program, monkeypatch):
    await planned(db, program, clock, monkeypatch, number=1)
    await claimed(db, clock, "slow")
    clock.advance(seconds=31)

    await claimed(db, clock, "slower")

    [found] = await world.fetch(db, "SELECT lease_until FROM check_slices")
    assert found.lease_until == clock.now() + timedelta(seconds=60)


async def test_no_lease_grows_beyond_the_longest(db, clock, program, monkeypatch):
    await planned(db, program, clock, monkeypatch, number=1)
    for _ in range(slices.MOST_ATTEMPTS + 3):
        await claimed(db, clock, "slow")
        clock.advance(seconds=1000)
    clock.advance(seconds=-1000)

    [found] = await world.fetch(db, "SELECT lease_until FROM check_slices")
    assert found.lease_until == clock.now() + timedelta(seconds=150)


async def test_a_slice_that_an_outage_cut_off_is_taken_up_as_soon_as_the_database_answers(
    db, clock, program, monkeypatch
):
    check_id = await planned(db, program, clock, monkeypatch, number=1)
    job = SliceJob("a")

    async def away(*_, **__):
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr(repository, "finish_slice", away)
        patched.setattr(repository, "retry_slice", away)  # nor can its failure be written
        with pytest.raises(ConnectionResetError):
            await step(db, clock, job, leased=True)
    assert await claimed(db, clock, "b") is None

    assert await step(db, clock, job, leased=True)
    await world.end_checks(db, clock)

    assert (await status(db, program, check_id)).state == "finished"
    [found] = await world.fetch(db, "SELECT attempts FROM check_slices")
    assert found.attempts == 1


async def test_an_outage_is_no_attempt_of_a_check_that_is_worked_to_its_end(
    db, clock, program, monkeypatch
):
    check_id = await planned(db, program, clock, monkeypatch, number=1)

    async def away(*_, **__):
        monkeypatch.undo()
        raise ConnectionResetError

    monkeypatch.setattr(repository, "finish_slice", away)
    found = await service.run_to_end(
        db, clock, program, check_id, lambda _: clock.advance(seconds=1)
    )

    [one] = await world.fetch(db, "SELECT attempts FROM check_slices")
    assert (found.state, one.attempts) == ("finished", 1)


async def test_a_poison_slice_is_tried_again_with_a_bound_and_then_the_check_failed(
    db, clock, program, monkeypatch
):
    check_id = await planned(db, program, clock, monkeypatch, number=1)
    await world.execute(db, "UPDATE program_versions SET definition = '{}'")
    tries = 0
    while (await status(db, program, check_id)).state != "failed":
        with pytest.raises(Exception, match="validation error"):
            await step(db, clock, SliceJob("a"), leased=True)
        tries += 1
        clock.advance(seconds=60)

    assert tries == slices.MOST_ATTEMPTS
    async with db.transaction() as session:
        assert await repository.unfinished(session, program) is None


async def test_a_failed_slice_waits_before_it_is_tried_again(db, clock, program, monkeypatch):
    await planned(db, program, clock, monkeypatch, number=1)
    unit = await claimed(db, clock, "a")
    async with db.transaction() as session:
        await slices.fail(session, unit, "it broke", clock.now())

    assert await claimed(db, clock, "b") is None
    clock.advance(seconds=1)
    assert await claimed(db, clock, "b") is not None


async def test_after_a_cancel_nothing_of_the_check_commits(db, clock, program, monkeypatch):
    check_id = await planned(db, program, clock, monkeypatch)
    unit = await claimed(db, clock, "a")

    async with db.transaction() as session:
        cancelled = await service.cancel(session, program, check_id, clock.now())

    assert cancelled.state == "cancelled"
    with pytest.raises(ClaimLost):
        async with db.transaction() as session:
            await slices.work(session, unit)
    assert await claimed(db, clock, "b") is None
    assert await world.moves(db, program) == []


async def test_a_stopping_worker_gives_its_slices_back(db, clock, program, monkeypatch):
    await planned(db, program, clock, monkeypatch, number=1)
    await claimed(db, clock, "leaving")

    async with db.transaction() as session:
        await slices.give_back(session, "leaving")

    assert await claimed(db, clock, "heir") is not None


async def test_a_dry_run_counts_the_moves_and_writes_none(db, clock, program, monkeypatch):
    check_id = await planned(db, program, clock, monkeypatch, dry_run=True)

    found = await service.run_to_end(db, clock, program, check_id)

    assert (found.state, found.moves_up) == ("finished", 40)
    assert await world.moves(db, program) == []
    assert await world.levels(db, program) == {}


async def test_running_to_the_end_tells_how_far_it_is(db, clock, program, monkeypatch):
    check_id = await planned(db, program, clock, monkeypatch)
    told = []

    await service.run_to_end(db, clock, program, check_id, told.append)

    assert [one.members_done for one in told] == [20, 40]  # two slices at a time
    assert told[-1].has_ended


async def test_one_check_at_a_time_runs_for_a_program(db, clock, program, monkeypatch):
    started = await asyncio.gather(*(planned(db, program, clock, monkeypatch) for _ in range(5)))

    assert len([one for one in started if one is not None]) == 1


@pytest.mark.parametrize(
    ("error", "state"), [(ConnectionResetError, "running"), (ZeroDivisionError, "failed")]
)
async def test_only_the_works_own_failures_end_a_check(
    db, clock, program, monkeypatch, error, state
):
    check_id = await planned(db, program, clock, monkeypatch, number=1)

    async def broken(*_):
        raise error

    job = SliceJob("a")
    with monkeypatch.context() as patch:
        patch.setattr(slices, "_evaluate_range", broken)
        for _ in range(slices.MOST_ATTEMPTS + 1):
            with contextlib.suppress(error):
                await step(db, clock, job, leased=True)
            clock.advance(seconds=60)

    found = await status(db, program, check_id)
    assert found.state.replace("queued", "running") == state
    if state == "running":
        await step(db, clock, job, leased=True)
        await world.end_checks(db, clock)
        found = await status(db, program, check_id)
        assert (found.state, found.moves_up) == ("finished", len(SPENDS))
