"""Several workers at once: each order is fetched by one of them, and no shop waits for another."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from app.inbound.errors import ClaimLost
from app.inbound.fetching.errands import Errands as Loops
from app.inbound.fetching.notified import FetchErrand
from app.inbound.fetching.reconciling import PollErrand
from app.kit.loops import ErrandLoop
from app.kit.sealing import Seal
from tests.api.deliveries import edit, shopify_order, shown, source
from tests.api.notified import edited, notify, pass_by
from tests.api.shop_apis import Errands, Shopify, serving
from tests.api.town import opened
from tests.kit_web.waiting import until


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def asked_for(town, shop, made, count):
    for number in range(1, count + 1):
        shop.orders[str(number)] = shopify_order(id=number, customer={"id": 1000 + number})
        await notify(town, made, edited(number))
    await pass_by(town, seconds=2)


async def unpaced(town):
    """As if the shops' pauses had gone by already."""
    await town.rows("UPDATE source_apis SET pause_ms = 0, next_at = set_at")


async def test_no_two_workers_fetch_one_order(town):
    async with serving(Shopify(), town) as shop:
        made = await source(town, "shopify", api=shop.as_set())
        await asked_for(town, shop, made, 8)
        await unpaced(town)
        errands = Errands(town)

        async def worked():
            loop = ErrandLoop(town.db, town.clock, FetchErrand(errands.shops), name="test")
            for _ in range(30):
                await loop.work()
                await asyncio.sleep(0)

        await asyncio.gather(*(worked() for _ in range(4)))

    assert sorted(path for _, path in shop.asked) == sorted(
        f"/admin/api/2026-04/orders/{number}.json" for number in range(1, 9)
    )
    assert await town.level("customer", "1008") == "silver"


async def test_no_two_workers_turn_one_page(town):
    async with serving(Shopify(), town) as shop:
        await source(town, "shopify", api=shop.as_set(reconcile_every_minutes=15))
        await unpaced(town)
        claims = [
            town.db.run(lambda session: PollErrand(None).claim(session, town.clock.at))
            for _ in range(4)
        ]
        claimed = await asyncio.gather(*claims)

    assert sum(one is not None for one in claimed) == 1


async def test_requests_to_a_shop_keep_its_pause(town):
    async with serving(Shopify(), town) as shop:
        made = await source(town, "shopify", api=shop.as_set())
        await asked_for(town, shop, made, 2)
        errand = FetchErrand(Errands(town).shops)
        at = town.clock.at
        claims = [
            await town.db.run(lambda session, after=after: errand.claim(session, at + after))
            for after in (timedelta(), timedelta(milliseconds=499), timedelta(milliseconds=500))
        ]

    assert [one is not None for one in claims] == [True, False, True]


async def test_a_shop_that_hangs_holds_up_no_other(town):
    async with serving(Shopify(), town) as shop, _deaf() as deaf:
        made = await source(town, "shopify", api=shop.as_set())
        api = {**shop.as_set(), "url": deaf}
        slow = await source(town, "shopify", key="slow", api=api)
        await notify(town, slow, edited(77))
        await asked_for(town, shop, made, 1)
        loops = Loops(Errands(town).shops)
        loops.start()
        await until(lambda: _is_silver(town))
        waiting = (await shown(town, "slow"))["api"]["to_fetch"]

    await loops.stop()
    assert waiting == 1


async def _is_silver(town):
    return await town.level("customer", "1001") == "silver"


@asynccontextmanager
async def _deaf():
    """A shop that takes requests and says nothing until it is closed."""
    closing = asyncio.Event()

    async def say_nothing(_, writer):
        await closing.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    closing.set()
    server.close()


async def test_credentials_under_another_key_are_told_and_not_sent(town):
    async with serving(Shopify(), town) as shop:
        made = await source(town, "shopify", api=shop.as_set(reconcile_every_minutes=5))
        await asked_for(town, shop, made, 1)
        town.app.state.seal = Seal("another secret of this installation")
        errands = Errands(town)
        await errands.fetch()
        await pass_by(town, minutes=6)
        await errands.poll()

    assert (await shown(town))["api"]["error"] == "unsealable"
    assert shop.asked == []


async def test_a_source_that_has_ended_leaves_no_work_and_no_credentials(town):
    async with serving(Shopify(), town) as shop:
        made = await source(town, "shopify", api=shop.as_set(reconcile_every_minutes=5))
        await notify(town, made)
        ended = await town.api.delete("/v1/sources/shop", headers={"If-Match": "*"})
        await pass_by(town, minutes=6)
        done = await Errands(town).fetch() + await Errands(town).poll()

    left = [
        await town.rows(f"SELECT * FROM {table} WHERE program_id = :program_id")
        for table in ("source_apis", "fetches", "polls")
    ]
    assert (ended.status_code, done, left) == (204, 0, [[], [], []])


async def test_a_worker_that_comes_back_too_late_writes_nothing(town):
    async with serving(Shopify(), town) as shop:
        made = await source(town, "shopify", api=shop.as_set())
        await asked_for(town, shop, made, 1)
        errand = FetchErrand(Errands(town).shops)
        late = await town.db.run(lambda session: errand.claim(session, town.clock.now()))
        await pass_by(town, minutes=3)
        await town.db.run(lambda session: errand.claim(session, town.clock.now()))

        with pytest.raises(ClaimLost):
            await errand.run(late)

    assert (await shown(town))["api"]["to_fetch"] == 1
    assert await edit(town, test=True)
