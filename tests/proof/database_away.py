"""P7: the database is away, slow, used up or full; every route says so, nothing stays half done."""

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from random import Random
from uuid import uuid4

from app.main import openapi_document
from tests.proof.campaign import ROOM, Result, Size, console
from tests.proof.crash_app import found_after
from tests.proof.crash_postgres import RECOVERY, commits
from tests.proof.ground import Replica, ground, throw_away
from tests.proof.outages import BlackHole, DiskFull, Late, Stopped, UsedUp, small_disk
from tests.proof.proxy import Proxy
from tests.proof.senders import Load

ROUNDS = {"smoke": 1, "ci": 1, "release": 20}
SECONDS = {"smoke": 2.0, "ci": 8.0, "release": 20.0}
STOPPED = {"smoke": 4.0, "ci": 20.0, "release": 20.0}
REPLICAS = 2
AT_ONCE = 2.0
IN_THE_END = 31.0  # no request may take longer, whatever the database does
SLACK = 0.5
LANES = {True: 1, False: 12}  # of a database that is away, and of one that is only slow
REMEMBERED = 1.5  # seconds for which a key is known without the database, and a bit
SHOWN = 40
PROBES = {"GET /healthz", "GET /readyz"}


@dataclass
class Weather:
    """What came of the outages. `away`, `slow`: seconds that answers took, by route."""

    size: Size
    failures: list[str] = field(default_factory=list)
    away: list[tuple[str, float]] = field(default_factory=list)
    slow: list[tuple[str, float]] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    faults: int = 0
    audit: int = 0

    def counts(self):
        return {
            "faults": self.faults,
            "slowest_answer_s": round(max((took for _, took in self.away), default=0.0), 2),
            "recovery_max_s": round(max(self.recoveries, default=0.0), 1),
            "audit": self.audit,
        }

    def late(self):
        """What took longer than I38 allows."""
        most, room = {AT_ONCE: self.away, IN_THE_END: self.slow}, ROOM[self.size]
        found = [
            f"{path} took {took:.1f} s"
            for seconds, answers in most.items()
            for path, took in answers
            if took > seconds + (AT_ONCE * (room - 1) + SLACK)
        ]
        return found + [
            f"serving again after {one:.1f} s" for one in self.recoveries if one > RECOVERY * room
        ]


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: the database is not away at all."""
    return asyncio.run(play(size, seed, blind=blind))


async def play(size, seed, *, blind=False):
    operations()  # which takes a second, and nobody is to wait for it amid an outage
    weather, rng = Weather(size), Random(f"database-away/{seed}")
    await through(weather, (Stopped, BlackHole, Late, UsedUp), rng, blind=blind)
    if size == "release":
        try:
            await through(weather, (DiskFull,), rng, blind=blind, place=small_disk)
        except PermissionError as error:
            console.print(f"database-away: a full disk is not possible here: {error}")
    return Result(seed, weather.counts(), [*weather.failures[:SHOWN], *weather.late()[:SHOWN]])


async def through(weather, kinds, rng, *, blind, place=throw_away):
    """Load on a ground of its own through so many rounds of these outages; then the audit."""
    async with ground(place=place) as found, Proxy(found) as proxy, replicas(found, proxy):
        load = await Load.begin(found, rng, senders=1)
        for number in range(ROUNDS[weather.size] * len(kinds)):
            await asyncio.sleep(2)
            outage = kinds[number % len(kinds)](found, proxy)
            await endured(weather, found, outage, load.programs[0].headers, rng, blind=blind)
        await load.stop()
        await found.db.engine.dispose()
        more, counts = await found_after(found.db, load)
    weather.failures += more
    weather.audit += counts["audit"]


@asynccontextmanager
async def replicas(found, proxy):
    """Replicas that reach their database through the proxy, and end before it."""
    made = [Replica(f"replica{number}", proxy.url, found.folder) for number in range(REPLICAS)]
    found.replicas += made
    for one in made:
        one.begin()
    await asyncio.gather(*(one.ready() for one in made))
    yield
    await asyncio.gather(*(one.close() for one in made))


async def endured(weather, found, outage, headers, rng, *, blind):
    if not blind:
        await outage.leave()
    walk = Walk(weather, found.replicas, outage, headers)
    await walk.go(rng)
    if not outage.away and not walk.served:
        weather.failures.append(f"{type(outage).__name__}: nobody was served")
    if not blind:
        await outage.come_back()
    began = await found.answers()
    await asyncio.gather(*(commits(replica, began) for replica in found.replicas))
    weather.recoveries.append(time.monotonic() - began)
    weather.faults += 1
    told = f"{walk.answers} answers, the slowest {walk.slowest:.1f} s"
    console.print(f"database-away: {type(outage).__name__}, {told}")


class Walk:
    """Asks everything of every replica, again and again; judges each answer."""

    def __init__(self, weather, replicas, outage, headers):
        self.weather, self.replicas, self.outage = weather, replicas, outage
        self.headers = {**headers, "If-Match": "*"}
        self.answers, self.served, self.slowest = 0, 0, 0.0
        self.began = time.monotonic()

    async def go(self, rng):
        """For the seconds of this size; a database that is away is asked for everything once."""
        size, away = self.weather.size, self.outage.away
        seconds = (STOPPED if isinstance(self.outage, Stopped) else SECONDS)[size]
        until = time.monotonic() + seconds
        asked = self._asked(rng, until, whole=away)
        await asyncio.gather(*(self._lane(asked) for _ in range(LANES[away])))

    def _asked(self, rng, until, *, whole):
        """(replica, method, path) until then, and the first round to its end if it is `whole`."""
        rounds = 0
        while rounds == 0 or time.monotonic() < until:
            found = [*operations(), *(tuple(one.split()) for one in sorted(PROBES))]
            for method, path in found if whole else rng.sample(found, len(found)):
                if time.monotonic() > until and not (whole and rounds == 0):
                    return
                for replica in self.replicas:
                    yield replica, method, path
            rounds += 1

    async def _lane(self, asked):
        for replica, method, path in asked:
            began = time.monotonic()
            answer = await replica.client.request(
                method, path, headers=self.headers, **body_of(method)
            )
            self._judge(f"{method} {path}", answer, began)

    def _judge(self, name, answer, began):
        took, early = time.monotonic() - began, began - self.began < REMEMBERED
        self.answers += 1
        self.served += answer.status_code < 500
        self.slowest = max(self.slowest, took)
        (self.weather.away if self.outage.away else self.weather.slow).append((name, took))
        status, told = answer.status_code, f"{type(self.outage).__name__}: {name}: "
        right = status == 200 if name == "GET /healthz" else status == 503
        away = self.outage.away and (not early or name in PROBES)
        if not right and (away or status >= 500 or name == "GET /healthz"):
            self.weather.failures.append(f"{told}{status} {answer.text[:200]}")
        elif status == 503 and "Retry-After" not in answer.headers:
            self.weather.failures.append(f"{told}without Retry-After")


@cache
def operations():
    """(method, path) of every documented operation, with ids that could be somebody's."""
    found = []
    named = {"id}": str(uuid4()), "date}": "2026-11-22", "version}": "1", "n}": "1"}
    for template, item in openapi_document()["paths"].items():
        head, *rest = template.split("{")
        filled = [
            next((v for k, v in named.items() if part.split("/")[0].endswith(k)), "a")
            for part in rest
        ]
        tails = [part.partition("}")[2] for part in rest]
        path = head + "".join(one + tail for one, tail in zip(filled, tails, strict=True))
        if template.startswith("/v1/"):
            found += [(method.upper(), path) for method in item]
    return found


def body_of(method):
    return {"json": {}} if method in {"POST", "PUT", "PATCH"} else {}
