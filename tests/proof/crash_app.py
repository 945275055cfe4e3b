"""P5: replicas are killed at random moments and at fault points, under load."""

import asyncio
import time
from random import Random

from tests.proof.campaign import Result, Size, console
from tests.proof.findings import at_rest, audited, lost, unequal
from tests.proof.ground import ground
from tests.proof.senders import Load

KILLS = {"smoke": 2, "ci": 30, "release": 500}
POINTS = ("filed", "decided", "committed", "claimed", "evaluated")
PATIENCE = 120.0
MANY = 10


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: one replica answers before it commits."""
    return asyncio.run(play(KILLS[size], seed, blind=blind))


async def play(kills, seed, *, blind=False):
    rng = Random(f"crash-app/{seed}")
    defect = ["defect:answer_first"] if blind else []
    async with ground(defect, defect) as found:
        load = await Load.begin(found, rng, programs=2 if kills < MANY else 3)
        recovery = 0.0
        for number in range(kills):
            replica = found.replicas[number % len(found.replicas)]
            is_last = number + len(found.replicas) >= kills
            await asyncio.sleep(rng.uniform(0.3, 1.5))
            await replica.kill()
            words = [*defect, *([] if is_last else fate(rng))]
            recovery = max(recovery, await again(replica, words))
            console.print(f"crash-app: {number + 1} of {kills}, {load.ledger.acked} answered")
        await load.stop()
        failures, counts = await found_after(found.db, load)
        counts = {"kills": kills, **counts, "recovery_max_s": round(recovery, 1)}
        return Result(seed, counts, failures)


def fate(rng):
    """How the next life ends: at a point if it is passed often enough, else by the campaign."""
    if rng.random() < 0.4:
        return []
    point = rng.choice(POINTS)
    often = 3 if point in {"claimed", "evaluated"} else 40
    return [f"die:{point}:{rng.randint(1, often)}"]


async def again(replica, words):
    """Begin it anew; seconds until it is ready, or until it died on its way there."""
    began = time.monotonic()
    replica.begin(*words)
    while replica.runs and await replica.says("/readyz") != 200:
        assert time.monotonic() - began < PATIENCE
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def found_after(db, load):
    """Everything that is wrong when the load has ended, and its figures."""
    unanswered = await lost(db, load.ledger)
    waits = await at_rest(db)
    wrong = await unequal(db, load.programs, load.ledger)
    faults = await audited(db)
    counts = {"acked": load.ledger.acked, "lost": len(unanswered), "audit": len(faults)}
    return [*unanswered, *waits, *wrong, *faults, *load.ledger.broken], counts
