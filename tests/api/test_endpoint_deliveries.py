"""Deliveries from outside: seen, repeated, replayed; tests of an endpoint."""

import asyncio
from ipaddress import ip_network

import pytest
from standardwebhooks import Webhook

from app import worker
from app.kit.outgoing import Outgoing
from app.outbound import jobs
from app.worker import Abroad
from tests.api.merchant import faults, opened
from tests.api.test_checks import order
from tests.jobs.post_office import Now
from tests.jobs.receiver import Reply, receiver
from tests.roles import meddle

BAD = Reply(503, body=b"not \0 now")
NOTHING = "0b9d2c6e-52f1-5b52-8a4a-3f0f6f3a9d11.42"


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        await made.rows("DELETE FROM programs")
        await meddle(made.db, "DELETE FROM changes")
        made.clock = made.app.state.clock = Now()
        outgoing = made.app.state.outgoing = Outgoing([ip_network("127.0.0.0/8")])
        await made.make()
        await made.with_tiers(silver="1000.00")
        abroad = Abroad(made.app.state.seal, outgoing)
        running = worker.start(made.db, made.clock, abroad=abroad, tick_seconds=600)
        yield made
        await running.stop()


async def subscribe(merchant, shop, **more):
    said = {"url": shop.url(), "events": ["tier.assigned"], **more}
    answer = await merchant.post("/v1/endpoints", said)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(merchant, made, number, state="", seconds=15):
    """The deliveries in a state, once there are so many."""
    path = f"/v1/endpoints/{made['id']}/deliveries" + (f"?state={state}" if state else "")
    async with asyncio.timeout(seconds):
        while True:
            found = (await merchant.get(path)).json()["items"]
            if len(found) == number:
                return found
            await asyncio.sleep(0.05)


async def attempted(merchant, delivery, number, seconds=15):
    async with asyncio.timeout(seconds):
        while True:
            found = (await merchant.get(f"/v1/deliveries/{delivery['id']}")).json()
            if found["attempts_made"] >= number:
                return found
            await asyncio.sleep(0.05)


async def test_a_delivery_shows_its_attempts_and_is_made_again_at_once(merchant):
    answers = iter([BAD])
    async with receiver(lambda _: next(answers, Reply())) as shop:
        made = await subscribe(merchant, shop)
        await order(merchant, "a", "1500.00")
        [pending] = await listed(merchant, made, 1, "pending")
        failed = await attempted(merchant, pending, 1)
        retried = await merchant.post(f"/v1/deliveries/{pending['id']}/retry", {})
        [taken] = await listed(merchant, made, 1, "delivered")
        shown = await attempted(merchant, taken, 2)

    [attempt] = failed["attempts"]
    assert (attempt["status"], attempt["error"]) == (503, "status")
    assert attempt["answer"] == "not \ufffd now"
    assert failed["next_attempt_at"] > failed["created_at"]
    assert retried.status_code == 202
    assert (shown["type"], shown["replay"], shown["next_attempt_at"]) == (
        "tier.assigned", False, None,
    )  # fmt: skip
    assert [one["status"] for one in shown["attempts"]] == [200, 503]
    assert shown["event_id"] == shop.got[0].id == shop.got[1].id
    Webhook(made["secret"]).verify(shop.got[1].body, shop.got[1].headers)


async def test_what_was_delivered_is_delivered_again_on_demand(merchant):
    async with receiver() as shop:
        made = await subscribe(merchant, shop)
        await order(merchant, "a", "1500.00")
        [first] = await listed(merchant, made, 1, "delivered")
        again = (await merchant.post(f"/v1/deliveries/{first['id']}/retry", {})).json()
        shown = await attempted(merchant, first, 2)
        await listed(merchant, made, 1, "delivered")

    assert (again["state"], again["replay"], again["ended_at"]) == ("pending", True, None)
    assert shown["replay"]
    assert len({(got.id, got.body) for got in shop.got}) == 1


async def test_a_replay_tells_everything_behind_a_cursor_in_order(merchant, monkeypatch):
    monkeypatch.setattr(jobs, "REPLAYED_AT_ONCE", 2)
    async with receiver() as shop:
        made = await subscribe(merchant, shop)
        for name in "abcde":
            await order(merchant, name, "1500.00")
        await listed(merchant, made, 5, "delivered")
        feed = (await merchant.get("/v1/changes")).json()["items"]
        told = [one for one in feed if one["type"] == "tier.assigned"]
        path = f"/v1/endpoints/{made['id']}/replay"
        dry = await merchant.post(path, {"after": told[1]["cursor"], "dry_run": True})
        await asyncio.sleep(0.6)
        quiet = len(shop.got)
        wet = await merchant.post(path, {"after": told[1]["cursor"]})
        await shop.until(8)
        await listed(merchant, made, 5, "delivered")
        everything = await merchant.post(path, {"after": None})
        await shop.until(13)
        await listed(merchant, made, 5, "delivered")

    assert (dry.json(), quiet) == ({"count": 3, "dry_run": True}, 5)
    assert (wet.status_code, wet.json()) == (202, {"count": 3, "dry_run": False})
    assert everything.json()["count"] == 5
    ids = [got.id for got in shop.got]
    assert sorted(ids[5:8]) == sorted(one["id"] for one in told[2:])
    assert sorted(ids[8:]) == sorted(one["id"] for one in told)
    bodies = {got.id: got.body for got in shop.got[:5]}
    assert all(bodies[got.id] == got.body for got in shop.got[5:])


