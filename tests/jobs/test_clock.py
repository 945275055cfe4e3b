"""The clock of a sandbox: days pass in order, each with its overrides and its check."""

import asyncio
from datetime import date, timedelta

import pytest

from app.checks import clock as walk
from app.checks import service, slices, slicing
from app.checks.errors import ClockBackwards, NotASandbox
from tests.jobs import world

START = date(2026, 10, 24)


@pytest.fixture
async def sandbox(db):
    """Golden case G3: 600 on 25 Oct, 300 on 1 Nov, 250 on 20 Nov; everything known before."""
    rules = world.definition(
        {"tiers": {"upgrade": "at_check"}}, window=30, bronze="1.00", silver="1000.00"
    )
    program_id = await world.program(db, rules, sandbox_day=START)
    spent = {date(2026, 10, 25): 60_000, date(2026, 11, 1): 30_000, date(2026, 11, 20): 25_000}
    await world.members(db, program_id, {"a": spent})
    return program_id


def on(month, day):
    return date(2026, month, day)


async def test_each_day_passes_with_its_check(db, clock, sandbox):
    assert await walk.move(db, clock, sandbox, on(12, 31)) == on(12, 31)

    assert await world.moves(db, sandbox) == [
        (on(10, 25), None, "bronze", "check", "qualified"),
        (on(11, 20), "bronze", "silver", "check", "qualified"),
        (on(11, 25), "silver", "bronze", "check", "shortfall"),
        (on(12, 21), "bronze", None, "check", "shortfall"),
    ]
    found = await world.checks(db, sandbox)
    days = [START + timedelta(number) for number in range(1, 69)]
    assert found == [(day, "check", "finished") for day in days]


async def test_one_jump_and_many_steps_end_the_same(db, clock, sandbox):
    for number in range(1, 40):
        await walk.move(db, clock, sandbox, START + timedelta(number))
    stepped = await world.moves(db, sandbox)
    other = await world.program(
        db,
        world.definition(
            {"tiers": {"upgrade": "at_check"}}, window=30, bronze="1.00", silver="1000.00"
        ),
        sandbox_day=START,
    )
    spent = {date(2026, 10, 25): 60_000, date(2026, 11, 1): 30_000, date(2026, 11, 20): 25_000}
    await world.members(db, other, {"a": spent})

    await walk.move(db, clock, other, START + timedelta(39))

    assert await world.moves(db, other) == stepped


async def test_days_without_a_check_are_not_checked(db, clock):
    rules = world.definition({"check_schedule": "0 6 * * 1"}, silver="1000.00")
    program_id = await world.program(db, rules, sandbox_day=on(11, 1))

    await walk.move(db, clock, program_id, on(11, 22))

    assert [one[0] for one in await world.checks(db, program_id)] == [
        on(11, 2),
        on(11, 9),
        on(11, 16),
    ]


async def test_large_checks_run_in_slices(db, clock, sandbox, monkeypatch):
    monkeypatch.setattr(slicing, "SLICE_MEMBERS", 7)
    await world.members(db, sandbox, {f"idle-{number}": {} for number in range(20)})

    await walk.move(db, clock, sandbox, on(10, 27))

    assert await slices_of_checks(db) == [3, 1, 1]
    assert await world.levels(db, sandbox) == {"a": "bronze"}


async def test_many_candidates_run_in_slices_too(db, clock, sandbox, monkeypatch):
    await walk.move(db, clock, sandbox, on(10, 25))
    monkeypatch.setattr(slicing, "SLICE_CANDIDATES", 2)
    await world.members(db, sandbox, {f"new-{one}": {on(10, 26): 150_000} for one in range(6)})

    await walk.move(db, clock, sandbox, on(10, 26))

    assert await slices_of_checks(db) == [1, 3]
    assert len(await world.levels(db, sandbox)) == 7


async def slices_of_checks(db):
    """How many slices each check had, in the order of their dates."""
    found = await world.fetch(
        db,
        "SELECT count(*) AS n FROM check_slices s JOIN checks c ON c.id = s.check_id"
        " GROUP BY c.id ORDER BY c.as_of",
    )
    return [one.n for one in found]


