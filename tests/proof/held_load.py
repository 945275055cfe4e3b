"""P17: a steady load, held: webhooks and reads while checks run, and then facts that are bad.

Latencies, the feed's lag and the memory are measured while 500 signed webhooks a second come and
100 reads. After that the same connections send as fast as they are answered, in turn without bad
facts, with one in a hundred that cannot be read, and with one in a thousand that the database
refuses. At release size the steady load meets a night, its check and the audit that follows,
and there is one more turn beside a transaction that has been open for ten minutes.
"""

import asyncio
import json
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import NamedTuple

import asyncpg
import psutil

from tests.api.deliveries import STANDARD
from tests.api.facts import snapshot
from tests.proof.campaign import Result, Size, console
from tests.proof.findings import at_rest, audited, fetch, write
from tests.proof.ground import AS_ROOT, ground
from tests.proof.pressing import POISON, pressed
from tests.proof.series import at_99, growth


class Scale(NamedTuple):
    """`webhooks` and `reads` a second for `seconds`; each turn of bad facts takes `turn` seconds.

    `night`: seconds until the check of the day is due, if it is to be in the load. `aside`: seconds
    until a bad fact is in quarantine.
    `most`: ingest and read p99 in ms, feed lag p99 in s, growth in % an hour. `least`: throughput
    with unreadable and with poisonous facts, as a part of that without. Page 6's own numbers are
    those of the release: a minute on two shared processors, half the rates, tells less.
    """

    members: int
    webhooks: int
    reads: int
    seconds: float
    turn: float
    rounds: int
    snapshot_seconds: float
    night: float
    aside: float
    most: tuple[float, float, float, float]
    least: tuple[float, float]


SCALES = {
    "smoke": Scale(200, 40, 20, 6.0, 2.0, 1, 0.0, 0.0, 20.0, (5e3, 5e3, 10.0, 1e5), (0.3, 0.2)),
    "ci": Scale(2_000, 250, 50, 40.0, 4.0, 3, 0.0, 0.0, 10.0, (2e3, 2e3, 10.0, 3e3), (0.6, 0.3)),
    "release": Scale(
        20_000, 500, 100, 3_600.0, 20.0, 5, 600.0, 900.0, 5.0, (50.0, 25.0, 2.0, 2.0), (0.95, 0.6)
    ),
}
CONNECTIONS, READERS = 64, 16
A_REQUEST = 2_000
BESIDE_A_SNAPSHOT = 0.9
REPLAYED_WITHIN = 120.0
BAD = {
    "none": {},
    "unreadable": {"rotten": 1, "every": 100},
    "poisoned": {"poisoned": 1, "every": 1_000},
}
TAKEN = {"accepted:-", "superseded:-"}
BECOMES = {
    "none": set(),
    "unreadable": {"quarantined:not_valid", "quarantined:bad_amount"},
    "poisoned": {"quarantined:failed"},
}
TIERS = [
    {"key": key, "name": key, "criteria": [{"metric": "spend", "at_least": least}]}
    for key, least in {"bronze": "500.00", "silver": "2000.00", "gold": "5000.00"}.items()
]
DEFINITION = {"settings": {"currency": "EUR", "debounce_seconds": 0}, "tiers": TIERS}
POISONOUS = (
    """
CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'this order is poison'; END $$""",
    f"""
CREATE TRIGGER poison BEFORE INSERT ON orders FOR EACH ROW
 WHEN (NEW.order_id LIKE '{POISON}-%') EXECUTE FUNCTION refuse_poison()""",
)
HARMLESS = "DROP TRIGGER poison ON orders", "DROP FUNCTION refuse_poison"
SET_ASIDE = """
SELECT count(*), count(*) FILTER (WHERE convert_from(raw, 'UTF8') NOT LIKE '%"poison-%')
  FROM order_events WHERE outcome = 'quarantined' AND reason = 'failed'"""
