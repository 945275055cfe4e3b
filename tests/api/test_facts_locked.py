"""What somebody else has locked: a sender waits for it once, whoever waits beside him."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.checks.jobs import SliceJob
from app.inbound import coalescer
from app.kit.db import sqlstate
from app.kit.loops import step
from tests.api.facts import snapshot
from tests.api.town import opened
from tests.jobs import world

SENDERS = 6
LOCK_SECONDS = 0.5
MEMBER = "SELECT 1 FROM members WHERE member_id = :id FOR UPDATE"
PROGRAM = "SELECT 1 FROM programs WHERE id = :id FOR UPDATE"


@pytest.fixture
async def town(database_url, monkeypatch):
    monkeypatch.setattr(coalescer, "PATIENCE_SECONDS", LOCK_SECONDS / 2)
    async with opened(database_url, lock_timeout=f"{LOCK_SECONDS}s") as found:
        await found.tell(snapshot("o0", "e0"))
        yield found


@asynccontextmanager
async def locked(town, statement, held):
    """While somebody holds a row, as a repair by hand would."""
    async with town.db.engine.begin() as connection:
        await connection.execute(text(statement), {"id": held})
        yield


async def test_who_tells_of_a_locked_customer_is_told_to_come_again(town):
    events = [snapshot(f"o{one}", f"e{one}", total="10.00") for one in range(1, SENDERS + 1)]

    held = locked(town, MEMBER, town.member("customer", "c-7"))
    async with held, asyncio.timeout(SENDERS * LOCK_SECONDS - 0.5):  # not one after another
        answers = await asyncio.gather(
            *(town.api.post("/v1/order-events", json=one) for one in events)
        )
    again = await town.api.post("/v1/order-events", json=events[0])

    assert {one.status_code for one in answers} == {503}
    assert {one.headers["Retry-After"] for one in answers} == {"1"}
    assert again.status_code == 200


async def test_a_slice_that_meets_a_lock_is_done_later(town):
    job = SliceJob("worker")
    while await step(town.db, town.clock, job, leased=True):
        """What other tests left."""
    check = (await town.api.post("/v1/checks", json={})).json()["id"]

    async with locked(town, PROGRAM, town.program_id):
        with pytest.raises(DBAPIError) as failed:
            await step(town.db, town.clock, job, leased=True)
    town.clock.at += timedelta(minutes=1)
    assert await step(town.db, town.clock, job, leased=True)
    await world.end_checks(town.db, town.clock)

    assert sqlstate(failed.value) == "55P03"
    assert (await town.api.get(f"/v1/checks/{check}")).json()["state"] == "finished"
