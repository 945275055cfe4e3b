"""Schedules on the real database: once, in order, debounced, whoever ticks."""

import asyncio
from datetime import date, timedelta

import pytest

from app.checks import repository, service
from app.checks.advancing import advance, tick
from app.checks.schedule import Schedule
from tests.jobs import world
from tests.jobs.world import NOON, TODAY

YESTERDAY = TODAY - timedelta(1)


async def settle(db, clock):
    """Tick and work until nothing is owed."""
    while True:
        done = await tick(db, clock)
        running = await world.fetch(
            db, "SELECT id, program_id FROM checks WHERE state IN ('queued', 'running')"
        )
        for one in running:
            await service.run_to_end(db, clock, one.program_id, one.id)
        if not done.did and not running:
            return


async def ask_recheck(db, program_id, at, occasion="rules_changed", keep=None):
    await world.execute(
        db,
        "UPDATE programs SET recheck_at = :at, recheck_occasion = :occasion, recheck_keep = :keep"
        " WHERE id = :id",
        id=program_id,
        at=at,
        occasion=occasion,
        keep=keep,
    )


async def test_four_schedulers_plan_each_due_check_once(db, clock):
    programs = [await world.program(db, created_at=NOON - timedelta(days=1)) for _ in range(6)]

    await asyncio.gather(*(tick(db, clock) for _ in range(4)))

    for program_id in programs:
        assert await world.checks(db, program_id) == [(TODAY, "check", "queued")]


async def test_missed_dates_run_in_order_each_as_of_its_own(db, clock):
    program_id = await world.program(
        db, world.definition(window=1, silver="1000.00"), created_at=NOON - timedelta(days=4)
    )
    spends = {"a": {TODAY - timedelta(3): 150_000}, "b": {YESTERDAY: 150_000}}
    await world.members(db, program_id, spends)

    await settle(db, clock)

    days = [TODAY - timedelta(back) for back in (3, 2, 1, 0)]
    assert await world.checks(db, program_id) == [(day, "check", "finished") for day in days]
    assert sorted(await world.moves(db, program_id), key=str) == [
        (days[0], None, "silver", "check", "qualified"),
        (days[2], "silver", None, "check", "shortfall"),
        (days[2], None, "silver", "check", "qualified"),
    ]


async def test_only_the_first_check_looks_at_everybody(db, clock):
    program_id = await world.program(db, created_at=NOON - timedelta(days=2))

    await settle(db, clock)

    found = await world.fetch(db, "SELECT since FROM checks ORDER BY as_of")
    assert [one.since for one in found] == [None, YESTERDAY]
    [program] = await world.fetch(
        db, "SELECT checked_on FROM programs WHERE id = :id", id=program_id
    )
    assert program.checked_on == TODAY


async def test_a_scheduled_check_does_not_close_a_gap_that_an_edit_opened_meanwhile(db, clock):
    program_id = await world.program(db, created_at=NOON - timedelta(days=1))
    await tick(db, clock)
    await world.version(db, program_id, 2, world.definition(silver="900.00"), clock.now())

    await settle(db, clock)

    [program] = await world.fetch(db, "SELECT checked_on FROM programs")
    assert program.checked_on is None


async def test_several_edits_make_one_check(db, clock):
    program_id = await world.program(db)
    await ask_recheck(db, program_id, NOON + timedelta(minutes=5))
    await settle(db, clock)
    clock.advance(minutes=4)
    await ask_recheck(db, program_id, clock.now() + timedelta(minutes=5))
    clock.advance(minutes=2)
    await settle(db, clock)
    assert await world.checks(db, program_id) == []

    clock.advance(minutes=3)
    await settle(db, clock)
    await settle(db, clock)

    assert await world.checks(db, program_id) == [(TODAY, "rules_changed", "finished")]


async def test_an_edit_during_its_own_check_is_owed_another(db, clock):
    program_id = await world.program(db)
    await ask_recheck(db, program_id, NOON)
    await tick(db, clock)
    await ask_recheck(db, program_id, NOON)
    assert (await tick(db, clock)) == (False, True)

    await settle(db, clock)

    assert [one[1:] for one in await world.checks(db, program_id)] == [
        ("rules_changed", "finished"),
        ("rules_changed", "finished"),
    ]


async def test_the_check_of_an_edit_runs_before_a_scheduled_one(db, clock):
    program_id = await world.program(db, created_at=NOON - timedelta(days=1))
    await ask_recheck(db, program_id, NOON + timedelta(minutes=5))

    async with db.transaction() as session:
        assert await advance(session, program_id, clock.now())

    assert await world.checks(db, program_id) == [(TODAY, "rules_changed", "queued")]


