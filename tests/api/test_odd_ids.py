"""Ids are whatever a platform calls things: each is found again under its own address."""

from urllib.parse import quote

import pytest

from tests.api.facts import snapshot
from tests.api.town import opened

IDS = ["a/b", "c-7/tier", "../c-7", "a%2Fb", "50%", "a b", "a+b", "?x=1#y", "ключ", "🙂", "x" * 255]


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


@pytest.mark.parametrize("said", IDS)
async def test_a_customer_and_its_order_are_found_by_their_ids(town, said):
    await town.tell(snapshot(order_id=said, event_id=said, customer_id=said, total="150.00"))
    path = quote(said, safe="")

    customer = await town.api.get(f"/v1/customers/{path}")
    tier = await town.api.get(f"/v1/customers/{path}/tier")
    order = await town.api.get(f"/v1/orders/{path}")

    assert (customer.json()["id"], customer.json()["tier"]["key"]) == (said, "silver")
    assert tier.json()["key"] == "silver"
    assert order.json()["id"] == said


async def test_an_id_that_reads_like_an_address_names_nobody_else(town):
    await town.tell(snapshot(customer_id="c-7", total="150.00"))

    tier = await town.api.get("/v1/customers/c-7%2Ftier")
    erased = await town.api.delete("/v1/organizations/o%2Frepresentatives%2Fc-7")

    assert (tier.status_code, tier.json()["code"]) == (404, "customer_not_found")
    assert erased.json()["code"] == "organization_not_found"


async def test_lines_may_begin_with_a_mark_that_says_utf_8(town):
    body = b'\xef\xbb\xbf{"event_id": "e", "type": "nothing"}\r\n'

    answer = await town.api.post(
        "/v1/order-events/batch", content=body, headers={"Content-Type": "application/x-ndjson"}
    )

    told = {"event_id": "e", "outcome": "quarantined", "reason": "not_valid"}
    assert answer.json() == {"results": [told]}
