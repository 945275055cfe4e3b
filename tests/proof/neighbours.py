"""How long an endpoint that is well waits for a change, alone and beside endpoints that are not."""

import asyncio

from tests.proof.campaign import console

WELL = "/0"
MOST_TIMES = 2.0
NOTHING = 1.0  # seconds: below, the machine is what is measured
PATIENCE = 60
FEWEST = 100  # lags that have a p99


async def held_up(merchant, shop, showing, members):
    """Sell one order to each member when all are well, and again when only one is; failures."""
    shop.well = {*merchant.ids}
    await lag(merchant, shop, -1, members)  # the first connections are none of ours
    calm = await lag(merchant, shop, -2, members)
    shop.well, showing.behaves = {WELL}, False
    beside = await lag(merchant, shop, -3, members)
    shop.well = set()
    console.print(
        f"receiver: p99 of one that is well: {calm:.2f} s, beside bad ones {beside:.2f} s"
    )
    if members >= FEWEST and beside > max(MOST_TIMES * calm, NOTHING):
        return [f"p99 of an endpoint that is well: {beside:.2f} s, {calm:.2f} s before"]
    return []


async def lag(merchant, shop, number, members):
    """The p99 of seconds from the answer to the orders to the first attempt of their changes.

    Ends when all who are well have heard: the next begins at rest.
    """
    arrived = shop.arrived[WELL]
    before = len(arrived)
    await merchant.sell_to(number, range(members))
    told = asyncio.get_running_loop().time()
    async with asyncio.timeout(PATIENCE):
        while any(len(shop.arrived[one]) < before + members for one in shop.well):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    lags = sorted(at - told for at in arrived[before : before + members])
    return max(lags[len(lags) * 99 // 100 - 1], 0.0)