async def test_what_fails_in_one_program_holds_up_no_other(db, clock):
    broken = await world.program(db, created_at=NOON - timedelta(days=1))
    sound = await world.program(db, created_at=NOON - timedelta(days=1))
    await world.execute(
        db,
        "UPDATE program_versions SET definition = definition - 'tiers' WHERE program_id = :id",
        id=broken,
    )

    await tick(db, clock)

    assert await world.checks(db, broken) == []
    assert await world.checks(db, sound) == [(TODAY, "check", "queued")]


async def test_a_failed_date_is_not_tried_for_ever_and_the_next_one_looks_further_back(db, clock):
    program_id = await world.program(db, created_at=NOON - timedelta(days=1))
    await tick(db, clock)
    [check] = await world.fetch(db, "SELECT id FROM checks")
    async with db.transaction() as session:
        await repository.end_check(session, program_id, check.id, "failed", "broke", clock.now())
    await settle(db, clock)
    assert await world.checks(db, program_id) == [(TODAY, "check", "failed")]

    clock.advance(days=1)
    await settle(db, clock)

    found = await world.fetch(db, "SELECT as_of, since, state FROM checks ORDER BY as_of DESC")
    assert tuple(found[0]) == (TODAY + timedelta(1), None, "finished")


async def override(db, member_id, program_id, from_on, until_on, mode="floor", level="silver"):
    await world.execute(
        db,
        "INSERT INTO overrides (member_id, id, program_id, ladder, mode, level_key, reason, author,"
        " from_on, until_on, set_on, recorded, created_at) VALUES (:m, gen_random_uuid(), :p,"
        " 'tiers', :mode, :level, 'agreed', 'key:a', :f, :u, :set_on, 1, now())",
        m=member_id,
        p=program_id,
        mode=mode,
        level=level,
        f=from_on,
        u=until_on,
        set_on=date(2026, 11, 1),
    )


async def test_overrides_turn_on_their_dates_also_on_days_without_a_check(db, clock):
    rules = world.definition({"check_schedule": "0 0 1 1 *"}, silver="1000.00")
    program_id = await world.program(db, rules, created_at=NOON - timedelta(days=9))
    ids = await world.members(db, program_id, {"a": {}})
    day = [TODAY - timedelta(back) for back in range(9)]
    await override(db, ids["a"], program_id, day[6], day[3])

    await settle(db, clock)

    assert await world.checks(db, program_id) == []
    assert await world.moves(db, program_id) == [
        (day[6], None, "silver", "override", "override"),
        (day[2], "silver", None, "override", "shortfall"),
    ]
    await settle(db, clock)
    assert len(await world.moves(db, program_id)) == 2


async def test_an_override_turns_before_the_check_of_its_day(db, clock):
    program_id = await world.program(db, created_at=NOON - timedelta(days=2))
    ids = await world.members(db, program_id, {"a": {YESTERDAY: 150_000}})
    await override(db, ids["a"], program_id, YESTERDAY, None, mode="exact", level="silver")

    await settle(db, clock)

    assert await world.moves(db, program_id) == [
        (YESTERDAY, None, "silver", "override", "qualified")
    ]


async def test_keep_gives_a_floor_to_whom_the_edit_alone_would_lower(db, clock):
    program_id = await world.program(db, world.definition(silver="1000.00"))
    ids = await world.members(
        db, program_id, {"kept": {TODAY: 150_000}, "high": {TODAY: 900_000}, "falls": {}}
    )
    await ask_recheck(db, program_id, NOON)
    await settle(db, clock)
    await world.execute(
        db,
        "INSERT INTO positions (member_id, ladder, program_id, position, level_key, since_on,"
        " state) VALUES (:m, 'tiers', :p, 1, 'silver', :day, 'held')",
        m=ids["falls"],
        p=program_id,
        day=YESTERDAY,
    )
    await world.version(db, program_id, 2, world.definition(silver="2000.00"), clock.now())
    await ask_recheck(db, program_id, NOON, keep=1)

    await settle(db, clock)

    assert await world.levels(db, program_id) == {"kept": "silver", "high": "silver"}
    [floor] = await world.fetch(db, "SELECT * FROM overrides")
    assert (floor.member_id, floor.mode, floor.level_key) == (ids["kept"], "floor", "silver")
    assert (floor.reason, floor.author) == ("kept at publish of version 2", "key:pub")


@pytest.mark.parametrize("seconds", [0.05])
async def test_a_schedule_ticks_by_itself_and_tells_when_it_planned(db, clock, seconds):
    program_id = await world.program(db, created_at=NOON - timedelta(days=1))
    planned = asyncio.Event()
    schedule = Schedule(db, clock, seconds, done=planned.set)
    schedule.start()

    async with asyncio.timeout(5):
        await planned.wait()
    await schedule.stop()

    assert await world.checks(db, program_id) == [(TODAY, "check", "queued")]
