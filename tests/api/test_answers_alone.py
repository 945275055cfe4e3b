"""A member that represents nobody is read by one statement, to the same answer."""

import pytest

from app.access import gate
from app.programs import service as programs
from tests.api.sent import sent_by
from tests.api.test_answers import DEFINITION, back, told, with_history
from tests.api.town import opened

PARTS = ("", "/tier", "/stages", "/benefits", "/progress", "/progress?ladder=hard")


@pytest.fixture
async def town(database_url, monkeypatch):
    """Keys are remembered for longer than a test takes, since these count statements."""
    monkeypatch.setattr(gate, "MEMORY_SECONDS", 600.0)
    async with opened(database_url, DEFINITION) as made:
        yield made


async def answers(town, path):
    got = [await town.api.get(f"/v1/{path}{part}") for part in PARTS]
    return [(one.status_code, one.headers.get("ETag"), one.text) for one in got]


@pytest.mark.parametrize("path", ["customers/c-7", "customers/c-9", "organizations/o-1"])
async def test_both_ways_lead_to_the_same_answer(town, monkeypatch, path):
    await with_history(town)
    await town.order("c-9", "700.00", on=back(2), organization_id="o-1")
    await town.put("organizations/o-1/representatives/c-9")
    await told(town)

    short = await answers(town, path)
    monkeypatch.setattr(programs, "guessed", lambda _: None)

    assert await answers(town, path) == short


async def test_a_guess_that_is_old_is_not_believed(town):
    await with_history(town)
    before = await told(town)
    sent = sent_by(town.db)

    await town.publish(enabled=False)

    sent.clear()
    assert (before["active"], (await told(town))["active"]) == (True, False)
    assert len(sent) > 1
    sent.clear()
    assert (await told(town))["active"] is False
    assert len(sent) == 1


async def test_a_window_that_starts_with_the_member_asks_when(town):
    await town.publish(tiers={"window": {"anniversary": 1}})
    await with_history(town)
    before = await told(town)
    sent = sent_by(town.db)

    assert await told(town) == before
    assert len(sent) == 3
