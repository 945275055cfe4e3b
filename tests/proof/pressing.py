"""The load of a campaign: a process of its own, as the benchmark's, with answers that are kept.

    python -m tests.proof.pressing < plan.json

Beside the benchmark's kinds, `reads` asks for the given paths in turn and tells what each was
answered, and a `flood` is asked `rate` times a second by whichever connections are free: who is
kept waiting sends less, as a client without a queue does. `rotten` of `every` webhooks are not
readable, `poisoned` of them are orders which the campaign's database refuses.
"""

import asyncio
import hashlib
import json
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import cycle

import uvloop

from tests.api import deliveries
from tests.bench import load
from tests.proof.ground import ROOT

POISON, FACTS = "poison", "/v1/order-events"
TICK = 0.002
REQUEST_ID = re.compile(rb"[0-9a-f]{24}")  # of a refusal
LAST_USED = re.compile(rb'"last_used_at":"[^"]*"')  # of the key that asks
END = b"\r\n\r\n"


class Heard(load.Connection):
    """Keeps what was asked and the whole answer."""

    asked = whole = b""

    def send(self, request, planned):
        self.asked, self.whole = request, b""
        super().send(request, planned)

    def data_received(self, data):
        self.whole += data
        super().data_received(data)


class Pressing(load.Load):
    """The benchmark's load; `answers`: path → digests of what was said there."""

    connects = Heard

    def __init__(self, plan):
        super().__init__(plan)
        self.answers = defaultdict(set)
        self.words = Counter()
        self.slowest = 0.0
        self.unsent = 0

    async def flat_out(self):
        """As the benchmark's, and until everybody is answered."""
        await super().flat_out()
        async with asyncio.timeout(load.PATIENCE):
            await self.all_idle.wait()

    async def planned(self, begun):
        if self.plan["kind"] != "flood":
            await super().planned(begun)
            return
        self.counts_from, sent = begun, 0
        while (now := time.perf_counter()) < self.ends:
            due = int((now - begun) * self.plan["rate"]) - sent
            sent += due
            for _ in range(min(due, len(self.idle))):
                due -= 1
                self.idle.popleft().send(next(self.requests), now)
            self.unsent += due
            await asyncio.sleep(TICK)

    def answered(self, connection, status):
        self.slowest = max(self.slowest, time.perf_counter() - connection.planned)
        if self.plan["kind"] == "reads" and status:
            path = connection.asked.split(b" ", 2)[1].decode()
            self.answers[path].add(digest(status, connection.whole))
        if self.plan["kind"] == "webhooks" and status:
            self.words.update(word_of(connection.whole))
        super().answered(connection, status)

    def told(self, seconds):
        found = super().told(seconds)
        if self.plan["kind"] == "flood":
            found["per_second"] = sum(self.statuses.values()) / seconds
        return {
            **found,
            "statuses": self.statuses,
            "slowest": self.slowest,
            "unsent": self.unsent,
            "words": self.words,
            "answers": {path: sorted(said) for path, said in self.answers.items()},
        }


def digest(status, whole):
    """One text for equal answers: status, ETag and body, without what names the request."""
    head, _, body = whole.partition(END)
    tag = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"etag:")), b"")
    if status >= 400:
        body = REQUEST_ID.sub(b"", body)
    said = b"\n".join([b"%d" % status, tag, LAST_USED.sub(b"", body)])
    return hashlib.sha256(said).hexdigest()[:16]


def word_of(whole):
    """What became of the events of a delivery."""
    said = json.loads(whole.partition(END)[2])
    return [f"{one['outcome']}:{one['reason'] or '-'}" for one in said.get("results", ())]


def webhooks(plan, rng):
    """Orders under Standard Webhooks, some of them bad in the way that the plan says."""
    for number, event in enumerate(load.events(plan, rng)):
        if number % plan.get("every", 1) < plan.get("poisoned", 0):
            event["order"]["id"] = f"{POISON}-{event['order']['id']}"
        if number % plan.get("every", 1) < plan.get("rotten", 0):
            event["order"]["total"] = "a lot"
        body = json.dumps(event).encode()
        headers = deliveries.standard(body, datetime.now(UTC), message=event["event_id"])
        yield load.request("POST", plan["path"], {}, body, headers)


def reads(plan, _):
    for path in cycle(plan["paths"]):
        yield load.request("GET", path, plan)


def flood(plan, rng):
    """Reads, or facts told by API, of one key."""
    if plan["path"] == FACTS:
        for event in load.events(plan, rng):
            yield load.request("POST", FACTS, plan, json.dumps(event).encode())
    while True:
        yield load.request("GET", plan["path"], plan)


load.KINDS |= {"webhooks": webhooks, "reads": reads, "flood": flood}


async def pressed(**plan):
    """What the load tells of a plan, whatever it was answered."""
    given = {"seed": 1, "warm": 0.0, "customer": None, "run": "r", **plan}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.proof.pressing",
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        told, _ = await process.communicate(json.dumps(given).encode())
    finally:
        if process.returncode is None:
            process.kill()
    return json.loads(told)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(Pressing(json.load(sys.stdin)).run())
    sys.stdout.write(json.dumps(found))
