"""Orders that notifications only name: fetched, once for all who asked, whatever the shop does."""

import asyncio

import pytest

from app.inbound.fetching.notified import FetchErrand
from tests.api.deliveries import edit, encoded, inbox, shopify_order, shown, source
from tests.api.notified import notify, outcomes, pass_by
from tests.api.shop_apis import Errands, Shopify, serving
from tests.api.town import opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def test_an_order_that_is_only_named_is_fetched_and_counts(town):
    async with serving(Shopify(), town) as shop:
        shop.orders["450789469"] = shopify_order()
        made = await source(town, "shopify", api=shop.as_set())
        [told] = await notify(town, made)
        waiting = (await shown(town))["api"]

        await pass_by(town, seconds=2)
        done = await Errands(town).fetch()

    assert (told["outcome"], told["reason"]) == ("quarantined", "needs_fetch")
    assert (waiting["to_fetch"], waiting["error"], waiting["answered_at"]) == (1, None, None)
    assert done == 1
    assert shop.asked == [("GET", "/admin/api/2026-04/orders/450789469.json")]
    assert await town.level("customer", "207119551") == "silver"
    assert await outcomes(town) == [
        ("unknown", "accepted", None),
        ("order.snapshot", "accepted", None),
    ]
    after = (await shown(town))["api"]
    assert (after["to_fetch"], after["oldest_at"], after["error"]) == (0, None, None)
    assert after["answered_at"] is not None


async def test_what_came_before_the_credentials_is_taken_up_with_them(town):
    async with serving(Shopify(), town) as shop:
        shop.orders["450789469"] = shopify_order()
        made = await source(town, "shopify")
        await notify(town, made)
        await pass_by(town, days=3)
        before = await Errands(town).fetch()

        await edit(town, api=shop.as_set())
        done = await Errands(town).fetch()

    assert (before, done) == (0, 1)
    assert await town.level("customer", "207119551") == "silver"


async def test_many_notifications_of_one_order_are_one_fetch(town):
    async with serving(Shopify(), town) as shop:
        shop.orders["450789469"] = shopify_order()
        made = await source(town, "shopify", api=shop.as_set())
        for number in range(5):
            body = encoded({"order_edit": {"id": number + 1, "order_id": 450789469}})
            await notify(town, made, body)
        await pass_by(town, seconds=2)
        await Errands(town).fetch()

    assert len(shop.asked) == 1
    assert [one[1] for one in await outcomes(town)] == ["accepted"] * 6


async def test_a_notification_that_comes_meanwhile_is_fetched_again(town):
    async with serving(Shopify(), town) as shop:
        shop.orders["450789469"] = shopify_order(total_price="60.00")
        made = await source(town, "shopify", api=shop.as_set())
        await notify(town, made)
        await pass_by(town, seconds=2)
        errands = Errands(town)
        notified = []

        def change(_):
            if not notified:
                notified.append(asyncio.ensure_future(again()))

        async def again():
            body = encoded({"order_edit": {"id": 2, "order_id": 450789469}})
            await notify(town, made, body)

        shop.before = change
        await errands.fetch(1)
        await notified[0]
        shop.orders["450789469"] = shopify_order(updated_at="2026-11-22T11:00:00Z")
        await pass_by(town, seconds=2)
        await errands.fetch()

    assert len(shop.asked) == 2
    assert await town.level("customer", "207119551") == "silver"


