"""Deliveries: signed, in order for each member, again until taken, by one process at a time."""

import asyncio
import json
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from app.kit.ids import computed_id
from tests.jobs import world
from tests.jobs.post_office import Now, office, told
from tests.jobs.receiver import OK, Reply, receiver

BAD = Reply(500, body=b"no")


@pytest.fixture
def clock():
    return Now()


async def settled(found, endpoint, wanted, seconds=15):
    """Wait until the deliveries of an endpoint are in these states."""
    async with asyncio.timeout(seconds):
        while [one[2] for one in await found.states(endpoint)] != wanted:  # noqa: ASYNC110 - rows
            await asyncio.sleep(0.02)


async def test_a_change_is_told_signed_as_the_feed_has_it(db, clock):
    found = await office(db, clock)
    async with receiver() as shop, found.delivering():
        endpoint, secret = await found.endpoint(shop.url("/hooks?x=1"))
        await found.change("a")
        [got] = await shop.until(1)
        await settled(found, endpoint, ["delivered"])

    said = Webhook(secret).verify(got.body, got.headers)
    assert got.path == "/hooks?x=1"
    assert got.headers["content-type"] == "application/json"
    assert got.id == str(computed_id(found.program_id, "change", "1"))
    assert list(said) == ["type", "timestamp", "data"]
    assert said["type"] == "tier.assigned"
    assert said["data"]["member"] == {"kind": "customer", "id": "a"}
    assert said["data"]["to"] == {"key": "silver", "name": "Silver", "position": 1}
    [attempt] = await found.rows("SELECT * FROM attempts")
    assert (attempt["status"], attempt["error"], attempt["answer"]) == (200, None, "ok")


async def test_a_failure_is_tried_again_later_with_the_same_id_and_bytes(db, clock):
    answers = iter([BAD, Reply(301, {"location": "/away"}), OK])
    found = await office(db, clock)
    async with receiver(lambda _: next(answers)) as shop:
        endpoint, _ = await found.endpoint(shop.url())
        await found.change("a")
        for number, pause in ((1, 5), (2, 300)):
            async with found.delivering():
                await shop.until(number)
                await until_marked(found, endpoint, number)
            row = await found.delivery(endpoint)
            attempts = await found.rows("SELECT at FROM attempts ORDER BY number")
            waited = (row["retry_at"] - attempts[-1]["at"]).total_seconds()
            assert 0.9 * pause <= waited <= 1.1 * pause
            assert row["lease_until"] is None
            clock.advance(seconds=1.1 * pause)
        async with found.delivering():
            await settled(found, endpoint, ["delivered"])

    first, *others = shop.got
    assert len(others) == 2
    for got in shop.got:
        assert (got.id, got.body) == (first.id, first.body)
    logged = await found.rows("SELECT number, status, error, answer FROM attempts ORDER BY number")
    assert [tuple(one.values()) for one in logged] == [
        (1, 500, "status", "no"), (2, 301, "redirect", "ok"), (3, 200, None, "ok"),
    ]  # fmt: skip


async def until_marked(found, endpoint, attempts):
    async with asyncio.timeout(15):
        while (await found.delivery(endpoint))["attempts"] < attempts:  # noqa: ASYNC110 - rows
            await asyncio.sleep(0.02)


async def test_after_ten_tries_it_is_exhausted_and_the_next_one_comes(db, clock):
    found = await office(db, clock)
    refused = lambda got: BAD if told(got)[1] == 1 else OK  # noqa: E731 - a table of one row
    async with receiver(refused) as shop, found.delivering():
        endpoint, _ = await found.endpoint(shop.url())
        await found.change("a", "a")
        for tries in range(1, 10):
            await until_marked(found, endpoint, tries)
            row = await found.delivery(endpoint)
            clock.more += row["retry_at"] - clock.now()
        await settled(found, endpoint, ["exhausted", "delivered"])

    assert [told(got)[1] for got in shop.got] == [1] * 10 + [2]
    row = await found.delivery(endpoint)
    assert (row["attempts"], row["retry_at"]) == (10, None)
    assert row["ended_at"] is not None


