"""Local shops that answer as their platforms document it, and can be made to fail.

Each holds its customers in plain sight: `held(customer)` is what a person would see there.
"""

import asyncio
import json
import re
from base64 import b64encode
from collections import deque
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_network
from typing import ClassVar

from app.kit.outgoing import Outgoing

RESET, LOST = "reset", "lost"  # nothing done; done, but the answer never comes


class Shop:
    """`faults`: what becomes of the next requests; None lets one through.

    `asked`: every request that came, as (method, path). `most_at_once`: open at the same time.
    `answers`: cleared, it holds every answer back, though what was asked for is done.
    """

    def __init__(self, customers):
        self.customers = {str(one): self.nothing() for one in customers}
        self.faults = deque()
        self.asked = []
        self.arrived = asyncio.Event()
        self.answers = asyncio.Event()
        self.answers.set()
        self.most_at_once = self._at_once = 0
        self.url = self.outgoing = None
        self.writers = []

    async def serve(self, reader, writer):
        self.writers.append(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while await self._one(reader, writer):
                pass
        writer.close()

    async def _one(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        pairs = (line.partition(": ") for line in head[1:] if line)
        headers = {name.lower(): value for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        self.asked.append((method, path))
        self.arrived.set()
        fault = self.faults.popleft() if self.faults else None
        answer = fault if isinstance(fault, tuple) else (200, {}, b"")
        if fault in (None, LOST):
            answer = self.answer(method, path, headers, body)
        await asyncio.sleep(0)
        await self.answers.wait()
        self._at_once -= 1
        if fault in (RESET, LOST):
            writer.transport.abort()
            return False
        writer.write(_written(*answer))
        await writer.drain()
        return True

    def answer(self, method, path, headers, body):
        """(status, headers, bytes) of a request, once it is done."""
        if not self.knows(headers):
            return 401, {}, b'{"message": "Unauthorized"}'
        content = json.loads(body) if body else None
        status, said = self.does(method, path.partition("?")[0], content)
        return status, {}, b"" if said is None else json.dumps(said).encode()


class Shopify(Shop):
    """GraphQL: errors are a 200, mutations run in order, tags differ in more than case."""

    CREDENTIALS: ClassVar = {"access_token": "shpat_test"}
    PLATFORM = "shopify"

    @staticmethod
    def nothing():
        return {"tags": ["wholesale", "tier-fan"], "fields": {}}

    def held(self, customer):
        found = self.customers[str(customer)]
        ours = [tag for tag in found["tags"] if tag.lower().startswith("tier:")]
        return (ours[0] if ours else None) if len(ours) < 2 else ours

    def others(self, customer):
        return [tag for tag in self.customers[str(customer)]["tags"] if ":" not in tag]

    def put(self, customer, value):
        tags = self.customers[str(customer)]["tags"]
        tags[:] = [tag for tag in tags if ":" not in tag] + ([value] if value else [])

    def knows(self, headers):
        return headers.get("x-shopify-access-token") == "shpat_test"

    def does(self, method, path, content):
        if (method, bool(re.fullmatch(r"/admin/api/[0-9]{4}-[0-9]{2}/graphql.json", path))) != (
            "POST",
            True,
        ):
            return 404, {"errors": "Not Found"}
        query, given = content["query"], content["variables"]
        declared = set(re.findall(r"\$(\w+): ", query.partition("{")[0]))
        if declared != set(given):
            return 200, {"errors": [{"message": "variables differ from what is declared"}]}
        if query.startswith("query"):
            return 200, {"data": {"customer": self._seen(given)}}
        parts = re.findall(r"(tagsAdd|tagsRemove|metafieldsSet|metafieldsDelete)\(", query)
        return 200, {"data": {name: self._changed(name, given) for name in parts}}

    def _seen(self, given):
        found = self._customer(given["id"])
        if found is None:
            return None
        fields = {name: found["fields"].get(given[name]) for name in ("level", "until")}
        shown = {name: value and {"value": value} for name, value in fields.items()}
        return {"id": given["id"], "tags": list(found["tags"]), **shown}

    def _changed(self, name, given):
        found = self._customer(given.get("id") or _owner(given))
        if found is None:
            return {"userErrors": [{"message": "Customer does not exist"}]}
        if name == "tagsAdd":
            held = {tag.lower() for tag in found["tags"]}
            cut = [part.strip() for tag in given["add"] for part in tag.split(",")]
            found["tags"] += [tag for tag in cut if tag.lower() not in held]
        elif name == "tagsRemove":
            gone = {tag.lower() for tag in given["remove"]}
            found["tags"] = [tag for tag in found["tags"] if tag.lower() not in gone]
        elif name == "metafieldsSet":
            found["fields"] |= {one["key"]: one["value"] for one in given["set"]}
        else:
            for one in given["drop"]:
                found["fields"].pop(one["key"], None)
        return {"userErrors": []}

    def _customer(self, graph_id):
        return self.customers.get(graph_id.removeprefix("gid://shopify/Customer/"))


class WooCommerce(Shop):
    """Metadata: entries with ids; one without an id goes to the first of its key; null deletes."""

    CREDENTIALS: ClassVar = {"consumer_key": "ck_test", "consumer_secret": "cs_test"}
    PLATFORM = "woocommerce"

    @staticmethod
    def nothing():
        return [{"id": 1, "key": "newsletter", "value": "yes"}]

    def held(self, customer):
        found = [
            one["value"] for one in self.customers[str(customer)] if one["key"] == "tier_value"
        ]
        return (found[0] if found else None) if len(found) < 2 else found

    def others(self, customer):
        return [one["key"] for one in self.customers[str(customer)] if "tier" not in one["key"]]

    def put(self, customer, value):
        entries = self.customers[str(customer)]
        entries[:] = [one for one in entries if one["key"] != "tier_value"]
        if value:
            entries.append({"id": 90, "key": "tier_value", "value": value})

    def knows(self, headers):
        return headers.get("authorization") == _basic("ck_test", "cs_test")

    def does(self, method, path, content):
        entries = self.customers.get(path.removeprefix("/wp-json/wc/v3/customers/"))
        if entries is None:
            return 404, {"code": "woocommerce_rest_invalid_id"}
        for one in content["meta_data"] if method == "PUT" else ():
            _update(entries, one)
        return 200, {"id": 7, "meta_data": [dict(one) for one in entries]}


class CsCart(Shop):
    """User groups: 1 and 2 are reserved, 5 to 8 exist; groups that are available are not listed."""

    CREDENTIALS: ClassVar = {"email": "admin@shop.example", "api_key": "key_test"}
    PLATFORM = "cs_cart"
    GROUPS = frozenset({"5", "6", "7", "8"})

    @staticmethod
    def nothing():
        return {"8": "A"}

    def held(self, customer):
        groups = self.customers[str(customer)]
        found = sorted(one for one, status in groups.items() if status == "A" and one != "8")
        return (found[0] if found else None) if len(found) < 2 else found

    def others(self, customer):
        return [one for one in self.customers[str(customer)] if one == "8"]

    def put(self, customer, value):
        groups = self.customers[str(customer)]
        for one in ("5", "6", "7"):
            groups.pop(one, None)
        if value:
            groups[value] = "A"

    def knows(self, headers):
        return headers.get("authorization") == _basic("admin@shop.example", "key_test")

    def does(self, method, path, content):
        found = re.fullmatch(r"/api/users/([0-9]+)/usergroups(?:/([0-9]+))?", path)
        groups = self.customers.get(found[1]) if found else None
        if groups is None:
            return 404, {"message": "Not Found"}
        if method == "GET":
            listed = [
                {"link_id": number, "usergroup_id": one, "status": status}
                for number, (one, status) in enumerate(sorted(groups.items()))
                if status != "F"
            ]
            return 200, listed
        if found[2] not in self.GROUPS or content["status"] not in set("AFPD"):
            return 400, {"message": "Bad Request"}
        groups[found[2]] = content["status"]
        return 200, {"message": "Status has been changed"}


SHOPS = (Shopify, WooCommerce, CsCart)


@asynccontextmanager
async def opened(kind, customers):
    """A shop that listens on loopback."""
    shop = kind(customers)
    server = await asyncio.start_server(shop.serve, "127.0.0.1", 0)
    shop.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    shop.outgoing = Outgoing([ip_network("127.0.0.0/8")])
    yield shop
    await shop.outgoing.close()
    server.close()
    for writer in shop.writers:
        writer.transport.abort()


def _update(entries, said):
    by_id = [one for one in entries if one["id"] == said.get("id")]
    by_key = [one for one in entries if one["key"] == said["key"]]
    found = by_id if said.get("id") else by_key
    if said["value"] is None:
        entries[:] = [one for one in entries if one not in found]
    elif found:
        found[0]["value"] = said["value"]
    else:
        number = max((one["id"] for one in entries), default=0) + 1
        entries.append({"id": number, "key": said["key"], "value": said["value"]})


def _owner(given):
    return (given.get("set") or given.get("drop"))[0]["ownerId"]


def _basic(user, secret):
    return "Basic " + b64encode(f"{user}:{secret}".encode()).decode()


def _written(status, headers, body):
    told = {"content-type": "application/json", "content-length": str(len(body)), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + body
