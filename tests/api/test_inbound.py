"""Deliveries of platforms, from their bytes to the decision. Page 7, section 3."""

import pytest

from tests.api.deliveries import deliver, encoded, source, standard
from tests.api.facts import snapshot
from tests.api.town import opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def test_a_signed_order_is_decided_before_the_answer(town):
    shop = await source(town)
    body = encoded(snapshot(total="1000.00"))

    answer = await deliver(town, shop["path"], body, standard(body, town.clock.now()))

    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "results": [{"event_id": "e1", "outcome": "accepted", "reason": None}],
        "ignored": None,
    }
    assert await town.level("customer", "c-7") == "gold"
