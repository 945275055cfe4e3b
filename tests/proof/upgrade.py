"""P19: the schema goes a release on, back and on again under load, and the replicas roll.

There is one release of ours yet, so old and new code are the same code: on the schema N that it
knows, and on a made-up N+1 that it does not. The crowd gives the tables their size; it has day
totals without orders, so it is held against its own sums, and the audit takes everybody else.
"""

import asyncio
import signal
from random import Random

from app.kit.migrations import migrate, revision_of
from tests.bench.crowd import make_crowd
from tests.proof.campaign import ROOM, Result, Size, console
from tests.proof.findings import at_rest, audited, execute, fetch, lost, unequal
from tests.proof.ground import ground
from tests.proof.locks import watching
from tests.proof.releases import next_release
from tests.proof.senders import Load, Program

MEMBERS = {"smoke": 2_000, "ci": 100_000, "release": 1_000_000}
SECONDS = {"smoke": 1.0, "ci": 2.0, "release": 60.0}
READERS = 2
LONGEST_WAIT, LONGEST_HOLD = 2.0, 1.0
FEW = 0.005  # refused with Retry-After where others use the disk too
LATE = 0.25  # the server's own alarm clock on a busy machine
ASIDE = "the-crowd"
SUMS = """
SELECT (SELECT count(*) FROM members WHERE program_id = p.id),
       (SELECT count(*) FROM positions WHERE program_id = p.id),
       (SELECT (count(*), sum(spend), sum(orders), sum(points))::text FROM day_totals
         WHERE program_id = p.id)
  FROM programs p WHERE p.key = :key"""
OF_THE_LOAD = "SELECT id FROM programs WHERE key LIKE 'proof-%'"
SHORT = 160


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: a revision of the next release holds `members` alone for three seconds."""
    return asyncio.run(play(size, seed, blind=blind))


async def play(size, seed, *, blind=False):
    async with ground((), ()) as found:
        crowd = await make_crowd(found.db, found.server.dsn, ASIDE, MEMBERS[size])
        await execute(
            found.server.superuser_url, ["CHECKPOINT"]
        )  # of the crowd, not beside the load
        before = await fetch(found.db, SUMS, key=ASIDE)
        load = await Load.begin(found, Random(f"upgrade/{seed}"), programs=1, senders=3)
        for number in range(READERS):
            reader = Reader(found, load.ledger, crowd, Random(f"reader/{seed}/{number}"))
            load.tasks.append(asyncio.create_task(reader.run(load.ended)))
        console.print(f"upgrade: {crowd.members} members, the load has begun")
        async with watching(found.server) as watch:
            mute = await passed_through(found, SECONDS[size], blind=blind)
            await load.stop()
        console.print(f"upgrade: longest wait: {watch.waiting}; longest hold: {watch.holding}")
        failures = [*mute, *judged(watch, ROOM[size]), *unanswered(load.ledger, ROOM[size])]
        failures += await wrong_after(found.db, load)
        if await fetch(found.db, SUMS, key=ASIDE) != before:
            failures.append("the crowd's sums have changed")
    return Result(seed, counted(load.ledger, watch), failures)


async def passed_through(found, seconds, *, blind):
    """Up, roll, down, roll, up again; who did not answer on the way."""
    ours = await revision_of(found.db)
    later = next_release(found.folder / "versions", ours, greedy=blind)
    mute = []
    for to, rolls in (("head", True), (ours, True), ("head", False)):
        await asyncio.sleep(seconds)
        await migrate(found.db, to, also=later)
        mute += await silent(found, to)
        console.print(f"upgrade: the schema is at {await revision_of(found.db)}")
        if rolls:
            await roll(found)
            mute += await silent(found, f"{to}, after the replicas were replaced")
    await asyncio.sleep(seconds)
    return mute


async def roll(found):
    """Replace the replicas one by one, as an operator would."""
    for replica in found.replicas:
        replica.signal(signal.SIGTERM)
        await replica.ended()
        assert replica.process.returncode == 0, replica.log.read_text("utf-8")[-3000:]
        replica.begin()
        await replica.ready()


async def silent(found, where):
    """The replicas that do not read or write on this schema."""
    return [
        f"{replica.name} does not serve on {where}"
        for replica in found.replicas
        if await replica.says("/readyz") != 200 or not await replica.writes()
    ]


class Reader:
    """Asks for members of the crowd, one, many, and by what they hold."""

    def __init__(self, found, ledger, crowd, rng):
        self.program = Program(found, ledger, rng)
        self.program.headers = {"Authorization": f"Bearer {crowd.key}"}
        self.members, self.rng = crowd.members, rng

    async def run(self, ended):
        while not ended.is_set():
            answer = await self.ask()
            if answer.status_code != 200:
                path = answer.request.url.path
                self.program.ledger.broken.append(f"GET {path}: {answer.status_code}")
            await asyncio.sleep(self.rng.uniform(0, 0.04))

    async def ask(self):
        pick = self.rng.random()
        if pick < 0.8:
            return await self.program.say("GET", f"/customers/{self.anybody()}")
        if pick < 0.9:
            ids = [self.anybody() for _ in range(50)]
            return await self.program.say("POST", "/customers/lookup", {"ids": ids})
        return await self.program.say("GET", "/members?tier=gold&limit=50")

    def anybody(self):
        return f"c-{self.rng.randrange(self.members)}"


def judged(watch, room):
    if watch.waited > LONGEST_WAIT + LATE * room:
        yield f"waited {watch.waited:.2f} s for {watch.waiting}"
    if watch.held > LONGEST_HOLD:
        yield f"held alone for {watch.held:.2f} s: {watch.holding}"


def unanswered(ledger, room):
    """What no balancer would have sent to another replica; not what the disk of others held up."""
    few = room > 1 and sum(ledger.refused.values()) <= FEW * ledger.seen.total()
    refused = (
        [] if few else [f"{number} times {what[:SHORT]}" for what, number in ledger.refused.items()]
    )
    late = [f"{ledger.seen['late']} without an answer in time"] if ledger.seen["late"] else []
    return [*refused, *late, *ledger.broken]


async def wrong_after(db, load):
    """What is wrong with the load's programs when all of it has ended."""
    programs = [one for (one,) in await fetch(db, OF_THE_LOAD)]
    found = await lost(db, load.ledger)
    found += await at_rest(db)
    found += await unequal(db, load.programs, load.ledger)
    return [*found, *await audited(db, *programs)]


def counted(ledger, watch):
    errors = sum(ledger.refused.values()) + ledger.seen["late"] + len(ledger.broken)
    return {
        "requests": ledger.seen.total() - ledger.seen["cut"],
        "errors": errors,
        "lock_wait_max_s": round(watch.waited, 2),
        "exclusive_max_s": round(watch.held, 2),
    }
