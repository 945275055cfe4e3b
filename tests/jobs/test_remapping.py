"""An edit of a status map reads the stored orders of its source anew, then everybody is checked."""

import asyncio
from datetime import timedelta

import pytest

from app import worker
from app.kit import loops
from app.orders import remapping
from app.orders.jobs import RemapJob
from tests.jobs import world
from tests.jobs.mapped import COUNTS, MAP, edit, proved, remap, shop, tell
from tests.jobs.test_worker import until
from tests.jobs.world import NOON, TODAY


@pytest.fixture
async def program_id(db):
    return await shop(db)


class Killed(Exception):
    pass


async def failing(*_):
    raise Killed


async def test_stored_orders_mean_what_the_new_map_says(db, clock, program_id):
    await tell(db, program_id, "a", "processing")
    await tell(db, program_id, "b", "on-hold")
    await remap(db, clock)

    await edit(db, program_id, {**MAP, "processing": "pending", "on-hold": "paid"})
    done = await remap(db, clock)

    assert done == 2
    found = [tuple(one) for one in await world.fetch(db, COUNTS, id=program_id)]
    assert found == [("a", 0, "status", 2), ("b", 15_000, None, 2)]
    assert await proved(db, clock, program_id) == ("1.000000", {}, [])


async def test_one_check_of_everybody_follows(db, clock, program_id):
    await tell(db, program_id, "a", "processing")
    await tell(db, program_id, "b", "on-hold")
    assert await world.levels(db, program_id) == {"a": "silver"}

    await edit(db, program_id, {**MAP, "processing": "cancelled"})
    await edit(db, program_id, {**MAP, "processing": "cancelled", "on-hold": "closed"})
    running = worker.start(db, clock, tick_seconds=0.2)
    await until(db, "SELECT count(*) FROM checks WHERE state = 'finished'", 1)
    await running.stop()

    assert await world.levels(db, program_id) == {"b": "silver"}
    assert await world.checks(db, program_id) == [(TODAY, "rules_changed", "finished")]
    assert await proved(db, clock, program_id) == ("1.000000", {}, [])


async def test_before_it_is_done_orders_stand_under_the_map_they_were_read_by(
    db, clock, program_id
):
    await tell(db, program_id, "a", "processing")

    await edit(db, program_id, {**MAP, "processing": "pending"})

    assert await proved(db, clock, program_id) == ("1.000000", {}, [])


async def test_a_map_of_no_stored_order_asks_for_no_check(db, clock, program_id):
    await edit(db, program_id, {**MAP, "draft": "pending"})

    assert await remap(db, clock) == 1
    [row] = await world.fetch(db, "SELECT recheck_at FROM programs WHERE id = :id", id=program_id)
    assert row.recheck_at is None


async def test_the_same_map_again_is_no_edit(db, clock, program_id):
    await tell(db, program_id, "a", "processing")
    await remap(db, clock)

    await edit(db, program_id, MAP)
    await remap(db, clock)

    [row] = await world.fetch(db, "SELECT recheck_at FROM programs WHERE id = :id", id=program_id)
    assert row.recheck_at is None


async def test_a_disabled_program_owes_no_check(db, clock, program_id):
    await tell(db, program_id, "a", "processing")
    off = world.definition({"enabled": False}, silver="100.00")
    await world.version(db, program_id, 2, off)

    await edit(db, program_id, {**MAP, "processing": "pending"})
    await remap(db, clock)

    [row] = await world.fetch(db, "SELECT recheck_at FROM programs WHERE id = :id", id=program_id)
    assert row.recheck_at is None
    assert [one.map_revision for one in await world.fetch(db, COUNTS, id=program_id)] == [2]


async def test_a_redelivery_after_the_edit_is_a_duplicate(db, program_id):
    await tell(db, program_id, "a", "processing", event_id="e1")
    edited = {**MAP, "processing": "closed"}
    await edit(db, program_id, edited)

    assert await tell(db, program_id, "a", "processing", event_id="e1", words=edited) == "duplicate"


async def test_a_fact_that_was_read_by_the_old_map_is_understood_by_the_new(db, program_id):
    await edit(db, program_id, {**MAP, "processing": "cancelled"})

    await tell(db, program_id, "a", "processing", words=MAP)

    found = [tuple(one) for one in await world.fetch(db, COUNTS, id=program_id)]
    assert found == [("a", 0, "status", 2)]


