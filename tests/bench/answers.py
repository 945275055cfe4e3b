"""B8 and insight: single large answers of the service over HTTP."""

import math
import time
from statistics import median

import httpx2 as httpx

from tests.bench.place import say
from tests.bench.report import ROUNDS, Found

LOOKED_UP, LINES = 500, 50
TURNS = 20 * ROUNDS
PATIENCE = 120.0
SLOWEST = 2.0
"""Seconds that a question about everybody may take."""

TARGET = {"target": {"bronze": "0.2", "silver": "0.1", "gold": "0.05"}}
ABOUT_EVERYBODY = {
    "distribution": ("GET", "/v1/analytics/distribution", None),
    "movement": ("GET", "/v1/analytics/movement", None),
    "economics": ("GET", "/v1/analytics/economics", None),
    "at_risk": ("GET", "/v1/analytics/at-risk?days=30", None),
    "suggest_thresholds": ("POST", "/v1/analytics/suggest-thresholds", TARGET),
}


async def answers(place):
    """B8: `customers/lookup` of 500, and a quote of 50 lines."""
    town = await place.large()
    ids = [f"c-{number}" for number in range(LOOKED_UP)]
    lines = [
        {"product_id": f"p-{number}", "quantity": "2", "unit_price": "9.99"}
        for number in range(LINES)
    ]
    asked = {
        "lookup_of_500": ("POST", "/v1/customers/lookup", {"ids": ids}),
        "quote_of_50_lines": ("POST", "/v1/customers/c-1/quote", {"lines": lines}),
    }
    for name, seconds in (await timed(place, town, asked, TURNS)).items():
        assert math.isfinite(max(seconds)), f"{name} has failed"
        yield Found(f"B8_{name}_p50", 1000 * median(seconds), "ms")
        yield Found(f"B8_{name}_slowest", 1000 * max(seconds), "ms")


async def insight(place):
    """Each question of analytics about everybody; one that fails took for ever."""
    town = await place.large()
    for name, seconds in (await timed(place, town, ABOUT_EVERYBODY, ROUNDS)).items():
        yield Found(f"insight_{name}", median(seconds), "s", goal=SLOWEST)


async def timed(place, town, asked, turns):
    """Name → the seconds of each turn; the turn before them warms up."""
    found = {name: [] for name in asked}
    headers = {"Authorization": f"Bearer {town.crowd.key}"}
    async with (
        place.service("real", town.url) as port,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=PATIENCE
        ) as client,
    ):
        for _ in range(turns + 1):
            for name, request in asked.items():
                found[name].append(await once(client, *request))
    return {name: seconds[1:] for name, seconds in found.items()}


async def once(client, method, path, said):
    """The seconds that an answer takes; for ever where it is a failure."""
    began = time.perf_counter()
    answer = await client.request(method, path, json=said)
    if answer.status_code != httpx.codes.OK:
        say(f"{method} {path} answers {answer.status_code}: {answer.text}")
        return math.inf
    return time.perf_counter() - began
