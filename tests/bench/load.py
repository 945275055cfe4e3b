"""The load generator: a process of its own on raw keep-alive sockets.

    python -m tests.bench.load < plan.json

A plan says what is sent, over how many connections, for how long, and how often: without a rate
each connection sends as soon as it was answered; with one, requests have planned moments, and
their latency counts from these. What comes in the first `warm` seconds is not counted.
"""

import asyncio
import json
import random
import sys
import time
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count

import uvloop

from tests.api import deliveries

LINE = {
    "variant_id": 39072856,
    "product_id": 632910392,
    "title": "IPod Nano - 8gb",
    "sku": "IPOD2008GREEN",
    "quantity": 1,
    "price": "25.00",
    "total_discount": "0.00",
    "discount_allocations": [],
    "taxable": True,
    "requires_shipping": True,
    "fulfillment_service": "manual",
    "properties": [],
}
END = b"\r\n\r\n"
PATIENCE = 30.0


class Connection(asyncio.Protocol):
    """One request at a time; `answered(connection, status)` is called for each answer."""

    def __init__(self, answered):
        self.answered = answered
        self.received = b""
        self.planned = 0.0

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, _):
        self.answered(self, 0)

    def send(self, request, planned):
        self.planned = planned
        self.transport.write(request)

    def data_received(self, data):
        self.received += data
        head = self.received.find(END)
        if head < 0:
            return
        at = self.received.lower().find(b"content-length:", 0, head)
        length = int(self.received[at + 15 : self.received.find(b"\r", at)]) if at >= 0 else 0
        if len(self.received) < head + len(END) + length:
            return
        status = int(self.received[9:12])
        self.received = b""
        self.answered(self, status)


class Load:
    connects = Connection

    def __init__(self, plan):
        self.plan = plan
        self.requests = requests_of(plan)
        self.latencies = []
        self.statuses = {}
        self.idle = deque()  # in turn: one that is left aside for long is closed
        self.waiting = deque()
        self.ends = 0.0
        self.counts_from = 0.0
        self.all_idle = asyncio.Event()

    async def run(self):
        loop = asyncio.get_running_loop()
        for _ in range(self.plan["connections"]):
            _, connection = await loop.create_connection(
                lambda: self.connects(self.answered), "127.0.0.1", self.plan["port"]
            )
            self.idle.append(connection)
        begun = time.perf_counter()
        self.counts_from = begun + self.plan["warm"]
        self.ends = self.counts_from + self.plan["seconds"]
        if self.plan.get("rate"):
            await self.planned(begun)
        else:
            await self.flat_out()
        return self.told(time.perf_counter() - self.counts_from)

    async def flat_out(self):
        while self.idle:
            self.idle.popleft().send(next(self.requests), time.perf_counter())
        await asyncio.sleep(self.ends - time.perf_counter())

    async def planned(self, begun):
        seconds = self.plan["warm"] + self.plan["seconds"]
        for number in range(int(self.plan["rate"] * seconds)):
            moment = begun + number / self.plan["rate"]
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            self.all_idle.clear()
            if self.idle:
                self.idle.popleft().send(next(self.requests), moment)
            else:
                self.waiting.append(moment)
        with suppress(TimeoutError):  # what falls behind shows in the rate
            await asyncio.wait_for(self.all_idle.wait(), PATIENCE)

    def answered(self, connection, status):
        now = time.perf_counter()
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if (connection.planned if self.plan.get("rate") else now) >= self.counts_from:
            self.latencies.append(now - connection.planned)
        if status == 0:
            return
        if self.waiting:
            connection.send(next(self.requests), self.waiting.popleft())
        elif self.plan.get("rate") or now >= self.ends:
            self.idle.append(connection)
            if len(self.idle) == self.plan["connections"]:
                self.all_idle.set()
        else:
            connection.send(next(self.requests), now)

    def told(self, seconds):
        """Seconds are those in which answers were counted."""
        ordered = sorted(self.latencies)
        at = {name: ordered[int(len(ordered) * share)] * 1000 for name, share in SHARES.items()}
        return {
            "answers": len(ordered),
            "per_second": len(ordered) / seconds,
            "bad": sum(n for status, n in self.statuses.items() if status != 200),
            **at,
        }


SHARES = {"p50": 0.5, "p99": 0.99}


def requests_of(plan):
    return KINDS[plan["kind"]](plan, random.Random(plan["seed"]))


def reads(plan, rng):
    while True:
        customer = plan["customer"] or f"c-{rng.randrange(plan['customers'])}"
        yield request("GET", f"/v1/customers/{customer}", plan)


def orders(plan, rng):
    """Told by API."""
    for event in events(plan, rng):
        yield request("POST", "/v1/order-events", plan, json.dumps(event).encode())


def standard(plan, rng):
    """The same, signed as Standard Webhooks are."""
    for event in events(plan, rng):
        body = json.dumps(event).encode()
        headers = deliveries.standard(body, datetime.now(UTC), message=event["event_id"])
        yield request("POST", plan["path"], {}, body, headers)


def shopify(plan, rng):
    """Orders of three lines as Shopify posts them."""
    for event in events(plan, rng):
        order = event["order"]
        said = deliveries.shopify_order(
            id=order["id"],
            customer={"id": order["customer_id"]},
            total_price=order["total"],
            processed_at=plan["at"],
            updated_at=plan["at"],
            line_items=[{**LINE, "id": number} for number in (1, 2, 3)],
        )
        body = json.dumps(said).encode()
        yield request("POST", plan["path"], {}, body, deliveries.shopify(body))


def events(plan, rng):
    for number in count():
        name = f"{plan['run']}-{number}"
        customer = plan["customer"] or f"c-{rng.randrange(plan['customers'])}"
        yield {
            "event_id": name,
            "type": "order.snapshot",
            "occurred_at": plan["at"],
            "order": {
                "id": name,
                "status": "paid",
                "customer_id": customer,
                "currency": "EUR",
                "total": f"{rng.randrange(1_000, 30_000) / 100:.2f}",
                "paid_at": plan["at"],
            },
        }


def request(method, path, plan, body=b"", headers=None):
    given = {"Authorization": f"Bearer {plan['key']}"} if "key" in plan else {}
    told = {"Host": "bench", "Content-Type": "application/json", **given, **(headers or {})}
    told["Content-Length"] = len(body)
    lines = "".join(f"{name}: {said}\r\n" for name, said in told.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


KINDS = {"read": reads, "orders": orders, "standard": standard, "shopify": shopify}

if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.stdout.write(json.dumps(runner.run(Load(json.load(sys.stdin)).run())))
