"""P21: whoever was erased is nowhere, counts as before, and does not come back; nor is a secret.

Each sentinel lives by every path, errors included, and is erased by the API or by a shop. Then
every column of every table, the log since, the metrics and all answers are searched.
"""

import asyncio
from itertools import count
from random import Random
from uuid import uuid4

from sqlalchemy import text

from app.kit.clock import SystemClock
from app.models import metadata
from app.outbound.erasing import NAMED_FOR, NoticeJob
from tests.proof.campaign import Result, Size, console
from tests.proof.findings import audited
from tests.proof.ground import AS_ROOT, ROOT_KEY, Replica, ground
from tests.proof.sentinels import Sentinel

SENTINELS = {"smoke": 5, "ci": 100, "release": 1_000}
AT_ONCE = 4
SHOWN = 300
SOURCE_SECRET = "whsec_YSBzZW50aW5lbCBvZiBhIHNlY3JldCB0byBmaW5k"
SUMS = text(
    "SELECT day, sum(spend) AS spend, sum(orders) AS orders FROM day_totals WHERE orders > 0"
    " GROUP BY program_id, day"
)
ASKED = ("changes", "members", "orders", "inbound-events", "exports/customers", "exports/changes",
         "imports", "checks")  # fmt: skip
TIERS = [
    {"key": key, "criteria": [{"metric": "spend", "at_least": amount}]}
    for key, amount in (("silver", "100.00"), ("gold", "900.00"))
]


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: nobody searches what lies in quarantine."""
    return asyncio.run(play(size, seed, blind=blind))


async def play(size, seed, *, blind=False):
    async with ground() as found:
        replica = Replica("erasing", found.server.url, found.folder)
        replica.environment["TIERS_LOG_LEVEL"] = "info"
        found.replicas.append(replica)
        replica.begin(*(["defect:search_nothing"] if blind else []))
        await replica.ready()
        town = Town(found.db, replica, Random(f"erase/{seed}"))
        await town.found()
        people = [Sentinel(town, number) for number in range(SENTINELS[size])]
        return await erased(town, people, seed)


async def erased(town, people, seed):
    await in_turns([one.live() for one in people])
    before, since = await town.sums(), town.replica.log.stat().st_size
    await in_turns([one.leave(number) for number, one in enumerate(people)])
    await town.told_everybody()
    after = await town.sums()
    console.print(f"erase: {len(people)} sentinels erased")
    hits = await town.hits(people, since)
    came = await in_turns([one.come_back() for one in people])
    returned = [f"came back: {told[:SHOWN]}" for some in came for told in some]
    hits += await town.hits(people, since)
    changed = len(before ^ after) + len(after ^ await town.sums())
    counts = {"sentinels": len(people), "hits": len(hits), "sums_changed": changed,
              "returned": len(returned)}  # fmt: skip
    sums = [f"sums changed: {changed}"] if changed else []
    return Result(seed, counts, [*hits, *sums, *returned, *await audited(town.db)])


async def in_turns(work):
    """Few at a time: the machine is shared."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(task):
        async with turns:
            return await task

    return await asyncio.gather(*map(one, work))


class Town:
    """A program with a source and an endpoint that nobody answers."""

    def __init__(self, db, replica, rng):
        self.db, self.replica, self.rng = db, replica, rng
        self.numbers = count(1)
        self.source_secret = SOURCE_SECRET
        self.secrets = [ROOT_KEY, SOURCE_SECRET.removeprefix("whsec_")]

    async def found(self):
        said = {"key": f"e-{uuid4().hex[:12]}", "name": "Erase", "currency": "EUR"}
        made = await self.replica.client.post("/v1/programs", json=said, headers=AS_ROOT)
        self.headers = {"Authorization": f"Bearer {made.json()['api_key']['key']}"}
        self.secrets.append(made.json()["api_key"]["key"].split("_")[-1])
        [self.program_id] = [one.id for one in await self.rows(text("SELECT id FROM programs"))]
        definition = (await self.call("GET", "/v1/definition")).json()
        definition["tiers"] = TIERS
        await self.done("PUT", "/v1/definition", definition, **{"If-Match": "*"})
        source = {"key": "shop", "platform": "standard", "secrets": [SOURCE_SECRET]}
        self.inbound = (await self.done("POST", "/v1/sources", source)).json()["path"]
        endpoint = {"url": "https://127.0.0.1:1/", "events": ["tier.upgraded"]}
        made = await self.done("POST", "/v1/endpoints", endpoint)
        self.secrets.append(made.json()["secret"].removeprefix("whsec_"))

    async def done(self, method, path, said, **headers):
        answer = await self.send(method, path, json=said, headers=self.headers | headers)
        assert answer.is_success, answer.text
        return answer

    async def call(self, method, path, said=None, *, key=None):
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        body = {} if said is None else {"json": said}
        return await self.send(method, path, headers=headers, **body)

    async def send(self, method, path, **more):
        answer = await self.replica.client.request(method, path, **more)
        assert answer.status_code < 500, f"{method} {path}: {answer.text}"
        return answer

    async def rows(self, statement):
        async with self.db.transaction() as session:
            return (await (await session.connection()).execute(statement)).all()

    async def sums(self):
        return {tuple(one) for one in await self.rows(SUMS)}

    async def told_everybody(self):
        """Every change has its number, and the week is over in which notices name somebody."""
        unnumbered = text("SELECT count(*) FROM changes WHERE feed_seq IS NULL")
        while (await self.rows(unnumbered))[0].count:  # noqa: ASYNC110 - by another process
            await asyncio.sleep(0.1)
        job = NoticeJob()
        at = SystemClock().now() + 2 * NAMED_FOR
        while unit := await self.db.run(lambda session: job.claim(session, at)):
            await self.db.run(lambda session, unit=unit: job.work(session, unit))

    async def hits(self, people, since):
        """Where something of the erased or a secret was found."""
        places = {f"table {name}": said async for name, said in self.dump()}
        places |= {f"answer {path}": await self.whole(path) for path in ASKED}
        places["metrics"] = (await self.send("GET", "/metrics")).text
        with self.replica.log.open("rb") as log:
            log.seek(since)
            places["log"] = log.read().decode()
        needles = {needle: one.id for one in people for needle in one.needles}
        needles |= {form: "a secret" for one in self.secrets for form in (one, one.encode().hex())}
        return [
            f"{whose} as {needle} in {place}"
            for place, said in places.items()
            for needle, whose in needles.items()
            if needle in said
        ]

    async def dump(self):
        for name in metadata.tables:
            statement = text(f"SELECT CAST(to_jsonb(t) AS text) AS said FROM {name} t")
            yield name, "\n".join(row.said for row in await self.rows(statement))

    async def whole(self, path):
        """All pages of a list."""
        found, after = [], ""
        while True:
            limit = "" if path.startswith("exports") else f"?limit=200{after}"
            answer = await self.call("GET", f"/v1/{path}{limit}")
            found.append(answer.text)
            following = None if not limit or answer.status_code != 200 else answer.json()["next"]
            if following is None or not answer.json()["items"]:
                return "\n".join(found)
            after = f"&after={following}"
