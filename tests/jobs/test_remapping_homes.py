"""Orders that come to another day, and so to another home, by a map or by a definition."""

from datetime import timedelta

import pytest

from tests.jobs import world
from tests.jobs.mapped import MAP, edit, proved, remap, shop, tell
from tests.jobs.world import NOON, TODAY

REPRESENTS = (
    "INSERT INTO representations (member_id, organization_id, from_on, program_id, recorded)"
    " VALUES (:a, :company, '2026-11-10', :id, 1)"
)


@pytest.fixture
async def program_id(db):
    return await shop(db)


@pytest.fixture
async def ids(db, program_id):
    """Of a customer, and of the company that it represents from the 10th on."""
    found = await world.members(db, program_id, {"a": {}, "company": {}})
    await world.execute(db, REPRESENTS, id=program_id, **found)
    return found


async def test_an_order_moves_home_when_its_new_day_is_nobody_elses(db, clock, program_id, ids):
    """Read as pending at first it is of the day on which it was paid, for an organization then."""
    await tell(db, program_id, "a", "on-hold", hours=-500)
    placed = (NOON - timedelta(hours=500)).isoformat()
    await tell(db, program_id, "a", "processing", placed_at=placed)
    before = await world.fetch(db, "SELECT member_id, counted_on FROM orders")

    await edit(db, program_id, {**MAP, "on-hold": "paid"})
    await remap(db, clock)

    after = await world.fetch(db, "SELECT member_id, counted_on FROM orders")
    assert [tuple(one) for one in before] == [(ids["company"], TODAY)]
    assert [tuple(one) for one in after] == [(ids["a"], TODAY - timedelta(days=21))]
    pins = await world.fetch(db, "SELECT member_id FROM order_refs")
    assert [one.member_id for one in pins] == [ids["a"]]
    assert await proved(db, clock, program_id) == ("1.000000", {}, [])


async def test_a_fact_after_an_edit_finds_the_order_where_it_has_moved(db, clock, program_id, ids):
    placed = (NOON - timedelta(hours=500)).isoformat()
    await tell(db, program_id, "a", "processing", placed_at=placed, paid_at=NOON.isoformat())
    by_placing = world.definition({"dated_by": "placed"}, silver="100.00")
    await world.version(db, program_id, 2, by_placing)
    await world.execute(db, "UPDATE programs SET counting = 2 WHERE id = :id", id=program_id)
    await world.execute(
        db,
        "UPDATE program_versions SET counting = 2 WHERE version = 2 AND program_id = :id",
        id=program_id,
    )

    await tell(db, program_id, "a", "completed", hours=1, placed_at=placed)

    [row] = await world.fetch(db, "SELECT member_id, jsonb_array_length(history) AS n FROM orders")
    assert tuple(row) == (ids["a"], 2)
    assert await proved(db, clock, program_id) == ("1.000000", {}, [])
