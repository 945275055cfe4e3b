"""Senders who tell facts, ask for checks and edit the rules until they are answered.

Each is one task; it tells the next thing when the one before is answered. What no replica answers
is told again, as every real sender does. `Ledger` keeps what was answered.
"""

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import uuid4

import httpx2 as httpx

from tests.proof.ground import AS_ROOT
from tests.proof.operators import RULES, Operator, definition
from tests.proof.orders import Shop

LINES = {"Content-Type": "application/x-ndjson"}
STARTS = date(2026, 3, 2)
AMOUNTS = [10_000, 50_000, 100_000]
GROUPS = ["o1", "o2"]
PATIENCE = 180.0  # seconds: beyond the longest lease of a slice that a crash left claimed


@dataclass
class Ledger:
    """What was answered: `facts` (program, source, event id, outcome), and ids of the rest.

    `broken`: answers that no sender should get. `heard`: the events of each program, each
    sender's in the order in which they were answered.
    """

    facts: list[tuple] = field(default_factory=list)
    heard: dict[str, list] = field(default_factory=dict)
    overrides: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    versions: set[tuple] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    seen: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)

    @property
    def acked(self):
        return len(self.facts) + len(self.overrides) + len(self.checks) + len(self.versions)


class Program:
    """A program on several replicas; `line` says something until one of them answers."""

    def __init__(self, ground, ledger, rng, *, sandbox=False):
        self.ground, self.ledger, self.rng, self.sandbox = ground, ledger, rng, sandbox
        self.key = f"proof-{uuid4().hex[:16]}"
        self.today = STARTS if sandbox else date.today()  # noqa: DTZ011 - orders near today
        self.headers = {}
        self.customers = []
        ledger.heard[self.key] = []

    async def say(self, method, path, body=None, *, headers=None, **more):
        """The answer of some replica, after as many tries as it takes."""
        given = {**self.headers, **(headers or {})}
        while True:
            replica = self.rng.choice(self.ground.replicas)
            try:
                answer = await replica.client.request(
                    method, f"/v1{path}", json=body, headers=given, **more
                )
            except httpx.TimeoutException:
                self.ledger.seen["late"] += 1
            except httpx.TransportError:
                self.ledger.seen["cut"] += 1
            else:
                self.ledger.seen[answer.status_code] += 1
                if answer.status_code < 500:
                    return answer
                if answer.status_code != 503 or "Retry-After" not in answer.headers:
                    self.ledger.broken.append(f"{method} {path}: {answer.status_code}")
                self.ledger.refused[f"{method} {path.split('/')[1]} {answer.text[:200]}"] += 1
            await asyncio.sleep(self.rng.uniform(0.05, 0.3))

    async def make(self):
        body = {"key": self.key, "name": "Proof", "currency": "EUR", "sandbox": self.sandbox}
        body |= {"time_zone": RULES["time_zone"]}
        if self.sandbox:
            body["today"] = STARTS.isoformat()
        made = await self.say("POST", "/programs", body, headers=AS_ROOT)
        assert made.status_code == 201, made.text
        self.headers = {"Authorization": f"Bearer {made.json()['api_key']['key']}"}
        any_tag = {"If-Match": "*"}
        put = await self.say("PUT", "/definition", definition(), headers=any_tag)
        assert put.status_code == 200, put.text

    async def settle(self, patience):
        """A check of everybody: what an edit left to the next check counts from then on."""
        deadline = time.monotonic() + patience
        answer = await self.post("/checks", {})
        while answer.status_code == 409 and time.monotonic() < deadline:
            await asyncio.sleep(0.2)  # another one is under way
            answer = await self.post("/checks", {})
        if answer.status_code != 202:
            newest = await self.say("GET", "/checks?limit=1")
            self.ledger.broken.append(
                f"the last check: {answer.status_code} {answer.text}, beside {newest.text}"
            )

    async def post(self, path, body):
        """A POST that may be told twice and acts once."""
        return await self.say("POST", path, body, headers={"Idempotency-Key": uuid4().hex})


