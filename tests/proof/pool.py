"""P16: requests that are broken off, crowds and locks leave no connection behind.

One replica with a pool of five: clients go away amid a request, two hundred come at once, and a
table is locked for longer than anybody waits.
"""

import asyncio
import time
from contextlib import asynccontextmanager
from random import Random

import asyncpg

from tests.api.facts import snapshot
from tests.proof.campaign import ROOM, Result, Size, console
from tests.proof.findings import at_rest, audited
from tests.proof.ground import AS_ROOT, Replica, ground

ROUNDS = {"smoke": 1, "ci": 3, "release": 100}
ABORTED = {"smoke": 60, "ci": 300, "release": 300}
LOCKED = {"smoke": 3.0, "ci": 8.0, "release": 8.0}
POOL, CROWD, WAITING = 5, 200, 20
PULSE = 1  # a connection beside the pool, which tells whether the database is there
AT_ONCE, SLACK = 2.0, 1.0  # a crowd is read before it is refused
RECOVERY = 5.0
LOCK = "LOCK TABLE members IN ACCESS EXCLUSIVE MODE"
HELD = """
SELECT count(*) FROM pg_stat_activity
 WHERE usename = 'tiers_app' AND state LIKE 'idle in transaction%'"""


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: the pool is let grow beyond its size."""
    return asyncio.run(play(size, seed, blind=blind))


async def play(size, seed, *, blind=False):
    async with ground() as found:
        replica = await pooled(found, WAITING if blind else 0)
        siege = Crowds(found, replica, Random(f"pool/{seed}"), ROOM[size])
        await siege.open()
        async with siege.counted():
            for number in range(ROUNDS[size]):
                await siege.broken_off(ABORTED[size])
                await siege.crowd()
                await siege.locked(LOCKED[size])
                await siege.recovered()
                console.print(f"pool: {number + 1} of {ROUNDS[size]} rounds")
        siege.failures += await at_rest(found.db)
        siege.failures += await audited(found.db)
    counts = {"aborted": siege.aborted, "leaked": siege.leaked}
    counts["recovery_max_s"] = round(siege.recovery, 1)
    return Result(seed, counts, siege.failures)


async def pooled(found, overflow):
    """A replica with that small pool."""
    replica = Replica("pooled", found.server.service_url, found.folder)
    replica.environment |= {"TIERS_POOL": str(POOL), "TIERS_POOL_OVERFLOW": str(overflow)}
    replica.begin()
    found.replicas.append(replica)
    await replica.ready()
    return replica


class Crowds:
    """Who calls the replica, and what becomes of its connections."""

    def __init__(self, found, replica, rng, room):
        self.found, self.replica, self.rng, self.room = found, replica, rng, room
        self.failures, self.headers = [], {}
        self.aborted = self.leaked = self.told = self.most = 0
        self.recovery = 0.0

    async def open(self):
        said = {"key": "pool", "name": "Pool", "currency": "EUR", "time_zone": "UTC"}
        made = await self.replica.client.post("/v1/programs", json=said, headers=AS_ROOT)
        self.headers = {"Authorization": f"Bearer {made.json()['api_key']['key']}"}

    @asynccontextmanager
    async def counted(self):
        """While the connections of the replica are counted, which never pass its pool."""
        looking = asyncio.create_task(self._most())
        yield
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        if self.most > POOL + PULSE:
            self.failures.append(f"{self.most} connections of a pool of {POOL}")

    async def _most(self):
        while True:
            self.most = max(self.most, len(self.found.backends()))
            await asyncio.sleep(0.1)

    async def ask(self):
        """One order told; (answer, seconds)."""
        self.told += 1
        event = snapshot(f"o{self.told}", f"e{self.told}")
        began = time.monotonic()
        answer = await self.replica.client.post(
            "/v1/order-events", json=event, headers=self.headers
        )
        return answer, time.monotonic() - began

    async def broken_off(self, number):
        """Clients that go away between the request and its answer."""

        async def leave():
            try:
                async with asyncio.timeout(self.rng.uniform(0.001, 0.05)):
                    await self.ask()
            except TimeoutError:
                self.aborted += 1

        for _ in range(0, number, WAITING):
            await asyncio.gather(*(leave() for _ in range(WAITING)))

    async def crowd(self):
        self.judge("of a crowd", await asyncio.gather(*(self.ask() for _ in range(CROWD))))

    async def locked(self, seconds):
        """Requests beside a lock: facts wait for a while, and are told in time to come again."""
        connection = await asyncpg.connect(self.found.server.dsn)
        async with connection.transaction():
            await connection.execute(LOCK)
            asked = [asyncio.create_task(self.ask()) for _ in range(WAITING)]
            await asyncio.sleep(seconds)
        await connection.close()
        self.judge("beside a lock", await asyncio.gather(*asked), seconds + AT_ONCE)

    def judge(self, what, told, most=AT_ONCE):
        """Answered, or told in time to come again."""
        for answer, took in told:
            away = answer.status_code == 503 and "Retry-After" in answer.headers
            if answer.status_code != 200 and not away:
                self.failures.append(f"{what}: {answer.status_code} {answer.text[:200]}")
            if away and took > most + SLACK * self.room:
                self.failures.append(f"{what}: refused after {took:.1f} s")

    async def recovered(self):
        """Until as many as the pool holds are served at once, and nobody keeps a transaction."""
        began = time.monotonic()
        while time.monotonic() - began < 3 * RECOVERY * self.room:
            told = await asyncio.gather(*(self.ask() for _ in range(POOL)))
            held = await self._held()
            if not held and all(answer.status_code == 200 for answer, _ in told):
                break
            await asyncio.sleep(0.1)
        else:
            self.leaked += held
            self.failures.append(f"the pool is not full again, {held} are held")
        took = time.monotonic() - began
        self.recovery = max(self.recovery, took)
        if took > RECOVERY * self.room:
            self.failures.append(f"the pool is full again after {took:.1f} s")

    async def _held(self):
        connection = await asyncpg.connect(self.found.server.dsn)
        try:
            return await connection.fetchval(HELD)
        finally:
            await connection.close()
