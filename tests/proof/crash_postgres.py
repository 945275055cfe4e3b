"""P6: PostgreSQL is killed under load: the postmaster, one backend, or stopped at once."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from random import Random

from tests.proof.campaign import Result, Size, console
from tests.proof.crash_app import found_after
from tests.proof.findings import execute, until
from tests.proof.ground import ground
from tests.proof.senders import Load

CRASHES = {"smoke": 2, "ci": 20, "release": 200}
RECOVERY = 10.0
PATIENCE = 60.0
MANY = 10
FORGETFUL = [
    "ALTER ROLE tiers_app SET synchronous_commit = off",
    "ALTER SYSTEM SET wal_writer_delay = '10s'",
    "SELECT pg_reload_conf()",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tiers_app'",
]


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: the server answers commits that it has not written."""
    return asyncio.run(play(CRASHES[size], seed, blind=blind))


async def play(crashes, seed, *, blind=False):
    rng = Random(f"crash-postgres/{seed}")
    async with ground((), ()) as found:
        load = await Load.begin(found, rng, programs=2 if crashes < MANY else 3)
        if blind:
            await execute(found.server.superuser_url, FORGETFUL)
        slowest = []
        for number in range(crashes):
            await asyncio.sleep(rng.uniform(1.0, 3.0))
            kind = rng.choice(["postmaster", "postmaster", "backend", "immediate"])
            slowest.append(await crash(found, kind, rng))
            console.print(f"crash-postgres: {number + 1} of {crashes}, {kind}, {slowest[-1]:.1f} s")
        await load.stop()
        await found.db.engine.dispose()  # its connections are those of a server that is no more
        failures, counts = await found_after(found.db, load)
        slow = [f"serving again after {one:.1f} s" for one in slowest if one > RECOVERY]
        counts = {"crashes": crashes, **counts, "recovery_max_s": round(max(slowest), 1)}
        return Result(seed, counts, [*failures, *slow])


async def crash(found, kind, rng):
    """Seconds from when PostgreSQL is back until every replica has committed something."""
    postmaster, backends = found.server.pid, found.backends()
    match kind:
        case "postmaster":
            os.kill(postmaster, signal.SIGKILL)
        case "immediate":
            os.kill(postmaster, signal.SIGQUIT)
        case "backend":
            with suppress(ProcessLookupError):
                os.kill(rng.choice(backends), signal.SIGKILL)
    await until(lambda: gone(backends), PATIENCE)
    began = await found.answers()
    await asyncio.gather(*(commits(replica, began) for replica in found.replicas))
    return time.monotonic() - began


def gone(pids):
    """Whether the server has ended what served before; a killed backend takes all along."""
    return not any(os.path.exists(f"/proc/{pid}") for pid in pids)  # noqa: PTH110 - no file


async def commits(replica, began):
    """Wait until a request that writes is answered."""
    while time.monotonic() - began < PATIENCE:
        if await replica.writes():
            return
        await asyncio.sleep(0.05)
