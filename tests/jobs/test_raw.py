"""What events were to be read from is kept for some days only."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.inbound.inbox.jobs import RawJob
from app.inbound.quarantine import Unusable, quarantine
from app.kit import loops
from tests.jobs import world
from tests.jobs.world import NOON

KEPT = "SELECT event_id FROM order_events WHERE raw IS NOT NULL ORDER BY event_id"


@pytest.fixture
async def program_id(db):
    return await world.program(db)


async def hold(db, program_id, name, days):
    event = Unusable(name, "shop", "unknown", name.encode(), "not_valid", headers={"a": "b"})
    await quarantine(db, program_id, [event], NOON - timedelta(days=days))


async def drop(db, clock, days=30):
    steps = 0
    while await loops.step(db, clock, RawJob(days)):
        steps += 1
    return steps, [one.event_id for one in await world.fetch(db, KEPT)]


async def test_bodies_go_after_some_days_and_the_events_stay(db, clock, program_id):
    for days in (0, 29, 31, 400):
        await hold(db, program_id, f"of-{days:03}", days)

    assert await drop(db, clock) == (1, ["of-000", "of-029"])
    rows = await world.fetch(db, "SELECT outcome, headers FROM order_events ORDER BY event_id")
    assert [(one.outcome, one.headers is None) for one in rows] == [
        ("quarantined", False),
        ("quarantined", False),
        ("quarantined", True),
        ("quarantined", True),
    ]
    assert await drop(db, clock) == (0, ["of-000", "of-029"])


async def test_every_program_is_cleared_some_at_a_time(db, clock, program_id, monkeypatch):
    monkeypatch.setattr("app.inbound.inbox.jobs.RAW_AT_ONCE", 2)
    other = await world.program(db)
    for number in range(3):
        await hold(db, program_id, f"a{number}", 40)
        await hold(db, other, f"b{number}", 40)

    steps, left = await drop(db, clock)

    assert (steps, left) == (4, [])


async def test_what_is_old_is_found_by_its_index(db, program_id):
    young = [Unusable(str(uuid4()), "shop", "unknown", b"", "not_valid") for _ in range(500)]
    await quarantine(db, program_id, young, NOON)
    await hold(db, program_id, str(uuid4()), 40)
    await world.execute(db, "ANALYZE order_events")

    async with db.engine.begin() as connection:
        await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        found = await connection.exec_driver_sql(
            "EXPLAIN SELECT DISTINCT program_id FROM order_events"
            " WHERE raw IS NOT NULL AND received_at < '2026-11-01'"
        )
        plan = "\n".join(one[0] for one in found)

    assert "order_events_received_at_idx" in plan
