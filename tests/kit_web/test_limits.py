import asyncio
import time

import httpx2 as httpx
import pytest

from app.kit.errors.problem import Unavailable
from app.kit.limits import Limits
from app.kit.visits import ARRIVING, MOST_BYTES, Places
from tests.kit_web.shop import application


def shop(**limits):
    transport = httpx.ASGITransport(application(**limits))
    return httpx.AsyncClient(transport=transport, base_url="http://shop")


async def _chunks(count, size, pause=0.0):
    for _ in range(count):
        yield b"x" * size
        await asyncio.sleep(pause)


async def test_a_body_over_the_limit_is_refused_by_its_length():
    async with shop(body=100) as client:
        fits = await client.post("/v1/things/raw", content=b"x" * 100)
        over = await client.post("/v1/things/raw", content=b"x" * 101)

    assert fits.json() == {"length": 100}
    assert (over.status_code, over.json()["code"]) == (413, "body_too_large")


async def test_a_body_over_the_limit_is_refused_without_a_length():
    async with shop(body=100) as client:
        fits = await client.post("/v1/things/raw", content=_chunks(10, 10))
        over = await client.post("/v1/things/raw", content=_chunks(11, 10))

    assert (fits.status_code, over.status_code) == (200, 413)


@pytest.mark.parametrize("length", ["9" * 5_000, "1000000000000"])
async def test_an_absurd_length_is_refused(length):
    async with shop() as client:
        answer = await client.post("/v1/things/raw", headers={"Content-Length": length})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("path", "kind", "most"),
    [
        ("/v1/tiers", b"application/json", 256 * 1024),
        ("/v1/order-events", b"application/json", 256 * 1024),
        ("/v1/order-events/batch", b"application/json", 4 * 1024**2),
        ("/v1/order-events/batch", b"application/x-ndjson; charset=utf-8", 16 * 1024**2),
        ("/v1/inbound/shop", b"application/json", 1024**2),
        ("/v1/definition", b"application/json", 2 * 1024**2),
        ("/v1/preview", b"application/json", 2 * 1024**2),
    ],
)
def test_each_kind_of_route_has_its_limit(path, kind, most):
    scope = {"type": "http", "path": path, "headers": [(b"content-type", kind)]}

    assert Limits().body_of(scope) == most


@pytest.mark.parametrize(
    ("path", "query", "seconds"),
    [
        ("/v1/tiers", b"", 30),
        ("/v1/tiers", b"existing=keep&dry_run=true", 300),
        ("/v1/tiers", b"dry_run=false", 30),
        ("/v1/preview", b"", 300),
        ("/v1/exports/members.csv", b"", 600),
        ("/v1/changes", b"wait=25", None),
    ],
)
def test_each_kind_of_route_has_its_time(path, query, seconds):
    scope = {"type": "http", "path": path, "query_string": query}

    assert Limits().seconds_of(scope) == seconds


async def test_a_slow_body_is_given_up():
    async with shop(body_seconds=0.2) as client:
        began = time.monotonic()
        answer = await client.post("/v1/things/raw", content=_chunks(50, 1, pause=0.05))

    assert (answer.status_code, answer.headers["Connection"]) == (408, "close")
    assert time.monotonic() - began < 2


async def test_a_request_that_takes_too_long_is_given_up():
    async with shop(request_seconds=0.1) as client:
        answer = await client.get("/v1/things/wait/5")

    assert answer.status_code == 503


async def test_more_requests_than_there_are_places_are_sent_away():
    async with shop(at_once=2) as client:
        waiting = [asyncio.create_task(client.get("/v1/things/wait/0.3")) for _ in range(2)]
        await asyncio.sleep(0.1)
        third = await client.get("/v1/things/a")
        await asyncio.gather(*waiting)
        fourth = await client.get("/v1/things/a")

    assert (third.status_code, third.headers["Retry-After"]) == (503, "1")
    assert fourth.status_code == 200


async def test_who_sends_slowly_takes_no_place_from_who_has_sent():
    async with shop(at_once=2) as client:
        slow = [
            asyncio.create_task(client.post("/v1/things/raw", content=_chunks(10, 1, pause=0.05)))
            for _ in range(ARRIVING * 2)
        ]
        await asyncio.sleep(0.1)
        quick = await client.get("/v1/things/a")
        one_more = await client.post("/v1/things/raw", content=b"x")
        statuses = [answer.status_code for answer in await asyncio.gather(*slow)]

    assert (quick.status_code, one_more.status_code) == (200, 503)
    assert statuses.count(200) >= 2


def test_a_place_is_taken_when_a_body_is_whole_and_given_back_in_the_end():
    places = Places(at_once=1)
    first, second = (places.enter(arrives=True) for _ in range(2))
    first.work()

    with pytest.raises(Unavailable):
        second.work()
    first.end()
    second.work()
    second.end()

    assert (places.working, places.arriving) == (0, 0)


def test_only_some_bodies_may_be_on_their_way():
    places = Places(at_once=2)
    visits = [places.enter(arrives=True) for _ in range(ARRIVING * 2)]

    with pytest.raises(Unavailable):
        places.enter(arrives=True)
    assert places.enter(arrives=False)
    visits[0].end()
    assert places.enter(arrives=True)


def test_all_bodies_together_have_a_limit_but_those_that_are_not_kept():
    places = Places(at_once=2)
    kept, passing = places.enter(arrives=True), places.enter(arrives=True, is_kept=False)
    passing.took(MOST_BYTES + 1)
    kept.took(MOST_BYTES)

    with pytest.raises(Unavailable):
        kept.took(1)
    kept.end()
    passing.end()

    assert (places.bytes, places.arriving) == (0, 0)


@pytest.mark.parametrize("headers", [[("X-Long", "x" * 17_000)], [("A", "b")] * 3_000])
async def test_headers_have_a_limit(headers):
    async with shop() as client:
        answer = await client.get("/v1/things/a", headers=headers)

    assert answer.status_code == 431
