"""Checks by hand, from outside, with a worker beside the service."""

import asyncio

import pytest

from app import worker
from tests.api.merchant import Merchant, faults, opened


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        await made.rows("DELETE FROM programs")
        await made.rows("DELETE FROM checks")
        await made.make()
        await made.with_tiers(silver="1000.00")
        await made.rows("UPDATE programs SET recheck_at = NULL, recheck_occasion = NULL")
        yield made


@pytest.fixture
async def working(merchant):
    """The service with a worker; relaying and slices go on by themselves."""
    running = worker.start(merchant.db, merchant.clock, tick_seconds=0.1)
    yield merchant
    await running.stop()


async def order(merchant, customer, total, day="2026-11-20"):
    at = f"{day}T10:00:00Z"
    event = {
        "event_id": f"{customer}-{total}-{day}",
        "type": "order.snapshot",
        "occurred_at": at,
        "order": {
            "id": f"{customer}-{day}", "status": "paid", "customer_id": customer,
            "currency": "EUR", "total": total, "placed_at": at, "paid_at": at,
        },
    }  # fmt: skip
    answer = await merchant.post("/v1/order-events", event, match=None)
    assert answer.status_code == 200, answer.text


async def ended(merchant, check_id):
    """The check once it has ended."""
    async with asyncio.timeout(20):
        while True:
            found = (await merchant.get(f"/v1/checks/{check_id}")).json()
            if found["state"] not in {"queued", "running"}:
                return found
            await asyncio.sleep(0.05)


async def start(merchant, **body):
    return await merchant.post("/v1/checks", body, match=None)


async def test_a_check_runs_in_the_background_and_tells_what_it_did(working):
    await order(working, "a", "1500.00")
    await working.patch("/v1/tiers/silver", {"criteria": [
        {"metric": "spend", "at_least": "2000.00"}]})  # fmt: skip

    answer = await start(working, reason="see what happens")

    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    found = await ended(working, answer.json()["id"])
    assert found["moves"] == {"up": 0, "down": 1}
    assert (found["state"], found["as_of"], found["version"]) == ("finished", "2026-11-22", 3)
    assert (found["members_total"], found["members_done"]) == (1, 1)
    assert found["author"].startswith("key:")


async def test_a_check_by_hand_serves_the_edit_that_waits(merchant):
    await merchant.patch("/v1/tiers/silver", {"criteria": [
        {"metric": "spend", "at_least": "2000.00"}]})  # fmt: skip

    answer = await start(merchant)

    found = (await merchant.get(f"/v1/checks/{answer.json()['id']}")).json()
    assert found["occasion"] == "rules_changed"
    assert (await merchant.program())["recheck_at"] is None


async def test_the_past_waits_for_the_check_of_an_edit(merchant):
    await merchant.patch("/v1/tiers/silver", {"criteria": [
        {"metric": "spend", "at_least": "2000.00"}]})  # fmt: skip

    answer = await start(merchant, as_of="2026-11-20")

    assert (answer.status_code, answer.json()["code"]) == (409, "check_due")


async def test_one_check_of_a_program_runs_at_a_time(merchant):
    other = Merchant(merchant.client, merchant.db, merchant.clock)
    await other.make()
    first = await start(merchant)

    second = await start(merchant)
    elsewhere = await start(other)

    assert (first.status_code, second.status_code) == (202, 409)
    assert second.json()["code"] == "check_running"
    assert elsewhere.status_code == 202


async def test_force_needs_a_reason(merchant):
    answer = await start(merchant, force=True)

    assert (answer.status_code, faults(answer)) == (422, [("/reason", "required")])
    assert (await start(merchant, force=True, reason="season ends")).status_code == 202


async def test_force_lowers_where_downgrades_are_off_and_is_recorded(working):
    await order(working, "a", "1500.00")
    await working.patch("/v1/settings", {"tiers": {"downgrade": "never"}})
    await working.patch("/v1/tiers/silver", {"criteria": [
        {"metric": "spend", "at_least": "2000.00"}]})  # fmt: skip
    kept = await ended(working, (await start(working)).json()["id"])

    forced = await ended(
        working, (await start(working, force=True, reason="season ends")).json()["id"]
    )

    assert (kept["moves"]["down"], forced["moves"]["down"]) == (0, 1)
    assert (forced["force"], forced["reason"]) == (True, "season ends")


async def test_a_date_that_has_not_come_is_refused(merchant):
    answer = await start(merchant, as_of="2026-11-23")

    assert (answer.status_code, faults(answer)) == (422, [("/as_of", "in_the_future")])


async def test_a_dry_run_counts_and_moves_nobody(working):
    await order(working, "a", "1500.00")
    await working.patch("/v1/tiers/silver", {"criteria": [
        {"metric": "spend", "at_least": "2000.00"}]})  # fmt: skip

    found = await ended(working, (await start(working, dry_run=True)).json()["id"])

    assert (found["dry_run"], found["moves"]) == (True, {"up": 0, "down": 1})
    held = await working.rows("SELECT level_key FROM positions WHERE program_id ="
                              " (SELECT id FROM programs WHERE key = :key)")  # fmt: skip
    assert [one["level_key"] for one in held] == ["silver"]


async def test_a_check_can_be_cancelled_once(merchant):
    check_id = (await start(merchant)).json()["id"]

    first = await merchant.post(f"/v1/checks/{check_id}/cancel", match=None)
    second = await merchant.post(f"/v1/checks/{check_id}/cancel", match=None)

    assert (first.status_code, first.json()["state"]) == (200, "cancelled")
    assert (second.status_code, second.json()["code"]) == (409, "check_ended")
    assert (await start(merchant)).status_code == 202


async def test_checks_are_listed_the_newest_first_in_pages(merchant):
    made = []
    for _ in range(3):
        made.append((await start(merchant)).json()["id"])
        await merchant.post(f"/v1/checks/{made[-1]}/cancel", match=None)
        merchant.clock.advance(seconds=1)

    first = (await merchant.get("/v1/checks?limit=2")).json()
    second = (await merchant.get(f"/v1/checks?limit=2&after={first['next']}")).json()

    listed = [one["id"] for one in (*first["items"], *second["items"])]
    assert (listed, second["next"]) == (made[::-1], None)


async def test_a_check_of_another_program_is_not_found(merchant, database_url):
    check_id = (await start(merchant)).json()["id"]
    async with opened(database_url) as other:
        await other.make()

        answer = await other.get(f"/v1/checks/{check_id}")
        cancel = await other.post(f"/v1/checks/{check_id}/cancel", match=None)

    assert (answer.status_code, cancel.status_code) == (404, 404)
    assert answer.json()["code"] == "check_not_found"
