"""Many events in quarantine read again, in the background."""

from datetime import timedelta

import pytest

from app.inbound.inbox.jobs import ReplayErrand
from app.inbound.pipeline import Pipeline
from tests.api.deliveries import edit
from tests.api.quarantine import INBOX, listed, unmapped, woo, work
from tests.api.town import opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def test_many_are_replayed_in_the_background(town):
    await unmapped(town, *(woo(number) for number in range(1, 6)))
    await town.api.post("/v1/order-events/batch", json={"events": [{"event_id": "bad"}]})
    await edit(town, status_map={"processing": "paid"})
    asked = {"source": "shop", "reason": "unmapped_status"}

    dry = await town.api.post(f"{INBOX}/replay", json={**asked, "dry_run": True})
    answer = await town.api.post(f"{INBOX}/replay", json=asked)
    second = await town.api.post(f"{INBOX}/replay", json=asked)
    await work(town)
    done = (await town.api.get(f"{INBOX}/replays/{answer.json()['id']}")).json()

    assert (dry.json()["id"], dry.json()["matching"]) == (None, 5)
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert (second.status_code, second.json()["code"]) == (409, "replay_running")
    progress = ("state", "matching", "seen", "resolved")
    assert [done[name] for name in progress] == ["finished", 5, 5, 5]
    assert done["finished_at"] is not None
    left = (await listed(town, state="quarantined"))["items"]
    assert [one["event_id"] for one in left] == ["bad"]


async def test_a_replay_is_done_some_at_a_time_and_goes_on_after_a_kill(town, monkeypatch):
    monkeypatch.setattr("app.inbound.inbox.jobs.AT_ONCE", 2)
    await unmapped(town, *(woo(number) for number in range(1, 6)))
    await edit(town, status_map={"processing": "paid"})
    answer = await town.api.post(f"{INBOX}/replay", json={})
    errand = ReplayErrand(town.app.state.replayer, town.clock)

    claimed = await town.db.run(lambda session: errand.claim(session, town.clock.now()))
    await town.rows("SELECT 1")  # the worker that holds it dies here
    nobody = await town.db.run(lambda session: errand.claim(session, town.clock.now()))
    town.clock.at += timedelta(minutes=3)
    await work(town)

    done = (await town.api.get(f"{INBOX}/replays/{answer.json()['id']}")).json()
    assert claimed is not None
    assert nobody is None
    assert [done[name] for name in ("state", "seen", "resolved")] == ["finished", 5, 5]


async def test_an_event_that_fails_delays_no_other(town, monkeypatch):
    await unmapped(town, *(woo(number) for number in range(1, 5)))
    await edit(town, status_map={"processing": "paid"})
    answer = await town.api.post(f"{INBOX}/replay", json={})
    real = Pipeline.take

    async def poisoned(self, program_id, facts, now, *, together):
        if facts[0].order_id == "2":
            raise ZeroDivisionError
        return await real(self, program_id, facts, now, together=together)

    with monkeypatch.context() as patched:
        patched.setattr(Pipeline, "take", poisoned)
        await work(town)

    done = (await town.api.get(f"{INBOX}/replays/{answer.json()['id']}")).json()
    assert [done[name] for name in ("state", "seen", "resolved")] == ["finished", 4, 3]
    [left] = (await listed(town, state="quarantined"))["items"]
    assert (left["reason"], left["replayable"]) == ("unmapped_status", True)
    assert "not recorded" in left["detail"]


async def test_what_comes_later_than_the_question_is_not_replayed(town):
    await unmapped(town, woo(1))
    await edit(town, status_map={"processing": "paid"})
    answer = await town.api.post(f"{INBOX}/replay", json={"reason": "not_valid"})
    await work(town)

    done = (await town.api.get(f"{INBOX}/replays/{answer.json()['id']}")).json()
    assert [done[name] for name in ("state", "matching", "seen")] == ["finished", 0, 0]
    assert len((await listed(town, state="quarantined"))["items"]) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"a": 1}', b'{"source": 1}', b'{"reason": "\\u0000"}', b'{"dry_run": "yes"}'],
)
async def test_odd_questions_are_refused(town, body):
    answer = await town.api.post(
        f"{INBOX}/replay", content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code in {400, 422}, answer.text
