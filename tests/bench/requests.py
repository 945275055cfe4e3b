"""B1, B2, B7, B9: the service over HTTP, with the load of a process of its own."""

import json
from functools import partial
from itertools import count
from statistics import median

import asyncpg
import httpx2 as httpx

from tests.api.deliveries import SHOPIFY, STANDARD
from tests.bench import bare
from tests.bench.crowd import LAST_DAY
from tests.bench.place import REAL, load
from tests.bench.report import ROUNDS, Found

CONNECTIONS, READERS, HISTORY_READERS = 64, 16, 8
ORDERS_A_SECOND, READS_A_SECOND = 500, 200
BARE_CLIENTS = (1, 8, 64)
AT = f"{LAST_DAY}T12:00:00Z"
MOST_ALONE = 1.5
"""What a member's history may cost: one order with the longest against one with the shortest."""

PAST = """
INSERT INTO day_totals (member_id, day, program_id, spend, orders, largest, points)
SELECT member_id, $3::date - (number % 3650) - 1, $1, count(*) * 100, count(*), 100, count(*)
  FROM members, generate_series(0, $4::integer - 1) AS number
 WHERE program_id = $1 AND external_id = $2
 GROUP BY member_id, 2
    ON CONFLICT DO NOTHING
"""
PAST_ORDERS = """
INSERT INTO orders (member_id, order_key, program_id, source, order_id, customer_id, version,
                    state, history, refunds, currency, counted_on, counted_amount)
SELECT member_id, md5(external_id || number)::uuid, $1, 'past', external_id || number, member_id,
       lpad('0', 20, '0'), '{"status": "paid"}', '[]', '{}', 'EUR',
       $3::date - (number % 3650) - 1, 100
  FROM members, generate_series(0, $4::integer - 1) AS number
 WHERE program_id = $1 AND external_id = $2
"""

SECRETS = {"standard": STANDARD, "shopify": SHOPIFY}

runs = count()


async def ingest(place):
    """B1: signed webhooks to 200 after commit, against no database, and against no coalescing."""
    town = await place.large()
    for platform in place.size.platforms:
        path = await source(place, town, platform)
        found = {kind: [] for kind in ("real", "dry", "alone")}
        for _ in range(ROUNDS):
            for kind, rates in found.items():
                async with place.service(kind, town.url) as port:
                    asked = plan(
                        place, town, port, kind=platform, path=path, seconds=place.size.seconds
                    )
                    rates.append((await load(**asked))["per_second"])
        real, dry, alone = (median(rates) for rates in found.values())
        yield Found(f"B1a_{platform}_to_no_database", real, "1/s", dry, goal=0.5, more=True)
        yield Found(f"B1c_{platform}_to_uncoalesced", real, "1/s", alone, goal=1.7, more=True)


async def bare_orders(place):
    """B1b: signed webhooks against the bare transaction of one order, by ever more clients."""
    town = await place.large()
    path = await source(place, town, "standard")
    found = {clients: [] for clients in BARE_CLIENTS}
    real = []
    connection = await asyncpg.connect(town.dsn)
    try:
        await bare.begin(connection, bare.ORDERS)
        for _ in range(ROUNDS):
            async with place.service(REAL, town.url) as port:
                asked = plan(
                    place, town, port, kind="standard", path=path, seconds=place.size.seconds
                )
                real.append((await load(**asked))["per_second"])
            for clients, rates in found.items():
                rates.append(await bare.orders_a_second(place, town, clients))
    finally:
        await bare.end(connection)
        await connection.close()
    for clients, rates in found.items():
        base = median(rates)
        yield Found(f"B1b_to_bare_sql_{clients}_bound", median(real), "1/s", base, more=True)


async def steady(place):
    """B2: signed webhooks at a steady rate, latency from the planned moment."""
    town = await place.large()
    for platform in place.size.platforms:
        path = await source(place, town, platform)
        async with place.service("real", town.url) as port:
            asked = plan(place, town, port, kind=platform, path=path, seconds=place.size.seconds)
            told = await load(**asked, rate=ORDERS_A_SECOND)
        yield Found(f"B2_{platform}_p99", told["p99"], "ms", goal=50.0)
        yield Found(f"B2_{platform}_p50", told["p50"], "ms")


async def source(place, town, platform):
    """Where deliveries of a platform are posted; its source is made when there is none."""
    said = {"key": platform, "platform": platform, "secrets": [SECRETS[platform]]}
    async with (
        place.service("real", town.url) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=bearer(town)) as client,
    ):
        await client.post("/v1/sources", json=said)
        answer = await client.get(f"/v1/sources/{platform}")
        return answer.raise_for_status().json()["path"]


def bearer(town):
    return {"Authorization": f"Bearer {town.crowd.key}"}


async def read(place):
    """B7: one customer, at a steady rate, then flat out against a body from memory."""
    town = await place.large()
    reads = partial(plan, place, town, kind="read", seconds=place.size.seconds)
    async with place.service("real", town.url) as port:
        told = await load(**reads(port, connections=READERS, rate=READS_A_SECOND))
        body = place.folder / "body.json"
        body.write_text(json.dumps(await customer(port, town.crowd.key)), "utf-8")
    yield Found("B7_read_p99", told["p99"], "ms", goal=10.0)
    found = {"real": [], "bare": []}
    for _ in range(ROUNDS):
        for kind, rates in found.items():
            async with place.service(kind, town.url, *([body] * (kind == "bare"))) as port:
                told = await load(**reads(port, connections=READERS))
                rates.append(told["per_second"])
    real, bare = (median(rates) for rates in found.values())
    yield Found("B7_read_to_bare_route", real, "1/s", bare, goal=0.5, more=True)


async def history(place):
    """B9: one order of a member with ever more earlier ones."""
    town = await place.large()
    names = {length: f"c-{number}" for number, length in enumerate(place.size.histories)}
    for length, name in names.items():
        binds = (town.crowd.program_id, name, LAST_DAY, length)
        await town.ask(PAST_ORDERS, *binds)
        await town.ask(PAST, *binds)
    await town.ask("VACUUM ANALYZE day_totals")
    found = {length: [] for length in names}
    async with place.service("real", town.url) as port:
        for _ in range(ROUNDS):
            for length, name in names.items():
                asked = plan(
                    place, town, port, customer=name, connections=1, seconds=place.size.seconds / 4
                )
                found[length].append((await load(**asked))["p50"])
    shortest, longest = min(names), max(names)
    for length, latencies in found.items():
        base = None if length == shortest else median(found[shortest])
        goal = MOST_ALONE if length == longest else None
        yield Found(f"B9_order_after_{length}", median(latencies), "ms", base, goal=goal)


def plan(place, town, port, *, seconds, kind="orders", **more):
    return {
        "port": port,
        "key": town.crowd.key,
        "kind": kind,
        "customer": None,
        "customers": town.crowd.members,
        "connections": CONNECTIONS,
        "seconds": seconds,
        "warm": place.size.warm,
        "at": AT,
        "seed": 1,
        "run": f"r{next(runs)}",
        **more,
    }


async def customer(port, key):
    """What is said of a customer."""
    async with httpx.AsyncClient() as client:
        answer = await client.get(
            f"http://127.0.0.1:{port}/v1/customers/c-1", headers={"Authorization": f"Bearer {key}"}
        )
        answer.raise_for_status()
        return answer.json()
