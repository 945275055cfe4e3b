"""The relay: every committed change gets its number once, and no cursor is ever passed."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from app.kit.db import Overtaken
from app.kit.loops import step
from app.outbound import relay
from app.outbound.relay import RelayJob
from tests.jobs import world
from tests.jobs.world import NOON, TODAY

CHANGE = (
    "INSERT INTO changes (member_id, seq, program_id, type, version, as_of, recorded_at, metrics)"
    " VALUES (:m, :seq, :p, 'tier.at_risk', 1, :day, :at, '[]')"
)


async def change(db, program_id, member_id, seq, at=NOON):
    await world.execute(db, CHANGE, m=member_id, seq=seq, p=program_id, day=TODAY, at=at)


async def numbers(db, program_id):
    """(member, seq) in the order of the feed."""
    found = await world.fetch(
        db,
        "SELECT feed_seq, member_id, seq FROM changes"
        " WHERE program_id = :p AND feed_seq IS NOT NULL ORDER BY feed_seq",
        p=program_id,
    )
    assert [one.feed_seq for one in found] == list(range(1, len(found) + 1))
    return [(one.member_id, one.seq) for one in found]


async def test_each_program_has_a_feed_of_its_own_from_one(db, clock):
    a, b, member = uuid4(), uuid4(), uuid4()
    await change(db, a, member, 1)
    await change(db, b, uuid4(), 1, NOON + timedelta(1))
    await change(db, a, member, 2)

    assert await step(db, clock, RelayJob("r"))

    assert await numbers(db, a) == [(member, 1), (member, 2)]
    assert len(await numbers(db, b)) == 1
    assert not await step(db, clock, RelayJob("r"))


async def test_a_member_keeps_its_order_though_clocks_differ(db, clock):
    program_id, member, other = uuid4(), uuid4(), uuid4()
    await change(db, program_id, member, 1, NOON + timedelta(minutes=5))
    await change(db, program_id, member, 2, NOON)
    await change(db, program_id, other, 1, NOON + timedelta(minutes=1))

    await step(db, clock, RelayJob("r"))

    assert await numbers(db, program_id) == [(other, 1), (member, 1), (member, 2)]


async def test_a_batch_never_leaves_out_an_older_change_of_a_member(db, clock, monkeypatch):
    monkeypatch.setattr(relay, "AT_ONCE", 1)
    program_id, member = uuid4(), uuid4()
    await change(db, program_id, member, 1, NOON + timedelta(minutes=5))
    await change(db, program_id, member, 2, NOON)

    await step(db, clock, RelayJob("r"))

    assert await numbers(db, program_id) == [(member, 1), (member, 2)]


async def test_a_change_that_commits_late_gets_a_later_number(db, clock):
    program_id, early, late = uuid4(), uuid4(), uuid4()
    async with db.transaction() as session:
        connection = await session.connection()
        statement = world.text(CHANGE)
        binds = {"m": late, "seq": 1, "p": program_id, "day": TODAY, "at": NOON - timedelta(1)}
        await connection.execute(statement, binds)
        await change(db, program_id, early, 1)
        await step(db, clock, RelayJob("r"))
        assert await numbers(db, program_id) == [(early, 1)]

    await step(db, clock, RelayJob("r"))

    assert await numbers(db, program_id) == [(early, 1), (late, 1)]


async def test_one_relay_at_a_time_and_the_next_takes_over(db, clock):
    program_id = uuid4()
    await change(db, program_id, uuid4(), 1)
    assert await step(db, clock, RelayJob("first"))
    await change(db, program_id, uuid4(), 1)

    assert not await step(db, clock, RelayJob("second"))
    clock.advance(seconds=11)
    assert await step(db, clock, RelayJob("second"))

    [lease] = await world.fetch(db, "SELECT holder, term FROM leases")
    assert tuple(lease) == ("second", 2)
    assert len(await numbers(db, program_id)) == 2


async def test_a_relay_that_leaves_lets_the_next_one_begin_at_once(db, clock):
    program_id = uuid4()
    await change(db, program_id, uuid4(), 1)
    await step(db, clock, RelayJob("first"))
    await change(db, program_id, uuid4(), 1)

    async with db.transaction() as session:
        await relay.give_back(session, "first")

    assert await step(db, clock, RelayJob("second"))


async def test_a_change_that_has_its_number_keeps_it(db, clock):
    program_id, member = uuid4(), uuid4()
    await change(db, program_id, member, 1)
    stale = RelayJob("r")
    async with db.transaction() as session:
        batch = await stale.claim(session, NOON)
    await step(db, clock, RelayJob("r"))

    with pytest.raises(Overtaken):
        async with db.transaction() as session:
            await stale.work(session, batch)

    assert await numbers(db, program_id) == [(member, 1)]


async def test_relays_with_wrong_clocks_number_each_change_once(db):
    program_id = uuid4()
    clocks = [world.StillClock(NOON + timedelta(minutes=skew)) for skew in (-5, 0, 5)]

    async def write(member):
        for seq in range(1, 21):
            await change(db, program_id, member, seq)

    async def relays(number):
        for _ in range(60):
            await step(db, clocks[number], RelayJob(f"r{number}"))

    writers = [uuid4() for _ in range(4)]
    await asyncio.gather(*(write(one) for one in writers), *(relays(one) for one in range(3)))
    for one in range(3):
        clocks[one].advance(hours=1)
        await step(db, clocks[one], RelayJob(f"r{one}"))

    found = await numbers(db, program_id)
    assert len(found) == 80
    for member in writers:
        assert [seq for who, seq in found if who == member] == list(range(1, 21))


async def test_a_program_that_cannot_be_numbered_holds_up_no_other(db, clock, monkeypatch):
    monkeypatch.setattr(relay, "AT_ONCE", 2)
    broken, sound, member = uuid4(), uuid4(), uuid4()
    end_of_numbers = "INSERT INTO feeds (program_id, feed_seq) VALUES (:p, 9223372036854775807)"
    await world.execute(db, end_of_numbers, p=broken)
    await change(db, broken, uuid4(), 1)
    await change(db, broken, uuid4(), 1, NOON + timedelta(minutes=2))
    await change(db, sound, member, 1, NOON + timedelta(minutes=1))
    await change(db, sound, member, 2, NOON + timedelta(minutes=3))
    job = RelayJob("r")

    with capture_logs() as told:
        for _ in range(2):
            assert await step(db, clock, job)
        assert not await step(db, clock, job)

    assert await numbers(db, sound) == [(member, 1), (member, 2)]
    assert [one["program"] for one in told if one["event"] == "relay_failed"] == [broken]
    await world.execute(db, "UPDATE feeds SET feed_seq = 0 WHERE program_id = :p", p=broken)
    clock.advance(seconds=61)
    assert await step(db, clock, job)
    assert len(await numbers(db, broken)) == 2