async def test_a_stuck_member_holds_up_nobody_else(db, clock):
    found = await office(db, clock, "a", "b")
    stuck = lambda got: BAD if told(got)[0] == "a" else OK  # noqa: E731 - a table of one row
    async with receiver(stuck) as shop, found.delivering():
        endpoint, _ = await found.endpoint(shop.url())
        await found.change("a", "a", "b", "a", "b")
        await settled(found, endpoint, ["pending", "pending", "delivered", "pending", "delivered"])

    assert [told(got) for got in shop.got if told(got)[0] == "a"] == [("a", 1)]
    assert [told(got) for got in shop.got if told(got)[0] == "b"] == [("b", 1), ("b", 2)]


async def test_members_keep_their_order_under_load(db, clock):
    names = [f"m{number}" for number in range(20)]
    found = await office(db, clock, *names)
    async with receiver() as shop, found.delivering():
        endpoint, _ = await found.endpoint(shop.url())
        await found.write([(name, seq) for seq in range(1, 11) for name in names])
        await found.relay()
        await settled(found, endpoint, ["delivered"] * 200)

    for name in names:
        assert [told(got)[1] for got in shop.got if told(got)[0] == name] == list(range(1, 11))
    assert shop.at_once <= 4


async def test_one_that_is_gone_is_disabled_at_once_and_the_others_are_told(db, clock):
    found = await office(db, clock)
    async with receiver(lambda _: Reply(410)) as gone, receiver() as shop, found.delivering():
        endpoint, _ = await found.endpoint(gone.url())
        other, secret = await found.endpoint(shop.url(), events=["endpoint.disabled"])
        await found.change("a", "b")
        await gone.until(1)
        async with asyncio.timeout(15):
            while not shop.got:
                await found.relay()
                await asyncio.sleep(0.05)
        await found.change("a")

    [row] = await found.rows("SELECT * FROM endpoints WHERE id = :id", id=endpoint)
    assert (row["enabled"], row["disabled_reason"]) == (False, "gone")
    said = Webhook(secret).verify(shop.got[0].body, shop.got[0].headers)
    assert said["type"] == "endpoint.disabled"
    assert said["data"]["endpoint"] == {"id": str(endpoint), "reason": "gone"}
    assert [one[2] for one in await found.states(endpoint)] == ["pending"] * 2
    assert len(gone.got) <= 2
    assert await found.states(other) == []


async def test_nothing_but_failures_for_five_days_disables(db, clock):
    found = await office(db, clock)
    async with receiver(lambda _: BAD) as shop, found.delivering():
        endpoint, _ = await found.endpoint(shop.url())
        await found.change("a")
        await until_marked(found, endpoint, 1)
        clock.advance(hours=119)
        await until_marked(found, endpoint, 2)
        [before] = await found.rows("SELECT enabled FROM endpoints")
        clock.advance(hours=1, minutes=1)
        await found.change("b")
        async with asyncio.timeout(15):
            while (await found.rows("SELECT enabled FROM endpoints"))[0]["enabled"]:  # noqa: ASYNC110 - rows
                await asyncio.sleep(0.02)

    [row] = await found.rows("SELECT disabled_reason FROM endpoints")
    assert before["enabled"]
    assert row["disabled_reason"] == "failing"
    [event] = await found.rows("SELECT data FROM changes WHERE type = 'endpoint.disabled'")
    assert event["data"]["endpoint"] == {"id": str(endpoint), "reason": "failing"}


async def test_a_success_in_between_begins_the_five_days_anew(db, clock):
    found = await office(db, clock)
    answers = {"a": BAD, "b": OK}
    async with receiver(lambda got: answers[told(got)[0]]) as shop, found.delivering():
        endpoint, _ = await found.endpoint(shop.url())
        await found.change("a")
        await until_marked(found, endpoint, 1)
        await found.change("b")
        await settled(found, endpoint, ["pending", "delivered"])
        clock.advance(hours=121)
        await until_marked(found, endpoint, 2)

    [row] = await found.rows("SELECT * FROM endpoints")
    assert row["enabled"]
    assert clock.now() - row["failing_since"] < timedelta(hours=1)