async def test_what_a_disabled_endpoint_has_missed_comes_by_replay(merchant):
    async with receiver() as shop:
        made = await subscribe(merchant, shop)
        path = f"/v1/endpoints/{made['id']}"
        await merchant.patch(path, {"enabled": False})
        await order(merchant, "a", "1500.00")
        feed = (await merchant.get("/v1/changes?wait=5")).json()
        while not any(one["type"] == "tier.assigned" for one in feed["items"]):
            feed = (await merchant.get(f"/v1/changes?wait=5&after={feed['next']}")).json()
        refused = [
            await merchant.post(f"{path}/replay", {"after": None}),
            await merchant.post(f"{path}/test", {}),
        ]
        await merchant.patch(path, {"enabled": True})
        missed = await listed(merchant, made, 0)
        await merchant.post(f"{path}/replay", {"after": None})
        [found] = await listed(merchant, made, 1, "delivered")

    assert [one.json()["code"] for one in refused] == ["endpoint_disabled"] * 2
    assert missed == []
    assert found["replay"]


async def test_a_test_is_sent_once_signed_and_listed(merchant):
    async with receiver(lambda _: Reply(500)) as shop:
        made = await subscribe(merchant, shop)
        asked = await merchant.post(f"/v1/endpoints/{made['id']}/test", {})
        [exhausted] = await listed(merchant, made, 1, "exhausted")
        second = await merchant.post(f"/v1/endpoints/{made['id']}/test", {})
        await listed(merchant, made, 2, "exhausted")

    assert (asked.status_code, asked.json()["type"]) == (202, "endpoint.test")
    assert exhausted["id"] == asked.json()["id"] == f"{made['id']}.t1"
    assert second.json()["id"] == f"{made['id']}.t2"
    said = Webhook(made["secret"]).verify(shop.got[0].body, shop.got[0].headers)
    assert said["data"] == {"program": merchant.key, "endpoint": made["id"]}
    assert len({got.id for got in shop.got}) == 2


async def test_a_list_of_deliveries_comes_in_pages(merchant):
    async with receiver() as shop:
        made = await subscribe(merchant, shop)
        for name in "abcd":
            await order(merchant, name, "1500.00")
        whole = await listed(merchant, made, 4, "delivered")
        path = f"/v1/endpoints/{made['id']}/deliveries?state=delivered&limit=3"
        first = (await merchant.get(path)).json()
        second = (await merchant.get(f"{path}&after={first['next']}")).json()
        foreign = await merchant.get(f"/v1/endpoints/{made['id']}/deliveries?after={first['next']}")

    assert [*first["items"], *second["items"]] == whole
    assert second["next"] is None
    assert (foreign.status_code, faults(foreign)) == (
        422, [("/query/after", "cursor_invalid")],
    )  # fmt: skip


@pytest.mark.parametrize(
    "after",
    ["", "x", "A" * 1_001, 7, "\0", "kX3vY1tq0cVbNDJd", {"a": 1}],
)
async def test_a_replay_takes_only_cursors_of_the_feed(merchant, after):
    async with receiver() as shop:
        made = await subscribe(merchant, shop)
        answer = await merchant.post(f"/v1/endpoints/{made['id']}/replay", {"after": after})

    assert (answer.status_code, faults(answer)[0][0]) == (422, "/after")


@pytest.mark.parametrize(
    ("id_", "status"),
    [
        (NOTHING, 404), (f"{NOTHING[:-2]}t9", 404), ("nobody", 422), (NOTHING.upper(), 422),
        (f"{NOTHING}9999999999999999999", 422), (f"{NOTHING[:-2]}0", 422), (f"{NOTHING}\n", 422),
    ],
)  # fmt: skip
async def test_an_odd_id_of_a_delivery_is_refused_or_not_found(merchant, id_, status):
    path = "/v1/deliveries/" + id_.replace("\n", "%0A")

    assert (await merchant.get(path)).status_code == status
    assert (await merchant.post(f"{path}/retry", {})).status_code == status


async def test_a_deleted_endpoint_leaves_nothing_behind(merchant):
    async with receiver() as shop:
        made = await subscribe(merchant, shop)
        await order(merchant, "a", "1500.00")
        [found] = await listed(merchant, made, 1, "delivered")
        await merchant.delete(f"/v1/endpoints/{made['id']}")
        gone = await merchant.get(f"/v1/deliveries/{found['id']}")
        for _ in range(3):
            async with merchant.db.transaction() as session:
                job = jobs.RemoveJob()
                claim = await job.claim(session, merchant.clock.now())
                if claim:
                    await job.work(session, claim)

    assert gone.status_code == 404
    for table in ("deliveries", "attempts"):
        assert (
            await merchant.rows(f"SELECT * FROM {table} WHERE endpoint_id = :id", id=made["id"])
            == []
        )
    assert await merchant.rows("SELECT * FROM endpoints WHERE id = :id", id=made["id"]) == []
