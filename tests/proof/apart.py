"""P18: two programs that name everything alike, one of which must not notice the other.

What the quiet one reads, byte for byte, beside traffic of the other and beside its floods; and how
long its reads take then. The floods ask ten times as much as a key may: of reads, of facts, and of
what is asked rarely.
"""

import asyncio
from random import Random

from tests.proof.campaign import Result, Size, console
from tests.proof.findings import at_rest, audited
from tests.proof.ground import Replica, ground
from tests.proof.pressing import FACTS, pressed
from tests.proof.twins import SEEN, Twin

ROUNDS = {"smoke": 1, "ci": 1, "release": 20}
LIVES = {"smoke": 1, "ci": 2, "release": 60}
SECONDS = {"smoke": 2.0, "ci": 3.0, "release": 4.0}
READS_A_SECOND, READERS, FLOODERS = 30, 16, 64
SETTLES = 1.0  # what a flood does at first is its burst
FLOODS = {"reads": ("/v1/customers/c-1", 5_000), FACTS: (FACTS, 10_000), "rest": ("/v1/keys", 200)}
AT = "2026-11-22T10:00:00Z"
MOST = {"smoke": None, "ci": None, "release": 2.0}
"""How often as long the slowest reads may take; a machine of two processors that also makes the
floods and runs PostgreSQL cannot tell at CI size."""
PATHS = [f"/v1/customers/c-1{more}" for more in ("", "/tier", "/benefits", "/progress", "/changes")]


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: the list of checks has lost its program."""
    return asyncio.run(play(size, seed, blind=blind))


async def play(size, seed, *, blind=False):
    async with ground(["defect:forget_program"] if blind else []) as found:
        twins = Twins(found, size, Random(f"apart/{seed}"))
        await twins.open()
        await twins.live_beside()
        for number in range(ROUNDS[size]):
            for name, (path, rate) in FLOODS.items():
                await twins.flooded(name, path, rate)
            console.print(f"programs-apart: {number + 1} of {ROUNDS[size]} rounds")
        twins.judge()
        twins.failures += await at_rest(found.db)
        twins.failures += await audited(found.db)
    worst = max(map(middle, twins.ratios.values()))
    counts = {"reads": twins.reads, "differing": twins.differing, "p99_ratio": round(worst, 1)}
    return Result(seed, counts, twins.failures)


def middle(ratios):
    return sorted(ratios)[len(ratios) // 2]


class Twins:
    """`ours` is watched, `theirs` is loud; `paced` is a replica that keeps to the rates."""

    def __init__(self, found, size, rng):
        self.found, self.size, self.rng = found, size, rng
        self.failures, self.ratios = [], {name: [] for name in FLOODS}
        self.reads = self.differing = 0
        self.quiet_said = {}

    async def open(self):
        client = self.found.replicas[0].client
        self.ours, self.theirs = Twin(client, "twin-b"), Twin(client, "twin-a")
        for one in (self.ours, self.theirs):
            await one.make()
            await one.tell("150.00", "20.00")
        self.paced = Replica("paced", self.found.server.service_url, self.found.folder)
        self.paced.environment["TIERS_RATE_LIMITS"] = "on"
        self.paced.begin()
        self.found.replicas.append(self.paced)
        await self.paced.ready()

    async def live_beside(self):
        """Everything that can be read is read, before, while and after the other one lives."""
        self.failures += await at_rest(self.found.db)
        known, unknown = await self.read()
        lives = [self.theirs.live] + [self.theirs.live_on] * (LIVES[self.size] - 1)
        for live in lives:
            living = asyncio.create_task(live())
            while not living.done():
                self.compare(known, unknown, *await self.read())
            await living
        self.compare(known, unknown, *await self.read())

    async def read(self):
        return await self.ours.reads(**SEEN), await self.ours.reads()

    def compare(self, known, unknown, now_known, now_unknown):
        for before, after in ((known, now_known), (unknown, now_unknown)):
            self.reads += len(after)
            self.note([name for name, said in after.items() if said != before[name]])
            broken = [f"{name}: {said[0]}" for name, said in after.items() if said[0] >= 500]
            self.failures += broken

    def note(self, names):
        self.differing += len(names)
        self.failures += [f"{name} is not what it was" for name in names]

    async def flooded(self, name, path, rate):
        """Reads without and with a flood; the slower hundredth of them, as a ratio."""
        quiet = await self.ask()
        seconds = SECONDS[self.size] + 2 * SETTLES
        flood = asyncio.create_task(
            pressed(
                **self.plan(self.theirs), kind="flood", path=path, rate=rate, seconds=seconds,
                connections=FLOODERS, customers=20, run=f"{name}{self.rng.random()}",
            )
        )  # fmt: skip
        await asyncio.sleep(SETTLES)
        beside = await self.ask()
        told = await flood
        self.ratios[name].append(beside["p99"] / quiet["p99"])
        console.print(
            f"{name}: p50 {quiet['p50']:.0f} → {beside['p50']:.0f} ms,"
            f" p99 {quiet['p99']:.0f} → {beside['p99']:.0f} ms"
            f" beside {told['per_second']:.0f}/s, answered {told['statuses']}"
        )
        if beside["bad"]:
            self.failures.append(f"beside {name}: {beside['statuses']}")

    async def ask(self):
        """Reads at a steady rate; every answer is compared with the first one ever given."""
        told = await pressed(
            **self.plan(self.ours), kind="reads", paths=PATHS, rate=READS_A_SECOND,
            seconds=SECONDS[self.size], connections=READERS, warm=0.5,
        )  # fmt: skip
        for path, said in told["answers"].items():
            first = self.quiet_said.setdefault(path, said[0])
            self.note([path] * (said != [first]))
        self.reads += sum(told["statuses"].values())
        return told

    def plan(self, twin):
        key = twin.headers["Authorization"].removeprefix("Bearer ")
        return {"port": self.paced.port, "key": key, "at": AT}

    def judge(self):
        for name, ratios in self.ratios.items():
            most = MOST[self.size]
            if most is not None and middle(ratios) > most:
                self.failures.append(f"beside {name} reads take {middle(ratios):.1f} times as long")
