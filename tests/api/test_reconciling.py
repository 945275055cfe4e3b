"""Orders updated since: what notifications have lost is found, and nothing counts twice."""

from datetime import UTC, datetime, timedelta

import pytest

from app.inbound.platforms import cs_cart, shopify, woocommerce
from tests.api.deliveries import (
    edit,
    encoded,
    inbox,
    shopify_order,
    shown,
    source,
    told,
)
from tests.api.deliveries import shopify as signed_by_shopify
from tests.api.shop_apis import BigCommerce, CsCart, Errands, Shopify, WooCommerce, serving
from tests.api.town import opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(shopify, "MOST", "2")
    monkeypatch.setattr(woocommerce, "MOST", "2")
    monkeypatch.setattr(cs_cart, "MOST", 2)


def an_hour_ago(town, minutes=0):
    return town.clock.at - timedelta(minutes=60 - minutes)


def shopify_orders(town, count):
    """Of one customer each, changed one minute after another."""
    return {
        str(number): shopify_order(
            id=number,
            customer={"id": 1000 + number},
            updated_at=an_hour_ago(town, number).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        for number in range(1, count + 1)
    }


def woocommerce_orders(town, count):
    return {
        str(number): {
            "id": number, "number": str(number), "status": "processing", "currency": "EUR",
            "total": "120.00", "customer_id": 1000 + number, "line_items": [], "refunds": [],
            "date_created_gmt": "2026-11-22T10:00:00",
            "date_modified_gmt": an_hour_ago(town, number).strftime("%Y-%m-%dT%H:%M:%S"),
        }
        for number in range(1, count + 1)
    }  # fmt: skip


def cs_cart_orders(town, count):
    return {
        str(number): {
            "order_id": str(number), "status": "P", "total": "120.00",
            "user_id": str(1000 + number), "is_parent_order": "N",
            "timestamp": str(int(an_hour_ago(town).timestamp())),
            "updated_at": str(int(an_hour_ago(town, number).timestamp())),
        }
        for number in range(1, count + 1)
    }  # fmt: skip


def bigcommerce_orders(town, count):
    def mail_date(at):
        return at.strftime("%a, %d %b %Y %H:%M:%S +0000")

    return {
        str(number): {
            "id": number, "customer_id": 1000 + number, "status_id": 11,
            "total_inc_tax": "120.0000", "default_currency_code": "EUR",
            "date_created": mail_date(an_hour_ago(town)),
            "date_modified": mail_date(an_hour_ago(town, number)),
        }
        for number in range(1, count + 1)
    }  # fmt: skip


SHOPS = {
    "shopify": (Shopify, shopify_orders, {}),
    "woocommerce": (WooCommerce, woocommerce_orders, {}),
    "cs_cart": (CsCart, cs_cart_orders, {"currency_map": {"": "EUR"}}),
    "bigcommerce": (BigCommerce, bigcommerce_orders, {}),
}


async def levels(town, count):
    return [await town.level("customer", str(1000 + one)) for one in range(1, count + 1)]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("platform", SHOPS)
async def test_orders_that_nobody_told_of_are_found(town, platform):
    make, orders, more = SHOPS[platform]
    async with serving(make(), town) as shop:
        shop.orders = orders(town, 5)
        await source(town, platform, **more, api=shop.as_set(reconcile_every_minutes=15))
        errands = Errands(town)

        await _all_done(town, errands)
        first = (await shown(town))["api"]["reconciled"]
        await town_passes(town, minutes=16)
        await _all_done(town, errands)

    assert await levels(town, 5) == ["silver"] * 5
    first_page_again = 2 if platform in {"woocommerce", "cs_cart"} else 0
    assert (first["orders"], first["until"]) == (5 + first_page_again, None)
    assert first["finished_at"] is not None
    facts = [one for one in await inbox(town) if one["type"] == "order.snapshot"]
    assert len(facts) == 5


async def _all_done(town, errands):
    """Pages and orders wait for the shop's pause; the clock moves whenever it is read."""
    for _ in range(20):
        await errands.poll()
        await errands.fetch()
        town.clock.at += timedelta(seconds=2)


async def town_passes(town, **time):
    town.clock.at += timedelta(**time)


async def test_what_a_webhook_told_already_changes_nothing(town):
    async with serving(Shopify(), town) as shop:
        made = await source(town, "shopify", api=shop.as_set(reconcile_every_minutes=15))
        order = shopify_orders(town, 1)["1"]
        body = encoded(order)
        await told(town, made["path"], body, signed_by_shopify(body))
        shop.orders["1"] = order

        await _all_done(town, Errands(town))

    assert await town.spend("customer", "1001") == {town.today: 12_000}
    assert len(await town.changes("customer", "1001", "tiers")) == 1
    assert len(await inbox(town)) == 2


async def test_an_order_told_in_two_runs_is_one_event(town):
    async with serving(Shopify(), town) as shop:
        shop.orders = {"1": shopify_order(updated_at=f"{town.clock.at:%Y-%m-%dT%H:%M:%SZ}")}
        await source(town, "shopify", api=shop.as_set(reconcile_every_minutes=1))
        errands = Errands(town)
        await _all_done(town, errands)
        await town_passes(town, minutes=2)
        await _all_done(town, errands)

    told_twice = (await shown(town))["api"]["reconciled"]["orders"]
    assert told_twice >= 2
    assert len(await inbox(town)) == 1


@pytest.mark.usefixtures("small_pages")
async def test_a_run_goes_on_where_it_was_killed(town):
    async with serving(Shopify(), town) as shop:
        shop.orders = shopify_orders(town, 6)
        await source(town, "shopify", api=shop.as_set(reconcile_every_minutes=15))
        await Errands(town).poll(1)
        under_way = (await shown(town))["api"]["reconciled"]
        town.clock.at += timedelta(seconds=2)
        asked_before = len(shop.asked)

        await _all_done(town, Errands(town))

    assert (under_way["orders"], under_way["until"] is not None) == (2, True)
    assert "page_info" in shop.asked[asked_before][1]
    assert await levels(town, 6) == ["silver"] * 6
    assert len(shop.asked) == 3


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("platform", ["woocommerce", "cs_cart"])
async def test_an_order_that_changes_between_two_pages_hides_no_other(town, platform):
    make, orders, more = SHOPS[platform]
    async with serving(make(), town) as shop:
        shop.orders = orders(town, 7)
        await source(town, platform, **more, api=shop.as_set(reconcile_every_minutes=15))
        name = {"woocommerce": "date_modified_gmt", "cs_cart": "updated_at"}[platform]
        later = {"woocommerce": "2026-11-22T23:00:00", "cs_cart": "1795388400"}[platform]
        lists = []

        def leave(path):
            if "per_page" in path or "items_per_page" in path:
                lists.append(path)
                if len(lists) == 3:
                    shop.orders["1"] = {**shop.orders["1"], name: later}

        shop.before = leave
        await _all_done(town, Errands(town))

    assert len(lists) >= 4
    assert (await levels(town, 7))[1:] == ["silver"] * 6


@pytest.mark.usefixtures("small_pages")
async def test_a_busy_shop_is_asked_for_the_same_page_later(town):
    async with serving(WooCommerce(), town) as shop:
        shop.orders = woocommerce_orders(town, 4)
        await source(town, "woocommerce", api=shop.as_set(reconcile_every_minutes=15))
        errands = Errands(town)
        shop.faults.extend([None, (429, {"Retry-After": "30"}, {})])
        await _all_done(town, errands)
        failed = (await shown(town))["api"]
        await town_passes(town, minutes=1)
        await _all_done(town, errands)

    pages = [path.rpartition("page=")[2] for _, path in shop.asked]
    assert pages == ["1", "2", "2", "1"]
    assert failed["error"] == "busy" or failed["answered_at"] is not None
    assert await levels(town, 4) == ["silver"] * 4


@pytest.mark.usefixtures("small_pages")
async def test_a_cursor_that_the_shop_has_forgotten_begins_the_window_anew(town):
    async with serving(Shopify(), town) as shop:
        shop.orders = shopify_orders(town, 4)
        await source(town, "shopify", api=shop.as_set(reconcile_every_minutes=15))
        errands = Errands(town)
        await errands.poll(1)
        shop.cursors.clear()
        for _ in range(5):
            await town_passes(town, minutes=16)
            await _all_done(town, errands)

    assert await levels(town, 4) == ["silver"] * 4


async def test_an_order_that_cannot_be_read_stops_no_other(town):
    async with serving(Shopify(), town) as shop:
        shop.orders = shopify_orders(town, 3)
        shop.orders["2"]["financial_status"] = "haggled"
        await source(town, "shopify", api=shop.as_set(reconcile_every_minutes=15))
        await _all_done(town, Errands(town))

    assert await levels(town, 3) == ["silver", None, "silver"]
    [kept] = [one for one in await inbox(town) if one["outcome"] == "quarantined"]
    assert kept["reason"] == "unmapped_status"
    assert kept["headers"] == {"x-shopify-topic": "orders/updated"}
    assert b"haggled" in kept["raw"]


async def test_a_shop_is_asked_again_from_an_instant(town):
    async with serving(Shopify(), town) as shop:
        long_ago = datetime(2026, 3, 1, tzinfo=UTC)
        shop.orders = {"1": shopify_order(updated_at="2026-03-01T00:00:00Z")}
        await source(town, "shopify", api=shop.as_set(reconcile_every_minutes=15))
        errands = Errands(town)
        await _all_done(town, errands)
        before = len(await inbox(town))

        await edit(town, api={"reconcile_since": long_ago.isoformat()})
        await _all_done(town, errands)

    assert before == 0
    assert len(await inbox(town)) == 1


async def test_a_shop_that_is_not_to_be_asked_is_not(town):
    async with serving(Shopify(), town) as shop:
        await source(town, "shopify", api=shop.as_set(reconcile_every_minutes=1))
        errands = Errands(town)
        await _all_done(town, errands)
        asked = len(shop.asked)
        await edit(town, api={"reconcile_every_minutes": None})
        await town_passes(town, minutes=10)
        await _all_done(town, errands)

    assert asked > 0
    assert len(shop.asked) == asked


async def test_a_change_that_was_committed_late_is_found_by_the_next_run(town):
    async with serving(Shopify(), town) as shop:
        await source(town, "shopify", api=shop.as_set(reconcile_every_minutes=15))
        errands = Errands(town)
        await _all_done(town, errands)
        before = town.clock.at - timedelta(minutes=8)
        shop.orders = {
            "1": shopify_order(id=1, customer={"id": 1001}, updated_at=f"{before:%FT%TZ}")
        }
        await town_passes(town, minutes=16)
        await _all_done(town, errands)

    assert await levels(town, 1) == ["silver"]
