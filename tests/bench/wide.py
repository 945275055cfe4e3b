"""Ingest at more connections and processes, reads beside it for long, and a far larger crowd."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from itertools import product
from statistics import median

from tests.bench.evaluations import daily, full
from tests.bench.place import REAL, load
from tests.bench.report import Found
from tests.bench.requests import ORDERS_A_SECOND, READERS, READS_A_SECOND, plan, source

CONNECTIONS, PROCESSES = (64, 256), (1, 2)


async def spread(place):
    """B1s: signed webhooks a second by connections and processes, which share one database."""
    town = await place.large()
    path = await source(place, town, "standard")
    found = {case: [] for case in product(PROCESSES, CONNECTIONS)}
    for _ in range(place.size.spreads):
        for (processes, connections), rates in found.items():
            async with AsyncExitStack() as stack:
                services = [place.service(REAL, town.url) for _ in range(processes)]
                ports = [await stack.enter_async_context(one) for one in services]
                asked = partial(
                    plan,
                    place,
                    town,
                    kind="standard",
                    path=path,
                    seconds=place.size.seconds,
                    connections=connections // processes,
                )
                told = await asyncio.gather(*(load(**asked(port)) for port in ports))
                rates.append(sum(one["per_second"] for one in told))
    least = median(found[1, CONNECTIONS[0]])
    for (processes, connections), rates in found.items():
        is_least = (processes, connections) == (1, CONNECTIONS[0])
        base = None if is_least else least
        name = f"B1s_{processes}_processes_{connections}_connections"
        yield Found(name, median(rates), "1/s", base, more=True)


async def beside(place):
    """Reads and orders at their steady rates, both at once and for long, on two processes."""
    town = await place.large()
    path = await source(place, town, "standard")
    asked = partial(plan, place, town, seconds=place.size.long_seconds)
    async with place.service(REAL, town.url) as one, place.service(REAL, town.url) as other:
        found = await asyncio.gather(
            *(
                load(**asked(port, **kind), rate=rate / 2)
                for kind, rate in (
                    ({"kind": "standard", "path": path}, ORDERS_A_SECOND),
                    ({"kind": "read", "connections": READERS}, READS_A_SECOND),
                )
                for port in (one, other)
            )
        )
    for name, both in (("orders", found[:2]), ("reads", found[2:])):
        for share in ("p50", "p99"):
            yield Found(f"beside_{name}_{share}", max(told[share] for told in both), "ms")
        rate = sum(told["per_second"] for told in both)
        yield Found(f"beside_{name}", rate, "1/s", more=True)


async def huge(place):
    """B3 and B5 once more, with a crowd that nothing else is measured with."""
    size = replace(place.size, crowds=(place.size.huge,) * 3)
    other = replace(place, size=size)
    for benchmark in (daily, full):
        async for one in benchmark(other):
            yield replace(one, name=f"huge_{one.name}", goal=None)