class Sender:
    """Tells the facts of customers that are its own."""

    def __init__(self, program, number, seed):
        self.program, self.rng = program, Random(seed)
        self.shop = Shop(self.rng, RULES, AMOUNTS, count=number * 1_000_000)
        self.people = [f"c{number}-{one}" for one in range(self.rng.choice([2, 5, 9]))]

    async def run(self, ended):
        while not ended.is_set():
            await self.act()
            await asyncio.sleep(self.rng.uniform(0, 0.04))

    async def act(self):
        pick = self.rng.random()
        if pick < 0.6:
            await self.single(self.event())
        elif pick < 0.9:
            events = [self.event() for _ in range(self.rng.randint(2, 8))]
            await self.several(events, {"body": {"events": events}})
        else:
            events = [self.event() for _ in range(self.rng.randint(5, 30))]
            body = "\n".join(map(json.dumps, events))
            await self.several(events, {"content": body, "headers": LINES})

    async def single(self, event):
        answer = await self.program.say("POST", "/order-events", event)
        if answer.status_code == 409:
            self.note(event, "conflict")
        elif answer.status_code == 200:
            self.note(event, answer.json()["outcome"])
        else:
            self.program.ledger.broken.append(f"{event}: {answer.status_code} {answer.text}")

    async def several(self, events, said):
        answer = await self.program.say("POST", "/order-events/batch", **said)
        if answer.status_code != 200:
            self.program.ledger.broken.append(f"batch: {answer.status_code} {answer.text}")
            return
        for event, one in zip(events, answer.json()["results"], strict=True):
            word = "conflict" if one["reason"] == "event_conflict" else one["outcome"]
            self.note(event, word)

    def note(self, event, word):
        ledger, program = self.program.ledger, self.program
        ledger.facts.append((program.key, event["source"], event["event_id"], word))
        if word == "quarantined":
            ledger.broken.append(f"quarantined: {event}")
        if word != "conflict":
            ledger.heard[program.key].append(event)
        customer = event["order"].get("customer_id")
        if customer and word != "conflict":
            program.customers.append(customer)

    def event(self):
        shop, rng, today = self.shop, self.rng, self.program.today
        pick = rng.random()
        if pick < 0.5 or not shop.last:
            return shop.fresh(today, rng.choice([*self.people, None]), rng.choice([*GROUPS, None]))
        if pick < 0.75:
            return shop.change(today, self.people, GROUPS)
        return rng.choice([
            lambda: shop.refund_event(today), lambda: shop.deleted(today),
            shop.late, shop.again, shop.again, shop.conflict,
        ])()  # fmt: skip


@dataclass
class Load:
    """Programs with their senders and operators at work; `stop` waits for the last answers."""

    ledger: Ledger
    programs: list[Program]
    ended: asyncio.Event
    tasks: list[asyncio.Task]

    @classmethod
    async def begin(cls, ground, rng, *, programs=3, senders=2):
        ledger = Ledger()
        made = [
            Program(ground, ledger, Random(rng.random()), sandbox=number % 2 == 1)
            for number in range(programs)
        ]
        await asyncio.gather(*(program.make() for program in made))
        ended = asyncio.Event()
        workers = [Operator(program, rng.random()) for program in made]
        workers += [
            Sender(program, number, rng.random()) for program in made for number in range(senders)
        ]
        tasks = [asyncio.create_task(one.run(ended)) for one in workers]
        return cls(ledger, made, ended, tasks)

    async def stop(self, patience=PATIENCE):
        """Let everybody end what they are about; who is not answered by then is reported.

        Then each program has one more check, as the last edit may have asked for none.
        """
        self.ended.set()
        _, waiting = await asyncio.wait(self.tasks, timeout=patience)
        for task in waiting:
            task.cancel()
        if waiting:
            self.ledger.broken.append(f"{len(waiting)} were not answered within {patience} s")
        await asyncio.gather(*self.tasks, return_exceptions=bool(waiting))
        if not waiting:
            await asyncio.gather(*(program.settle(patience) for program in self.programs))