async def test_a_move_that_was_killed_goes_on_where_it_stopped(db, clock, sandbox, monkeypatch):
    done = 0
    real = slices.do_at_once

    async def dies(*given):
        nonlocal done
        done += 1
        if done == 5:
            raise asyncio.CancelledError
        await real(*given)

    with monkeypatch.context() as patched:
        patched.setattr(slices, "do_at_once", dies)
        with pytest.raises(asyncio.CancelledError):
            await walk.move(db, clock, sandbox, on(11, 10))
    async with db.transaction() as session:
        assert await walk.today(session, sandbox) == START + timedelta(4)

    await walk.move(db, clock, sandbox, on(11, 10))

    assert len(await world.checks(db, sandbox)) == 17


async def test_a_check_that_was_left_unfinished_ends_before_the_next_day(
    db, clock, sandbox, monkeypatch
):
    monkeypatch.setattr(slicing, "SLICE_MEMBERS", 7)
    await world.members(db, sandbox, {f"idle-{number}": {} for number in range(20)})

    async def dies(*_):
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(service, "run_to_end", dies)
        with pytest.raises(asyncio.CancelledError):
            await walk.move(db, clock, sandbox, on(10, 27))
    assert await world.checks(db, sandbox) == [(on(10, 25), "check", "queued")]

    await walk.move(db, clock, sandbox, on(10, 27))

    days = [on(10, 25), on(10, 26), on(10, 27)]
    assert await world.checks(db, sandbox) == [(day, "check", "finished") for day in days]


async def test_two_movers_at_once_check_each_day_once(db, clock, sandbox):
    await asyncio.gather(*(walk.move(db, clock, sandbox, on(11, 3)) for _ in range(3)))

    assert len(await world.checks(db, sandbox)) == 10


async def test_an_edit_is_checked_as_of_the_day_that_ends(db, clock, sandbox):
    await walk.move(db, clock, sandbox, on(10, 26))
    await world.version(db, sandbox, 2, world.definition(bronze="700.00"), clock.now())
    await world.execute(
        db,
        "UPDATE programs SET recheck_at = :at, recheck_occasion = 'rules_changed'",
        at=clock.now() + timedelta(minutes=5),
    )

    await walk.move(db, clock, sandbox, on(10, 27))

    assert (on(10, 26), "rules_changed", "finished") in await world.checks(db, sandbox)
    assert (await world.moves(db, sandbox))[-1][:4] == (
        on(10, 26),
        "bronze",
        None,
        "rules_changed",
    )


async def test_overrides_turn_before_the_check_of_their_day(db, clock, sandbox):
    [member] = await world.fetch(db, "SELECT member_id FROM members")
    await world.execute(
        db,
        "INSERT INTO overrides (member_id, id, program_id, ladder, mode, level_key, reason, author,"
        " from_on, until_on, set_on, recorded, created_at) VALUES (:m, gen_random_uuid(), :p,"
        " 'tiers', 'floor', 'silver', 'agreed', 'key:a', '2026-10-27', '2026-10-29',"
        " '2026-10-24', 1, now())",
        m=member.member_id,
        p=sandbox,
    )

    await walk.move(db, clock, sandbox, on(11, 1))

    assert (await world.moves(db, sandbox))[1:] == [
        (on(10, 27), "bronze", "silver", "override", "override"),
        (on(10, 30), "silver", "bronze", "override", "shortfall"),
    ]


async def test_a_disabled_sandbox_lets_days_pass_without_checks(db, clock, sandbox):
    off = world.definition({"enabled": False}, bronze="1.00")
    await world.version(db, sandbox, 2, off)

    await walk.move(db, clock, sandbox, on(12, 24))

    assert await world.checks(db, sandbox) == []


async def test_the_clock_moves_forward_only(db, clock, sandbox):
    with pytest.raises(ClockBackwards):
        await walk.move(db, clock, sandbox, START - timedelta(1))

    assert await walk.move(db, clock, sandbox, START) == START


async def test_only_a_sandbox_has_a_clock_of_its_own(db, clock):
    program_id = await world.program(db)

    with pytest.raises(NotASandbox):
        await walk.move(db, clock, program_id, START)