AUDITED = "SELECT count(*) FROM checks WHERE occasion = 'audit' AND state = 'finished'"
POISONED_ORDERS = f"SELECT count(*) FROM orders WHERE order_id LIKE '{POISON}-%'"


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: a batch with one poisonous fact is set aside whole, and nothing is ever forgotten."""
    return asyncio.run(play(size, seed, blind=blind))


async def play(size, seed, *, blind=False):
    async with ground(["defect:set_all_aside"] if blind else []) as found:
        held = Held(found, SCALES[size], seed)
        await held.open()
        counts = await held.steady()
        await held.bad()
        if held.scale.snapshot_seconds:
            await held.beside_a_snapshot()
        held.failures += await at_rest(found.db)
        held.failures += await audited(found.db)
        return Result(seed, counts, held.failures)


class Held:
    """One replica under load, and what is wrong with its answers."""

    def __init__(self, found, scale, seed):
        self.found, self.scale, self.seed = found, scale, seed
        self.replica = found.replicas[0]
        self.failures, self.lags, self.sizes = [], [], []
        self.turns = 0

    # the scene

    async def open(self):
        said = {"key": "held", "name": "Held", "currency": "EUR", "time_zone": "UTC"}
        made = await self.replica.client.post("/v1/programs", json=said, headers=AS_ROOT)
        self.key = made.json()["api_key"]["key"]
        await self.say("PUT", "/v1/definition", DEFINITION)
        if self.scale.night:
            due = datetime.now(UTC) + timedelta(seconds=self.scale.night)
            said = {"check_schedule": f"{due.minute} {due.hour} * * *"}
            await self.say("PATCH", "/v1/settings", said)
        said = {"key": "shop", "platform": "standard", "secrets": [STANDARD]}
        self.path = (await self.say("POST", "/v1/sources", said))["path"]
        for first in range(0, self.scale.members, A_REQUEST):
            await self.know(range(first, min(first + A_REQUEST, self.scale.members)))

    async def know(self, numbers):
        """Customers who are asked for before they have bought anything."""
        lines = [
            json.dumps(snapshot(f"k{one}", f"k{one}", customer_id=f"c-{one}")) for one in numbers
        ]
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/x-ndjson"}
        answer = await self.replica.client.post(
            "/v1/order-events/batch", content="\n".join(lines), headers=headers
        )
        assert {one["outcome"] for one in answer.json()["results"]} == {"accepted"}, answer.text

    async def say(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.key}", "If-Match": "*"}
        answer = await self.replica.client.request(method, path, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def press(self, kind, **more):
        at = datetime.now(UTC).isoformat()
        self.turns += 1
        given = {"customers": self.scale.members, "at": at, "run": f"t{self.turns}"}
        given |= {"seed": self.seed + self.turns, "connections": CONNECTIONS}
        named = {"path": self.path} if kind == "webhooks" else {"key": self.key}
        return pressed(port=self.replica.port, kind=kind, **named, **given | more)

    # the steady load

    async def steady(self):
        scale = self.scale
        names = [f"/v1/customers/c-{number}" for number in range(scale.members)]
        async with self.watched():
            told, read = await asyncio.gather(
                self.press("webhooks", rate=scale.webhooks, seconds=scale.seconds, warm=2.0),
                self.press(
                    "reads", paths=names, rate=scale.reads, seconds=scale.seconds, warm=2.0,
                    connections=READERS,
                ),
            )  # fmt: skip
        counts = {
            "requests": sum(sum(one["statuses"].values()) for one in (told, read)),
            "errors": told["bad"] + read["bad"],
            "ingest_p99_ms": round(told["p99"]),
            "read_p99_ms": round(read["p99"]),
            "feed_lag_p99_ms": round(at_99(self.lags) * 1000),
            "growth_pct_h": round(growth(self.sizes), 1),
        }
        self.judge(counts)
        [(audits,)] = await fetch(self.found.db, AUDITED)
        if self.scale.night and not audits:
            self.failures.append("no audit has ended in the load")
        if set(told["words"]) - TAKEN:
            self.failures.append(f"webhooks became {told['words']}")
        return counts

    def judge(self, counts):
        ingest, read, lag, grown = self.scale.most
        if counts["errors"]:
            self.failures.append(f"{counts['errors']} requests failed")
        if not self.lags:
            self.failures.append("nobody has moved")
        names = ("ingest_p99_ms", "read_p99_ms", "feed_lag_p99_ms", "growth_pct_h")
        found = zip(names, (ingest, read, lag * 1000, grown), strict=True)
        over = [(name, most) for name, most in found if counts[name] > most]
        self.failures += [f"{name} is {counts[name]}, at most {most:g}" for name, most in over]

    @asynccontextmanager
    async def watched(self):
        """While checks run, the feed is followed, and the memory is looked at."""
        tasks = [asyncio.create_task(one()) for one in (self._checks, self._feed, self._looks)]
        yield
        for one in tasks:
            one.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if not isinstance(ended, asyncio.CancelledError):
                self.failures.append(f"beside the load: {ended!r}")

    async def _checks(self):
        """An edit and the check of everybody that follows from it, again and again."""
        while True:
            for least in ("4999.00", "5000.00"):
                criteria = [{"metric": "spend", "at_least": least}]
                await self.say("PATCH", "/v1/tiers/gold", {"criteria": criteria})
                await asyncio.sleep(3)

    async def _feed(self):
        after = ""
        while True:
            page = await self.say("GET", f"/v1/changes?limit=250&wait=5{after}")
            after = f"&after={page['next']}" if page["next"] else after
            now = datetime.now(UTC)
            ats = [datetime.fromisoformat(one["timestamp"]) for one in page["items"]]
            self.lags += [(now - at).total_seconds() for at in ats]

    async def _looks(self):
        process = psutil.Process(self.replica.process.pid)
        while True:
            self.sizes.append((time.monotonic(), process.memory_info().rss))
            await asyncio.sleep(0.5)

    # bad facts

    async def bad(self):
        """Throughput with and without them; what became of each."""
        for statement in POISONOUS:
            await write(self.found.db, statement)
        rates = {name: [] for name in BAD}
        for _ in range(self.scale.rounds):
            for name, more in BAD.items():
                told = await self.press("webhooks", seconds=self.scale.turn, **more)
                rates[name].append(told["per_second"])
                self.note(name, told)
        middle = {name: median(found) for name, found in rates.items()}
        console.print(f"held-load: facts a second { ({k: round(v) for k, v in middle.items()}) }")
        for name, least in zip(("unreadable", "poisoned"), self.scale.least, strict=True):
            share = middle[name] / middle["none"]
            if share < least:
                self.failures.append(f"{name}: {share:.2f} of the throughput, at least {least}")
        await self.replayed()

    def note(self, name, told):
        """Whatever was not meant to be bad has to be taken, and everything be answered."""
        words = dict(told["words"])
        for word in TAKEN | BECOMES[name]:
            words.pop(word, None)
        if told["bad"] or words:
            self.failures.append(f"{name}: {told['statuses']}, {words}")
        if told["slowest"] > self.scale.aside:
            self.failures.append(f"{name}: answered after {told['slowest']:.1f} s")

    async def replayed(self):
        """What was set aside is poison alone, and counts when the database takes it."""
        [(aside, innocent)] = await fetch(self.found.db, SET_ASIDE)
        if innocent or not aside:
            self.failures.append(f"{aside} facts were set aside, {innocent} of them innocent")
        for statement in HARMLESS:
            await write(self.found.db, statement)
        await self.say("POST", "/v1/inbound-events/replay", {"source": "shop", "reason": "failed"})
        deadline, left = time.monotonic() + REPLAYED_WITHIN, aside
        while left and time.monotonic() < deadline:
            await asyncio.sleep(0.2)
            [(left, _)] = await fetch(self.found.db, SET_ASIDE)
        [(orders,)] = await fetch(self.found.db, POISONED_ORDERS)
        if left or orders != aside - innocent:
            self.failures.append(f"{aside} were replayed: {left} are left, {orders} orders count")

    # an old transaction

    async def beside_a_snapshot(self):
        """The throughput when a transaction has been open for long, and all the while used."""
        before = await self.press("webhooks", seconds=self.scale.turn)
        connection = await asyncpg.connect(self.found.server.dsn)
        async with connection.transaction(isolation="repeatable_read"):
            await connection.fetchval("SELECT count(*) FROM members")
            seconds = self.scale.snapshot_seconds
            await self.press("webhooks", rate=self.scale.webhooks, seconds=seconds)
            after = await self.press("webhooks", seconds=self.scale.turn)
        await connection.close()
        share = after["per_second"] / before["per_second"]
        console.print(f"held-load: {share:.2f} of the throughput beside an old transaction")
        if share < BESIDE_A_SNAPSHOT:
            self.failures.append(f"{share:.2f} of the throughput beside an old transaction")
