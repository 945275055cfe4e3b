"""What is told of orders: what is stored, how they count, and why they do not."""

from datetime import timedelta

import pytest

from tests.api.town import DEFINITION, TODAY, key, opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        yield made


async def told(town, path, **params):
    answer = await town.api.get(f"/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ids(town, path, **params):
    return [one["id"] for one in (await told(town, path, **params))["items"]]


async def paged(town, path, limit, **params):
    """The ids of every page."""
    found, after = [], None
    while True:
        more = {} if after is None else {"after": after}
        page = await told(town, path, limit=limit, **more, **params)
        found.append([one["id"] for one in page["items"]])
        if (after := page["next"]) is None:
            return found


def back(days):
    return TODAY - timedelta(days)


async def test_one_order_is_told_whole(town):
    at = f"{TODAY}T10:00:00Z"
    await town.order("c-7", "100.00", currency="USD", rate="0.5", number="#1", tax="10")
    refund = {"id": "r", "amount": "20.00"}
    event = {"event_id": "e-r", "type": "order.refund", "occurred_at": f"{TODAY}T11:00:00Z"}
    await town.tell({**event, "order": {"id": "order-1"}, "refund": refund})

    found = await told(town, "orders/order-1")

    states, snapshot = found.pop("states"), found.pop("snapshot")
    assert [(one["status"], one["occurred_at"]) for one in states] == [("paid", at)]
    assert (snapshot["tax"], snapshot["total"]) == ("10", "100")
    assert found == {
        "id": "order-1",
        "source": "api",
        "number": "#1",
        "status": "paid",
        "raw_status": None,
        "customer_id": "c-7",
        "organization_id": None,
        "contract_id": None,
        "counts_for": {"kind": "customer", "id": "c-7"},
        "currency": "USD",
        "total": "100",
        "placed_at": at,
        "paid_at": at,
        "closed_at": None,
        "cancelled_at": None,
        "refunded": "20",
        "over_refunded": False,
        "rate_from": "order",
        "counted": True,
        "counted_on": str(TODAY),
        "counted_amount": "40.00",
        "excluded_because": None,
        "date_substituted": False,
        "basis_substituted": False,
    }


@pytest.mark.parametrize(
    ("order", "because"),
    [
        ({"status": "pending"}, "status"),
        ({"customer_id": None}, "guest"),
        ({"currency": "USD"}, "unconverted"),
        ({"refunds": [{"id": "r", "amount": "50.00"}]}, "refunded"),
    ],
)
async def test_it_is_told_why_an_order_does_not_count(town, order, because):
    await town.order("c-7", "50.00", **order)

    found = await told(town, "orders/order-1")

    assert (found["counted"], found["excluded_because"]) == (False, because)
    assert found["counted_amount"] == "0.00"
    assert (found["counts_for"] is None) == (because == "guest")


async def test_a_refund_that_waits_and_a_deleted_order_are_told(town):
    at = f"{TODAY}T11:00:00Z"
    refund = {"id": "r", "amount": "20.00"}
    waiting = {"event_id": "e-1", "type": "order.refund", "order": {"id": "o1"}, "refund": refund}
    deleted = {"event_id": "e-2", "type": "order.deleted", "order": {"id": "o2"}}
    for event in (waiting, deleted):
        await town.tell({**event, "occurred_at": at})

    first, second = await told(town, "orders/o1"), await told(town, "orders/o2")

    assert (first["status"], first["excluded_because"]) == (None, "waiting")
    assert (first["counted_on"], first["refunded"], first["snapshot"]) == (None, "20", None)
    assert (second["status"], second["excluded_because"]) == ("deleted", "deleted")


async def test_an_order_is_of_its_source(town):
    event = {"event_id": "e", "type": "order.deleted", "occurred_at": f"{TODAY}T11:00:00Z"}
    await town.tell({**event, "source": "shop", "order": {"id": "o1"}})

    unknown = await town.api.get("/v1/orders/o1")

    assert (await told(town, "orders/o1", source="shop"))["source"] == "shop"
    assert (unknown.status_code, unknown.json()["code"]) == (404, "order_not_found")


async def with_company(town):
    """order-1 of c-1 alone, 2 and 3 of c-1 for o-1, 4 of c-2 for o-1, 5 of a guest."""
    await town.order("c-1", "10.00", on=back(5))
    await town.put("organizations/o-1/representatives/c-1", **{"from": str(back(3))})
    await town.order("c-1", "20.00", on=back(2))
    await town.order("c-1", "30.00", on=back(1), status="pending")
    await town.order("c-2", "40.00", on=back(4), organization_id="o-1")
    await town.order(None, "50.00")


async def test_lists_are_newest_first_and_say_for_whom_it_counts(town):
    await with_company(town)

    placed = await told(town, "customers/c-1/orders")

    assert [(one["id"], one["counts_for"]["id"]) for one in placed["items"]] == [
        ("order-3", "o-1"),
        ("order-2", "o-1"),
        ("order-1", "c-1"),
    ]
    assert await ids(town, "organizations/o-1/orders") == ["order-3", "order-2", "order-4"]
    assert await told(town, "orders", customer_id="c-1") == placed
    assert await ids(town, "orders", customer_id="c-1", organization_id="o-1") == [
        "order-3",
        "order-2",
    ]
    assert await ids(town, "orders", customer_id="nobody") == []


@pytest.mark.parametrize("path", ["orders", "organizations/o-1/orders", "customers/c-1/orders"])
async def test_lists_can_be_of_what_counts_or_does_not(town, path):
    await with_company(town)

    everything = set(await ids(town, path))
    counted = set(await ids(town, path, counted="true"))
    excluded = set(await ids(town, path, counted="false"))

    assert excluded == everything & {"order-3", "order-5"}
    assert counted == everything - excluded


async def test_all_orders_are_listed_those_of_guests_last(town):
    await with_company(town)

    found = await ids(town, "orders")

    assert sorted(found) == [f"order-{number}" for number in range(1, 6)]
    assert found[-1] == "order-5"
    assert {found[3]} in ({"order-4"}, {"order-1"}, {"order-2"}, {"order-3"})


@pytest.mark.parametrize("path", ["orders", "organizations/o-1/orders", "customers/c-1/orders"])
@pytest.mark.parametrize("limit", [1, 2])
async def test_pages_join_to_the_whole_list(town, path, limit):
    await with_company(town)
    await town.order(None, "60.00")

    pages = await paged(town, path, limit)

    assert [one for page in pages for one in page] == await ids(town, path)
    assert all(len(page) == limit for page in pages[:-1])


async def test_a_cursor_is_of_its_list_alone(town):
    await with_company(town)
    after = (await told(town, "customers/c-1/orders", limit=1))["next"]

    other = await town.api.get("/v1/organizations/o-1/orders", params={"after": after})

    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "cursor_invalid")


async def test_nobodys_orders_are_404(town):
    customer = await town.api.get("/v1/customers/nobody/orders")
    organization = await town.api.get("/v1/organizations/nobody/orders")

    assert (customer.status_code, customer.json()["code"]) == (404, "customer_not_found")
    assert (organization.status_code, organization.json()["code"]) == (
        404,
        "organization_not_found",
    )


async def test_another_programs_orders_are_not_seen(town, database_url):
    await with_company(town)
    async with opened(database_url, DEFINITION) as other:
        assert await ids(other, "orders") == []
        assert (await other.api.get("/v1/orders/order-1")).status_code == 404
        assert await ids(other, "orders", organization_id="o-1") == []


async def test_who_may_send_orders_may_read_them(town):
    for scope, status in (("read", 200), ("ingest", 200), ("operate", 403)):
        answer = await town.api.get("/v1/orders", headers=await key(town, scope))
        assert answer.status_code == status