async def test_what_the_map_took_away_is_not_the_next_facts_doing(db):
    """A refund policy of `immediate` judges facts; the order's fall is for the check."""
    rules = world.definition({"tiers": {"refund_downgrade": "immediate"}}, silver="100.00")
    program_id = await world.program(db, rules, sandbox_day=TODAY)
    await edit(db, program_id, MAP)
    await tell(db, program_id, "a", "processing")
    await edit(db, program_id, {**MAP, "processing": "pending"})

    await tell(db, program_id, "a", "processing", hours=1, number="7")

    assert await world.levels(db, program_id) == {"a": "silver"}
    found = [tuple(one) for one in await world.fetch(db, COUNTS, id=program_id)]
    assert found == [("a", 0, "status", 2)]


async def test_it_goes_on_where_it_was_killed(db, clock, program_id, monkeypatch):
    monkeypatch.setattr(remapping, "AT_ONCE", 2)
    for number in range(6):
        await tell(db, program_id, f"c{number}", "processing")
    await remap(db, clock)
    await edit(db, program_id, {**MAP, "processing": "pending"})
    await loops.step(db, clock, RemapJob())

    with monkeypatch.context() as patched:
        patched.setattr(remapping.service, "bring_up", failing)
        with pytest.raises(Killed):
            await loops.step(db, clock, RemapJob())
    clock.advance(seconds=2)
    halfway = [one.map_revision for one in await world.fetch(db, COUNTS, id=program_id)]
    left = await remap(db, clock)

    assert sorted(halfway) == [1, 1, 1, 1, 2, 2]
    assert left == 3
    assert {one.map_revision for one in await world.fetch(db, COUNTS, id=program_id)} == {2}
    assert await proved(db, clock, program_id) == ("1.000000", {}, [])


async def test_a_source_that_fails_holds_up_no_other(db, clock, program_id, monkeypatch):
    await tell(db, program_id, "a", "processing")
    await edit(db, program_id, {**MAP, "processing": "pending"})

    with monkeypatch.context() as patched:
        patched.setattr(remapping.service, "bring_up", failing)
        with pytest.raises(Killed):
            await loops.step(db, clock, RemapJob())
    [row] = await world.fetch(db, "SELECT attempts, retry_at FROM remaps")
    at_once = await loops.step(db, clock, RemapJob())
    clock.advance(seconds=2)

    assert (row.attempts, row.retry_at) == (1, NOON + timedelta(seconds=1))
    assert not at_once
    assert await remap(db, clock) == 2


async def test_facts_go_on_meanwhile(db, clock, program_id, monkeypatch):
    """Workers and senders take turns under the members' locks; nobody's word is lost."""
    monkeypatch.setattr(remapping, "AT_ONCE", 5)
    names = [f"c{number:02}" for number in range(40)]
    for name in names:
        await tell(db, program_id, name, "on-hold")
    await remap(db, clock)
    edited = {**MAP, "on-hold": "paid", "processing": "pending"}

    async def send():
        for name in names:
            await tell(db, program_id, name, "processing", hours=1)

    await edit(db, program_id, edited)
    await asyncio.gather(send(), remap(db, clock), remap(db, clock))
    await remap(db, clock)

    found = await world.fetch(db, COUNTS, id=program_id)
    assert {(one.excluded_because, one.map_revision) for one in found} == {("status", 2)}
    assert len(found) == len(names)
    assert await proved(db, clock, program_id) == ("1.000000", {}, [])


async def test_the_next_orders_are_found_by_their_index(db, program_id):
    await tell(db, program_id, "a", "processing")
    await world.execute(db, "SET enable_seqscan = off")

    found = await world.fetch(
        db,
        "EXPLAIN SELECT order_key FROM orders WHERE program_id = :id AND source = 'shop'"
        " AND map_revision < 2 ORDER BY map_revision, member_id, order_key LIMIT 500",
        id=program_id,
    )

    plan = "\n".join(one[0] for one in found)
    assert "orders_program_id_source_map_revision_idx" in plan
