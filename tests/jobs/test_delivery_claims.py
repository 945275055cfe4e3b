"""Whoever delivers may end anywhere: claims end by themselves, and late marks write nothing."""

import asyncio
from contextlib import suppress

import pytest

from app.outbound import delivering, endpoints, lane, relay, turns
from app.outbound.endpoint_schemas import EndpointIn
from app.outbound.outcomes import Sent
from app.outbound.parcels import Claim, Done, Taken
from app.outbound.relay import RelayJob
from app.outbound.repository import lanes
from app.outbound.repository.lanes import Lease
from app.outbound.turns import LEASE, Turn
from tests.jobs import world
from tests.jobs.post_office import SEAL, Now, office
from tests.jobs.receiver import Reply, receiver
from tests.jobs.test_deliveries import settled

AFTER_LEASE = LEASE.total_seconds() + 1


@pytest.fixture
def clock():
    return Now()


async def killed(deliveries):
    """End it as kill -9 would: nothing is marked and nothing given back."""
    tasks = [deliveries._task, *deliveries._lanes.values()]  # noqa: SLF001 - there is no such door
    deliveries._task = None  # noqa: SLF001
    for one in tasks:
        one.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_a_killed_process_was_sending_is_sent_again(db, clock):
    found = await office(db, clock)
    replies = iter([Reply(kind="hang")])
    async with receiver(lambda _: next(replies, Reply())) as shop:
        endpoint, _ = await found.endpoint(shop.url())
        await found.change("a", "a", "b")
        async with found.delivering("first") as first:
            await shop.until(2)
            await killed(first)
        async with found.delivering("second"):
            await asyncio.sleep(0.8)
            held = [one[2] for one in await found.states(endpoint)]
            clock.advance(seconds=AFTER_LEASE)
            await settled(found, endpoint, ["delivered"] * 3)

    assert held == ["pending"] * 3
    again = [got for got in shop.got if got.id == shop.got[0].id]
    assert len(again) == 2
    assert again[0].body == again[1].body


async def test_the_mark_of_one_who_was_overtaken_writes_nothing(db, clock):
    found = await office(db, clock)
    go_on = asyncio.Event()

    async def slowly(_target, _due, at):
        await go_on.wait()
        return Sent(at, 500, 1, "status")

    async with receiver() as shop:
        endpoint, _ = await found.endpoint(shop.url())
        await found.change("a")
        async with found.delivering("slow", slowly) as slow:
            async with asyncio.timeout(10):
                while (await found.delivery(endpoint))["term"] == 0:  # noqa: ASYNC110 - rows
                    await asyncio.sleep(0.02)
            clock.advance(seconds=AFTER_LEASE)
            async with found.delivering("quick"):
                await settled(found, endpoint, ["delivered"])
            go_on.set()
            await slow.stop()

    row = await found.delivery(endpoint)
    assert (row["state"], row["attempts"], row["term"]) == ("delivered", 1, 2)
    attempts = await found.rows("SELECT status FROM attempts")
    assert [one["status"] for one in attempts] == [200]


async def test_two_processes_never_serve_an_endpoint_at_once(db, clock):
    names = [f"m{number}" for number in range(30)]
    found = await office(db, clock, *names)
    async with receiver() as shop, found.delivering("x"), found.delivering("y"):
        made = [await found.endpoint(shop.url(f"/{number}")) for number in range(3)]
        for _ in range(3):
            await found.write([(name, 1 + _) for name in names])
            await found.relay()
        for endpoint, _ in made:
            await settled(found, endpoint, ["delivered"] * 90)

    assert len(shop.got) == 270
    assert len({(got.path, got.id) for got in shop.got}) == 270


async def test_an_endpoint_that_hangs_makes_room_for_one_that_waits(db, clock, monkeypatch):
    monkeypatch.setattr(delivering, "MOST_LANES", 1)
    monkeypatch.setattr(lane, "SHIFT", 0.2)
    names = [f"m{number}" for number in range(40)]
    found = await office(db, clock, *names)

    async def slowly(target, _due, at):
        await asyncio.sleep(0.3 if target.url.endswith("slow") else 0)
        return Sent(at, 200, 1, None)

    slow, _ = await found.endpoint("http://127.0.0.1:9/slow")
    await found.write([(name, 1) for name in names])
    await found.relay()
    async with found.delivering("x", slowly):
        await asyncio.sleep(0.3)
        quick, _ = await found.endpoint("http://127.0.0.1:9/quick")
        await found.write([(name, 2) for name in names])
        await found.relay()
        await settled(found, quick, ["delivered"] * 40)
        states = [state for *_, state in await found.states(slow)]

    assert states.count("pending") > 20


