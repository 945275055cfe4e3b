"""P20: a backup taken under load, restored to a marker, audited, and what it lacks told.

Replicas are told facts while the base backup is written and after it. The restored database must
hold every answer from before the marker, pass every audit, and reach up to the marker itself.
"""

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import Random

from app.kit.db import connect
from app.kit.migrations import migrate
from app.kit.postgres import Wanted, embedded, restore
from tests.proof.campaign import Result, Size, console
from tests.proof.findings import audited, execute, fetch, lost
from tests.proof.ground import SETTINGS, Ground, throw_away
from tests.proof.senders import Ledger, Load

SECONDS = {"smoke": 2.0, "ci": 45.0, "release": 600.0}
LOSS, TEN_MINUTES = 300.0, 600.0
ORDERS = "SELECT count(*) FROM orders"
NEWEST = "SELECT max(received_at) FROM order_events"


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: the archive is not brought along, so all that follows the base backup is missing."""
    return asyncio.run(play(SECONDS[size], seed, blind=blind))


async def play(seconds, seed, *, blind=False):
    with throw_away() as folder:
        async with archived(folder) as found:
            load = await Load.begin(found, Random(f"restore/{seed}"), programs=2)
            await asyncio.sleep(seconds)
            await found.server.back_up(folder / "backups", now)
            await asyncio.sleep(seconds)
            known = answered(load.ledger)
            marker = (await fetch(found.db, "SELECT clock_timestamp()"))[0][0]
            console.print(f"restore: {len(known.facts)} facts answered before the marker")
            await asyncio.sleep(seconds / 2)
            await load.stop()
            await execute(found.server.superuser_url, ["SELECT pg_switch_wal()"])
        archive, to = (None, None) if blind else (folder / "wal", marker)
        began = time.monotonic()
        await asyncio.to_thread(
            restore, folder / "new", Wanted(folder / "backups", archive, to), None
        )
        return await judged(folder, seed, known, marker, began)


def now():
    return datetime.now(UTC)


def answered(ledger):
    """What has been answered until now; senders go on."""
    kept = Ledger()
    kept.facts, kept.overrides = list(ledger.facts), list(ledger.overrides)
    kept.checks, kept.versions = list(ledger.checks), set(ledger.versions)
    return kept


@asynccontextmanager
async def archived(folder):
    """Two replicas on a server that archives its log."""
    found = Ground(folder)
    async with embedded(folder / "pg", settings=SETTINGS, archive=folder / "wal") as server:
        found.server, found.db = server, connect(server.url, pool=3, overflow=3)
        await migrate(found.db)
        try:
            for _ in range(2):
                await found.add()
            await asyncio.gather(*(replica.ready() for replica in found.replicas))
            yield found
        finally:
            found.server = None  # the block ends it
            await found.close()


async def judged(folder, seed, known, marker, began):
    """What the restored database lacks, by the answers and by its own audit."""
    async with embedded(folder / "new", settings=SETTINGS) as server:
        db = connect(server.url, pool=3, overflow=3, statement_timeout="60s")
        faults = await audited(db)
        took = time.monotonic() - began
        missing = await wanting(db, known)
        [(orders,)], [(newest,)] = await fetch(db, ORDERS), await fetch(db, NEWEST)
        await db.close()
    gap = (marker - newest).total_seconds()
    late = [f"{gap:.0f} s before the marker are lost"] if gap > LOSS else []
    late += [f"restored after {took:.0f} s"] if took > TEN_MINUTES else []
    late += [f"{-gap:.3f} s after the marker are there"] if gap < 0 else []
    counts = {"orders": orders, "lost_s": round(gap, 1), "restore_s": round(took, 1)}
    return Result(seed, {**counts, "audit": len(faults)}, [*missing, *faults, *late])


async def wanting(db, known):
    """Answers of before the marker that are not there; more than those answers is no fault."""
    return [one for one in await lost(db, known) if " overrides for " not in one]