async def test_one_that_asks_for_less_gets_less(db, clock):
    answers = iter([Reply(429, {"retry-after": "40"})])
    found = await office(db, clock, *"abcdefghijkl")
    async with receiver(lambda _: next(answers, OK)) as shop, found.delivering():
        endpoint, _ = await found.endpoint(shop.url())
        await found.change("a")
        await until_marked(found, endpoint, 1)
        await found.change(*"bcdefghijkl")
        await asyncio.sleep(0.7)
        quiet = len(shop.got)
        clock.advance(seconds=41)
        await settled(found, endpoint, ["delivered"] * 12)

    assert quiet == 1
    [row] = await found.rows("SELECT slowdown, slowed_until FROM endpoints")
    assert (row["slowdown"], row["slowed_until"]) == (0, None)


async def test_retry_after_is_never_overtaken(db, clock):
    found = await office(db, clock)
    async with receiver(lambda _: Reply(503, {"retry-after": "7200"})) as shop, found.delivering():
        endpoint, _ = await found.endpoint(shop.url())
        await found.change("a")
        await until_marked(found, endpoint, 1)

    row = await found.delivery(endpoint)
    assert timedelta(seconds=7_190) < row["retry_at"] - clock.now() <= timedelta(seconds=7_200)


async def test_both_secrets_sign_until_the_grace_of_the_old_ends(db, clock):
    found = await office(db, clock)
    async with receiver() as shop, found.delivering():
        endpoint, old = await found.endpoint(shop.url())
        new = await rotated(found, endpoint, until=clock.now() + timedelta(hours=1))
        await found.change("a")
        [both] = await shop.until(1)
        await settled(found, endpoint, ["delivered"])
        clock.advance(hours=2)
        await found.change("a")
        _, one = await shop.until(2)

    assert len(both.headers["webhook-signature"].split()) == 2
    for secret in (old, new):
        Webhook(secret).verify(both.body, both.headers)
    first = both.headers["webhook-signature"].split()[0]
    Webhook(new).verify(both.body, {**both.headers, "webhook-signature": first})
    assert len(one.headers["webhook-signature"].split()) == 1


async def rotated(found, endpoint, until):
    [row] = await found.rows("SELECT secret FROM endpoints WHERE id = :id", id=endpoint)
    _, new = await found.endpoint("http://127.0.0.1:9/")
    from_other = found.sealed(new, endpoint)
    await world.execute(
        found.db,
        "UPDATE endpoints SET old_secret = :old, old_secret_until = :until, secret = :new"
        " WHERE id = :id",
        old=row["secret"],
        until=until,
        new=from_other,
        id=endpoint,
    )
    return new


async def test_cloud_events_in_binary_mode(db, clock):
    found = await office(db, clock, "Jürgen 7")
    async with receiver() as shop, found.delivering():
        _, secret = await found.endpoint(shop.url(), format_="cloudevents")
        await found.change("Jürgen 7")
        [got] = await shop.until(1)

    Webhook(secret).verify(got.body, got.headers)
    [program] = await found.rows("SELECT key FROM programs")
    [change] = await found.rows("SELECT recorded_at FROM changes")
    said = {name: value for name, value in got.headers.items() if name.startswith("ce-")}
    assert said == {
        "ce-specversion": "1.0", "ce-id": got.id, "ce-source": f"/programs/{program['key']}",
        "ce-type": "tier.assigned", "ce-subject": "customer/J%C3%BCrgen%207",
        "ce-time": change["recorded_at"].isoformat().replace("+00:00", "Z"), "ce-sequence": "1",
    }  # fmt: skip
    assert json.loads(got.body)["member"]["id"] == "Jürgen 7"
