"""Shops whose APIs answer as their platforms document them, and can be made to fail.

`orders`: id → the document as the platform has it. `faults`: what becomes of the next requests,
None lets one through. `asked`: every request as (method, path with query).
"""

import asyncio
import json
from base64 import b64encode
from collections import deque
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from app.inbound.fetching.errands import shops_of
from app.inbound.fetching.notified import FetchErrand
from app.inbound.fetching.reconciling import PollErrand
from app.kit.loops import ErrandLoop
from app.kit.outgoing import Outgoing

LOOPBACK = [ip_network("127.0.0.0/8")]
UNAUTHORIZED = (401, {}, {"errors": "Invalid API key or access token"})
NOT_FOUND = (404, {}, {"errors": "Not Found"})


class Asked(NamedTuple):
    method: str
    path: str
    query: dict
    headers: dict
    body: bytes


class Api:
    """What the platforms' APIs share."""

    credentials = {"access_token": "shpat_secret_of_the_shop"}  # noqa: RUF012

    def __init__(self):
        self.orders = {}
        self.faults = deque()
        self.asked = []
        self.before = None  # called before each answer
        self.url = ""

    def as_set(self, **more):
        """The source's `api`."""
        return {"url": self.url, "credentials": self.credentials, **more}

    async def serve(self, reader, writer):
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await self._one(reader, writer)
        writer.close()

    async def _one(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _ = head[0].split(" ")
        pairs = (line.partition(": ") for line in head[1:] if line)
        headers = {name.lower(): value for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.asked.append((method, path))
        if self.before:
            self.before(path)
        fault = self.faults.popleft() if self.faults else None
        status, more, said = fault or self._answer(_asked(method, path, headers, body))
        data = (
            b"" if said is None else said if isinstance(said, bytes) else json.dumps(said).encode()
        )
        told = {"content-type": "application/json", **more, "content-length": str(len(data))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        writer.write(f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + data)
        await writer.drain()

    def _answer(self, asked):
        return self.answer(asked) if self.knows(asked) else UNAUTHORIZED

    def knows(self, asked):
        raise NotImplementedError

    def answer(self, asked):
        raise NotImplementedError

    def changed(self, since, until, name):
        """The documents changed in a window, in the order of their ids."""
        found = [self.orders[one] for one in sorted(self.orders, key=int)]
        return [one for one in found if since <= one[name] <= until]


class Shopify(Api):
    """Lists have cursors in a Link header; a page then takes no other condition."""

    root = "/admin/api/2026-04/orders"

    def __init__(self):
        super().__init__()
        self.cursors = {}

    def knows(self, asked):
        return asked.headers.get("x-shopify-access-token") == self.credentials["access_token"]

    def answer(self, asked):
        if asked.path == f"{self.root}.json":
            return self._listed(asked.query)
        found = self.orders.get(asked.path.removeprefix(f"{self.root}/").removesuffix(".json"))
        return (200, {}, {"order": found}) if found else NOT_FOUND

    def _listed(self, query):
        limit = int(query["limit"])
        if "page_info" in query:
            if query.keys() - {"limit", "page_info"} or query["page_info"] not in self.cursors:
                return 400, {}, {"errors": "Invalid value for page_info"}
            rest = self.cursors[query["page_info"]]
        else:
            assert query["status"] == "any"
            assert query["order"] == "updated_at asc"
            window = (_utc(query["updated_at_min"]), _utc(query["updated_at_max"]))
            found = self.changed(*window, "updated_at")
            rest = sorted(found, key=lambda one: one["updated_at"])
        told, rest = rest[:limit], rest[limit:]
        headers = {}
        if rest:
            cursor = f"c{len(self.cursors)}"
            self.cursors[cursor] = rest
            headers = {
                "Link": f'<{self.url}{self.root}.json?limit=2&page_info={cursor}>; rel="next"'
            }
        return 200, headers, {"orders": told}


class WooCommerce(Api):
    """Lists are paged by number, their bounds are exclusive, headers tell how many there are."""

    credentials = {"consumer_key": "ck_1", "consumer_secret": "cs_2"}  # noqa: RUF012
    root = "/wp-json/wc/v3/orders"

    def knows(self, asked):
        return asked.headers.get("authorization") == _basic("ck_1", "cs_2")

    def answer(self, asked):
        if asked.path != self.root:
            found = self.orders.get(asked.path.removeprefix(f"{self.root}/"))
            return (200, {}, found) if found else NOT_FOUND
        query = asked.query
        assert query["dates_are_gmt"] == "true"
        after, before = query["modified_after"], query["modified_before"]
        found = [
            one
            for one in self.changed("", "~", "date_modified_gmt")
            if after < one["date_modified_gmt"] < before
        ]
        size, page = int(query["per_page"]), int(query["page"])
        headers = {"X-WP-Total": len(found), "X-WP-TotalPages": -(-len(found) // size)}
        return 200, headers, found[(page - 1) * size : page * size]


class CsCart(Api):
    """A list tells little of each order; `params` how many there are."""

    credentials = {"email": "admin@example.com", "api_key": "k1"}  # noqa: RUF012

    def knows(self, asked):
        return asked.headers.get("authorization") == _basic("admin@example.com", "k1")

    def answer(self, asked):
        if asked.path != "/api/orders":
            found = self.orders.get(asked.path.removeprefix("/api/orders/"))
            return (200, {}, found) if found else NOT_FOUND
        query = asked.query
        found = self.changed(query["updated_at_from"], query["updated_at_to"], "updated_at")
        size, page = int(query["items_per_page"]), int(query["page"])
        part = found[(page - 1) * size : page * size]
        told = [{name: one[name] for name in ("order_id", "status", "total")} for one in part]
        return 200, {}, {"orders": told, "params": {"page": page, "total_items": str(len(found))}}


class BigCommerce(Api):
    """Orders of version 2, refunds of version 3; an empty list is a 204."""

    credentials = {"access_token": "bc_secret"}  # noqa: RUF012

    def __init__(self):
        super().__init__()
        self.refunds = {}

    def knows(self, asked):
        return asked.headers.get("x-auth-token") == "bc_secret"

    def answer(self, asked):
        if asked.path == "/v2/orders":
            query = asked.query
            assert query["sort"] == "id:asc"
            found = [one for one in self.orders.values() if one["id"] >= int(query["min_id"])]
            found.sort(key=lambda one: one["id"])
            return (200, {}, found[: int(query["limit"])]) if found else (204, {}, None)
        parts = asked.path.split("/")
        if parts[1] == "v3":
            return 200, {}, self.refunds.get(parts[3], {"data": [], "meta": {}})
        found = self.orders.get(parts[3])
        return (200, {}, found) if found else (404, {}, [{"status": 404, "message": "Not found"}])


class Shopware(Api):
    """A token first, then a search."""

    credentials = {"access_key_id": "SWIA", "secret_access_key": "s3"}  # noqa: RUF012

    def knows(self, asked):
        token = asked.path == "/api/oauth/token"
        return asked.method == "POST" and (
            token or asked.headers.get("authorization") == "Bearer t0"
        )

    def answer(self, asked):
        said = json.loads(asked.body)
        if asked.path == "/api/oauth/token":
            fits = (said["client_id"], said["client_secret"]) == ("SWIA", "s3")
            return (200, {}, {"access_token": "t0"}) if fits else UNAUTHORIZED
        found = [self.orders[one] for one in said["ids"] if one in self.orders]
        return 200, {}, {"total": len(found), "data": found}


@asynccontextmanager
async def serving(api, town):
    """The shop's API on the loopback, which the town's service may call; no work of others."""
    for table in ("source_apis", "fetches", "polls"):
        await town.rows(f"DELETE FROM {table}")
    server = await asyncio.start_server(api.serve, "127.0.0.1", 0)
    api.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    before, town.app.state.outgoing = town.app.state.outgoing, Outgoing(LOOPBACK)
    try:
        yield api
    finally:
        await town.app.state.outgoing.close()
        town.app.state.outgoing = before
        server.close()


class Errands:
    """The background of one process, a unit at a time."""

    def __init__(self, town):
        state = town.app.state
        self.town = town
        self.shops = shops_of(town.db, town.clock, state.seal, state.outgoing)

    async def fetch(self, times=100):
        """How many units there were; the clock goes on meanwhile."""
        return await self._done(FetchErrand(self.shops), times)

    async def poll(self, times=100):
        return await self._done(PollErrand(self.shops), times)

    async def _done(self, errand, times):
        loop = ErrandLoop(self.town.db, self.town.clock, errand, name="test")
        done = 0
        while done < times and await loop.work():
            done += 1
        return done


def _asked(method, path, headers, body):
    place = urlsplit(path)
    query = {name: values[0] for name, values in parse_qs(place.query).items()}
    return Asked(method, place.path, query, headers, body)


def _basic(user, password):
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def _utc(text):
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
