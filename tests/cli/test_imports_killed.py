"""A worker that dies in the middle of a file: another goes on, and nothing is there twice."""

import asyncio
import json
import signal
from collections import Counter
from uuid import uuid4

from app.access.caller import Caller, Scope
from app.inbound.imports import service as imports
from app.inbound.imports.models import ImportRow
from app.kit.clock import SystemClock
from tests.cli import events
from tests.jobs import world

EVENTS, CUSTOMERS = 6_000, 500


async def uploaded(db, key):
    """A file of orders that waits for a worker; its import's id."""
    [program] = await world.fetch(db, "SELECT id FROM programs WHERE key = :key", key=key)
    caller = Caller(program.id, "test", frozenset(Scope), is_root=False, request_id="test")
    new = ImportRow(
        id=uuid4(), program_id=program.id, kind="orders", form="ndjson", encoding="utf-8",
        key_id="test", created_at=SystemClock().now(),
    )  # fmt: skip

    async def pieces():
        for n in range(EVENTS):
            event = events.snapshot(n, f"c-{n % CUSTOMERS}", total="11.00")
            yield f"{json.dumps(event)}\n".encode()

    done = await imports.receive(db, caller, new, pieces())
    await db.run(lambda session: imports.start(session, caller, done))
    return new.id


async def until(db, import_id, true, seconds=60):
    """The import's row, once that is true of it."""
    async with asyncio.timeout(seconds):
        while True:
            [row] = await world.fetch(db, "SELECT * FROM imports WHERE id = :id", id=import_id)
            if true(row):
                return row
            await asyncio.sleep(0.01)


async def test_a_killed_worker_loses_and_doubles_nothing(tiers, db, rows, program):
    import_id = await uploaded(db, program)
    first = tiers.begin("worker")
    await until(db, import_id, lambda row: row.rows_done > 0)
    first.send_signal(signal.SIGKILL)
    first.wait(30)
    [stopped] = await world.fetch(db, "SELECT * FROM imports WHERE id = :id", id=import_id)

    await world.execute(
        db, "UPDATE imports SET lease_until = created_at WHERE id = :id", id=import_id
    )
    second = tiers.begin("worker")
    done = await until(db, import_id, lambda row: row.state == "finished")
    second.terminate()
    second.wait(30)

    assert stopped.state == "running"
    assert 0 < stopped.rows_done < EVENTS
    assert (done.rows_done, sum(done.outcomes.values())) == (EVENTS, EVENTS)
    assert done.outcomes["accepted"] >= EVENTS - 1_000
    orders = await rows("SELECT order_id FROM orders WHERE PROGRAM")
    assert len(orders) == EVENTS
    days = await rows("SELECT spend, orders FROM day_totals WHERE PROGRAM")
    assert [(one["spend"], one["orders"]) for one in days] == [(13_200, 12)] * CUSTOMERS
    held = await rows("SELECT level_key FROM positions WHERE PROGRAM")
    assert Counter(one["level_key"] for one in held) == {"bronze": CUSTOMERS}
    assert await rows("SELECT 1 FROM import_chunks WHERE PROGRAM") == []