async def test_a_shop_that_is_busy_is_left_in_peace_as_long_as_it_asks(town):
    async with serving(Shopify(), town) as shop:
        shop.orders["450789469"] = shopify_order()
        made = await source(town, "shopify", api=shop.as_set())
        await notify(town, made)
        await pass_by(town, seconds=2)
        errands = Errands(town)
        shop.faults.append((429, {"Retry-After": "120.0"}, {"errors": "Exceeded 2 calls"}))
        await errands.fetch()
        told = (await shown(town))["api"]
        await pass_by(town, seconds=60)
        too_early = await errands.fetch()
        await pass_by(town, seconds=120)
        await errands.fetch()

    assert (told["error"], told["to_fetch"]) == ("busy", 1)
    assert too_early == 0
    assert len(shop.asked) == 2
    assert await town.level("customer", "207119551") == "silver"


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ((500, {}, {"errors": "x"}), "server_error"),
        ((503, {}, b"<html>"), "server_error"),
        ((401, {}, {"errors": "x"}), "unauthorized"),
        ((403, {}, {"errors": "x"}), "unauthorized"),
        ((302, {"location": "http://127.0.0.1:1/"}, b""), "refused"),
        ((404, {"content-type": "text/html"}, b"<html>"), "not_found"),
        ((200, {}, b"<html>"), "not_as_documented"),
        ((200, {}, {"other": 1}), "not_as_documented"),
        ((200, {}, b'{"order": {"id": 1, "id": 2}}'), "not_as_documented"),
        ((200, {}, b"x" * 9_000_000), "too_large"),
    ],
)
async def test_a_failure_is_shown_and_tried_again(town, fault, word):
    async with serving(Shopify(), town) as shop:
        shop.orders["450789469"] = shopify_order()
        made = await source(town, "shopify", api=shop.as_set())
        await notify(town, made)
        await pass_by(town, seconds=2)
        errands = Errands(town)
        shop.faults.append(fault)
        await errands.fetch()
        failed = (await shown(town))["api"]
        await pass_by(town, minutes=6)
        await errands.fetch()

    assert (failed["error"], failed["to_fetch"]) == (word, 1)
    assert (await shown(town))["api"]["error"] is None
    assert await town.level("customer", "207119551") == "silver"


async def test_an_order_that_the_shop_does_not_know_ends_as_quarantined(town):
    async with serving(Shopify(), town) as shop:
        made = await source(town, "shopify", api=shop.as_set())
        await notify(town, made)
        await pass_by(town, seconds=2)
        await Errands(town).fetch()

    [event] = await inbox(town)
    assert (event["outcome"], event["reason"]) == ("quarantined", "needs_fetch")
    assert "no such order" in event["detail"]
    assert (await shown(town))["api"]["to_fetch"] == 0


async def test_a_shop_that_fails_for_days_ends_it_with_the_reason(town):
    async with serving(Shopify(), town) as shop:
        made = await source(town, "shopify", api=shop.as_set())
        await notify(town, made)
        errands = Errands(town)
        for _ in range(12):
            shop.faults.append((500, {}, {}))
            await pass_by(town, hours=7)
            await errands.fetch()
        await pass_by(town, hours=7)
        await errands.fetch()

    [event] = await inbox(town)
    assert len(shop.asked) == 12
    assert "failed 12 times, at last: server_error" in event["detail"]


async def test_an_order_that_cannot_be_read_tells_why(town):
    async with serving(Shopify(), town) as shop:
        shop.orders["450789469"] = shopify_order(financial_status="haggled")
        made = await source(town, "shopify", api=shop.as_set())
        await notify(town, made)
        await pass_by(town, seconds=2)
        await Errands(town).fetch()

    [event] = await inbox(town)
    assert (event["outcome"], event["reason"]) == ("quarantined", "unmapped_status")
    assert "haggled" in event["detail"]


async def test_a_worker_that_died_is_followed_by_another(town):
    async with serving(Shopify(), town) as shop:
        shop.orders["450789469"] = shopify_order()
        made = await source(town, "shopify", api=shop.as_set())
        await notify(town, made)
        await pass_by(town, seconds=2)
        errands = Errands(town)
        lost = await town.db.run(lambda session: _claimed(session, errands, town))
        held = await errands.fetch()
        await pass_by(town, minutes=3)
        done = await errands.fetch()

    assert lost.order_id == "450789469"
    assert (held, done) == (0, 1)
    assert await town.level("customer", "207119551") == "silver"


async def _claimed(session, errands, town):
    return await FetchErrand(errands.shops).claim(session, town.clock.now())