async def test_one_who_stops_ends_what_flies_and_gives_the_rest_back(db, clock):
    names = [f"m{number}" for number in range(8)]
    found = await office(db, clock, *names)
    flying, go_on = [], asyncio.Event()

    async def held(_target, due, at):
        flying.append(due.taken.feed_seq)
        await go_on.wait()
        return Sent(at, 200, 1, None)

    endpoint, _ = await found.endpoint("http://127.0.0.1:9/")
    await found.write([(name, 1) for name in names])
    await found.relay()
    async with found.delivering("x", held) as one:
        async with asyncio.timeout(10):
            while len(flying) < 4:  # noqa: ASYNC110 - of a list
                await asyncio.sleep(0.01)
        stopping = asyncio.create_task(one.stop())
        await asyncio.sleep(0.1)
        go_on.set()
        await stopping

    assert len(flying) == 4
    states = [state for *_, state in await found.states(endpoint)]
    assert sorted(states) == ["delivered"] * 4 + ["pending"] * 4
    [left] = await found.rows(
        "SELECT (SELECT count(*) FROM deliveries WHERE lease_until IS NOT NULL) AS deliveries,"
        " (SELECT count(*) FROM endpoints WHERE holder IS NOT NULL) AS endpoints"
    )
    assert left == {"deliveries": 0, "endpoints": 0}


async def test_a_database_that_is_away_for_a_moment_loses_no_mark(db, clock, monkeypatch):
    found = await office(db, clock)
    failures = iter([ConnectionRefusedError, OSError])
    real = turns.take

    async def stumbles(session, seal, turn):
        if turn.done and (failure := next(failures, None)):
            raise failure
        return await real(session, seal, turn)

    monkeypatch.setattr(turns, "take", stumbles)
    async with receiver() as shop, found.delivering():
        endpoint, _ = await found.endpoint(shop.url())
        await found.change("a")
        await settled(found, endpoint, ["delivered"])

    assert len(shop.got) == 1
    assert next(failures, None) is None


async def test_a_change_gets_its_number_and_its_deliveries_together(db, clock, monkeypatch):
    found = await office(db, clock)
    endpoint, _ = await found.endpoint("http://127.0.0.1:9/", events=["tier.assigned"])
    await found.endpoint("http://127.0.0.1:9/", events=["tier.left"])

    async def fails(*_):
        raise OSError

    with monkeypatch.context() as planted, suppress(OSError):
        planted.setattr(relay.deliveries, "add_deliveries", fails)
        await found.change("a")
    before = await found.rows("SELECT feed_seq FROM changes")
    await found.relay()

    assert before == [{"feed_seq": None}]
    rows = await found.rows("SELECT endpoint_id, feed_seq FROM deliveries")
    assert rows == [{"endpoint_id": endpoint, "feed_seq": 1}]


async def test_an_endpoint_made_beside_the_relay_hears_all_behind_its_place(db, clock):
    found = await office(db, clock)
    await found.write([("a", 1), ("b", 1)])
    async with db.transaction() as session:
        job = RelayJob("relay")
        await job.work(session, await job.claim(session, clock.now()))
        making = asyncio.create_task(made(found))
        await asyncio.sleep(0.2)
        assert not making.done()
    endpoint = await making

    [row] = await found.rows("SELECT since_feed_seq FROM endpoints")
    rows = await found.rows("SELECT feed_seq FROM deliveries WHERE endpoint_id = :e", e=endpoint)
    assert (row["since_feed_seq"], rows) == (2, [])
    await found.write([("a", 2)])
    await found.relay()
    assert [seq for _, seq, _ in await found.states(endpoint)] == [2]


async def made(found):
    asked = EndpointIn(url="https://shop.example/")
    async with found.db.transaction() as session:
        made = await endpoints.make(session, found.program_id, asked, SEAL, found.clock.now())
    return made.id


async def test_a_change_relayed_while_the_one_before_ends_is_not_forgotten(db, clock):
    found = await office(db, clock)
    endpoint, _ = await found.endpoint("http://127.0.0.1:9/")
    await found.change("a")
    claim, at = Claim(endpoint, found.program_id), clock.now()
    lease = Lease("x", at, at + LEASE)
    async with db.transaction() as session:
        await lanes.claim_endpoints(session, lease, [], 9)
        [taken] = await lanes.take_due(session, claim, lease, 9)
    await found.write([("a", 2)])

    done = Done(taken, Sent(at, 200, 1, None))
    async with db.transaction() as session:
        await turns.take(session, SEAL, Turn(claim, "x", at, (done,)))
        relaying = asyncio.create_task(found.relay())
        await asyncio.sleep(0.2)
        assert not relaying.done()
    await relaying

    row = await found.delivery(endpoint, 2)
    assert (row["state"], row["retry_at"] is not None) == ("pending", True)


async def test_a_claim_that_another_has_taken_is_not_marked(db, clock):
    found = await office(db, clock)
    endpoint, _ = await found.endpoint("http://127.0.0.1:9/")
    await found.change("a")
    row = await found.delivery(endpoint)
    claim, at = Claim(endpoint, found.program_id), clock.now()
    await world.execute(db, "UPDATE deliveries SET term = 5, lease_until = :at", at=at + LEASE)

    late = Taken(1, row["member_id"], 4, 0, at)
    async with db.transaction() as session:
        turn = Turn(claim, "late", at, (Done(late, Sent(at, 200, 1, None)),))
        found_next = await turns.take(session, SEAL, turn)

    assert found_next.target is None
    assert (await found.delivery(endpoint))["state"] == "pending"
