"""P15: whoever sends slowly, half, too much or nothing harms nobody else, and is shown out."""

import asyncio
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from random import Random
from typing import NamedTuple

import psutil

from app.kit.limits import Limits
from app.kit.protocol import TimedProtocol
from tests.api.facts import snapshot
from tests.proof.attacks import Burst, Waiting, bursts, waiting
from tests.proof.campaign import ROOM, Result, Size
from tests.proof.findings import at_rest, audited
from tests.proof.ground import AS_ROOT, ground


class Scale(NamedTuple):
    each: int
    rounds: int
    hurry: int


SCALES = {"smoke": Scale(8, 1, 10), "ci": Scale(200, 1, 1), "release": Scale(500, 18, 1)}
LIMITS = {
    "header": TimedProtocol.header_seconds,
    "body": Limits().body_seconds,
    "idle": TimedProtocol.idle_seconds,
}
SLACK, PATIENCE = 2.0, 15.0
P99_MS, RSS_MB, EXIT_SECONDS = 250.0, 400.0, 20.0
HALF_SENT = 50
BURSTS_AT_ONCE = 2
COMING_SECONDS = 3.0  # all at once they would be a crowd, which is another attack
PAUSE = 0.02
MEGABYTE = 1024 * 1024


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: headers may take as long as they like."""
    return asyncio.run(play(size, seed, blind=blind))


async def play(size, seed, *, blind=False):
    scale = SCALES[size]
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    faults = [f"hurry:{scale.hurry}"] if scale.hurry > 1 else []
    faults += ["defect:wait_for_ever"] if blind else []
    async with ground(faults) as found:
        siege = Siege(found.replicas[0], await member_key(found.replicas[0]), scale, ROOM[size])
        async with siege.watched():
            for _ in range(scale.rounds):
                await siege.round(Random(f"abuse/{seed}"))
        siege.failures += await at_rest(found.db)
        siege.failures += await audited(found.db)
        exit_s = await siege.end()
    return Result(seed, {**siege.counts(), "exit_s": round(exit_s, 1)}, siege.failures)


async def member_key(replica):
    said = {"key": "abuse", "name": "Abuse", "currency": "EUR", "time_zone": "UTC"}
    made = await replica.client.post("/v1/programs", json=said, headers=AS_ROOT)
    return made.json()["api_key"]["key"]


class Siege:
    """One replica, who attacks it, and a healthy client of it."""

    def __init__(self, replica, key, scale, room):
        self.replica, self.key, self.scale, self.room = replica, key, scale, room
        self.failures = []
        self.sockets = self.still_open = 0
        self.took = []
        self.rss = 0

    def counts(self):
        if not self.took:
            return {}
        slowest = sorted(self.took)[int(len(self.took) * 0.99)] * 1000
        found = {"healthy_p99_ms": round(slowest), "rss_mb": round(self.rss / MEGABYTE)}
        if slowest > P99_MS * self.room:
            self.failures.append(f"the healthy client's p99 is {slowest:.0f} ms")
        if found["rss_mb"] > RSS_MB:
            self.failures.append(f"{found['rss_mb']} MB of memory")
        return {"sockets": self.sockets, "still_open": self.still_open, **found}

    @asynccontextmanager
    async def watched(self):
        """While the healthy client calls and the memory is looked at."""
        tasks = [asyncio.create_task(self._calls()), asyncio.create_task(self._looks())]
        yield
        for one in tasks:
            one.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if not isinstance(ended, asyncio.CancelledError):
                self.failures.append(f"the healthy client: {ended!r}")

    async def round(self, rng):
        key, each = self.key.encode(), self.scale.each
        sent = [one for one in bursts(key) for _ in range(each)]
        rng.shuffle(sent)
        held = [self._held(one, rng.uniform(0, COMING_SECONDS)) for one in waiting(key) * each]
        await asyncio.gather(self._fired(iter(sent)), *held)

    async def end(self):
        """SIGTERM beside half-sent requests; after how many seconds the process was gone."""
        kinds = [one for one in waiting(self.key.encode()) if one.limit != "idle"]
        wires = [await self._connected(kinds[n % len(kinds)].first) for n in range(HALF_SENT)]
        await asyncio.sleep(0.2)
        began = time.monotonic()
        self.replica.signal(signal.SIGTERM)
        await self.replica.ended()
        took = time.monotonic() - began
        for _, writer in wires:
            writer.close()
        code = self.replica.process.returncode
        if code or took > EXIT_SECONDS * self.room:
            self.failures.append(f"ended with {code} after {took:.1f} s")
        return took

    async def _connected(self, first):
        self.sockets += 1
        reader, writer = await asyncio.open_connection("127.0.0.1", self.replica.port)
        writer.write(first)
        return reader, writer

    async def _held(self, one: Waiting, after: float):
        """Open until the service ends it, in time."""
        await asyncio.sleep(after)
        reader, writer = await self._connected(one.first)
        dripping = asyncio.create_task(_drip(writer, one.drip))
        try:
            async with asyncio.timeout(LIMITS[one.limit] / self.scale.hurry + SLACK * self.room):
                with suppress(ConnectionError):
                    await reader.read()
        except TimeoutError:
            self.still_open += 1
            self.failures.append(f"{one.name}: still open")
        dripping.cancel()
        writer.close()

    async def _fired(self, sent: Iterator[Burst]):
        async def fire():
            for one in sent:
                await self._fire(one)

        await asyncio.gather(*(fire() for _ in range(BURSTS_AT_ONCE)))

    async def _fire(self, one: Burst):
        reader, writer = await self._connected(one.said)
        said = b""
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(PATIENCE):
                said = await reader.read()
        writer.close()
        answers = [int(part.split()[0]) for part in said.split(b"HTTP/1.1 ")[1:]]
        if len(answers) != 1 or answers[0] not in one.statuses:
            self.failures.append(f"{one.name}: answered {answers}")

    async def _calls(self):
        headers = {"Authorization": f"Bearer {self.key}"}
        for number in count():
            event = snapshot(f"o{number}", f"e{number}")
            calls = [("GET", "/v1/tiers", {}), ("POST", "/v1/order-events", {"json": event})]
            for method, path, more in calls:
                began = time.monotonic()
                answer = await self.replica.client.request(method, path, headers=headers, **more)
                self.took.append(time.monotonic() - began)
                if answer.status_code != 200:
                    self.failures.append(f"the healthy client got {answer.status_code} of {path}")
                await asyncio.sleep(PAUSE)

    async def _looks(self):
        process = psutil.Process(self.replica.process.pid)
        while True:
            self.rss = max(self.rss, process.memory_info().rss)
            await asyncio.sleep(0.5)


async def _drip(writer, byte):
    while byte:
        await asyncio.sleep(0.2)
        writer.write(byte)
