"""P9: endpoints that answer badly three times in ten, and deliverers who are killed meanwhile.

Members climb a ladder, so every order is a change; each change goes to every endpoint. An operator
enables what a 410 has disabled, replays what was missed, and repeats what was given up.
"""

import asyncio
import itertools
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from unittest.mock import patch
from uuid import uuid4

import httpx2 as httpx
import psutil

from tests.jobs.receiver import receiver
from tests.proof.campaign import Result, Size, console
from tests.proof.certificates import Showing
from tests.proof.findings import at_rest, audited, fetch
from tests.proof.ground import AS_ROOT, ground, throw_away
from tests.proof.hostile_receiver import Endpoints
from tests.proof.neighbours import held_up

HASTE = "haste:20000"  # ten tries in 14 seconds
BATCH = 250
SECURE = "/1"
MOST_MEMORY = 400
STATES = """
SELECT d.feed_seq, d.replay, d.member_id FROM deliveries d
 WHERE d.endpoint_id = CAST(:id AS uuid) ORDER BY d.member_id, d.feed_seq"""
FEED = """
SELECT feed_seq FROM changes WHERE program_id = (SELECT id FROM programs WHERE key = :key)
   AND type IN ('tier.assigned', 'tier.upgraded') ORDER BY feed_seq"""
LEFT = """
SELECT (SELECT count(*) FROM changes WHERE feed_seq IS NULL)
     + (SELECT count(*) FROM deliveries WHERE state <> 'delivered')
     + (SELECT count(*) FROM endpoints WHERE NOT enabled OR replay_after IS NOT NULL)"""


@dataclass(frozen=True)
class Scale:
    replicas: int
    endpoints: int
    members: int
    rounds: int
    kills: int
    gone: int
    patience: float


SCALES = {
    "smoke": Scale(1, 3, 15, 2, 1, 0, 60),
    "ci": Scale(2, 10, 100, 5, 9, 1, 240),
    "release": Scale(2, 10, 2_000, 10, 40, 3, 4_000),
}


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: what a receiver refuses counts as delivered."""
    with throw_away() as folder:
        showing = Showing(folder, seed)
        with patch.dict(os.environ, SSL_CERT_FILE=str(showing.trusted)):
            return asyncio.run(play(SCALES[size], seed, showing, blind=blind))


async def play(scale, seed, showing, *, blind=False):
    words = [HASTE, *(["defect:deliver_anyhow"] if blind else [])]
    paths = [f"/{number}" for number in range(scale.endpoints)]
    shop = Endpoints(seed, dict.fromkeys(paths[1:], scale.gone), showing.bad.values())
    async with (
        receiver(shop, keeps=False) as listening,
        receiver(shop, keeps=False, tls=showing.context) as secure,
        ground(*[words] * scale.replicas) as found,
    ):
        merchant = Merchant(found, shop)
        await merchant.begin({path: secure if path == SECURE else listening for path in paths})
        slowed = await held_up(merchant, shop, showing, min(scale.members, BATCH))
        killer = asyncio.create_task(kills(found, words, scale.kills, Random(seed)))
        operator = asyncio.create_task(merchant.operate())
        await merchant.sell(scale)
        killed = await killer
        waits = await merchant.done(scale.patience, operator)
        operator.cancel()
        with suppress(asyncio.CancelledError):
            await operator
        unshown = [] if showing.shown else ["no bad certificate was shown"]
        console.print(f"receiver: bad certificates {dict(showing.shown)}")
        return await result(found, merchant, [slowed, killed, waits, unshown], seed)


class Merchant:
    """A program whose members climb; talks to whichever replica answers."""

    def __init__(self, found, shop):
        self.found, self.shop = found, shop
        self.key, self.headers = f"p9-{uuid4().hex[:12]}", {}
        self.ids = {}
        self.enabled, self.feed, self.missed = 0, [], {}
        self._turn = itertools.count()

    async def say(self, method, path, body=None):
        """What is answered in the end; a repeated request is the same one."""
        headers = {**self.headers, "Idempotency-Key": uuid4().hex, "If-Match": "*"}
        while True:
            replica = self.found.replicas[next(self._turn) % len(self.found.replicas)]
            try:
                answer = await replica.client.request(method, path, json=body, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code < 500 and answer.json().get("code") != "idempotency_conflict":
                return answer
            await asyncio.sleep(0.05)

    async def begin(self, listening):
        """`listening`: the receiver of each path."""
        said = {"key": self.key, "name": "P9", "currency": "EUR", "time_zone": "UTC"}
        self.headers = AS_ROOT
        answer = await self.say("POST", "/v1/programs", said)
        self.headers = {"Authorization": f"Bearer {answer.json()['api_key']['key']}"}
        levels = [level(number) for number in range(1, 16)]
        settings = {"currency": "EUR", "time_zone": "UTC", "debounce_seconds": 0}
        definition = {"settings": settings, "tiers": levels}
        assert (await self.say("PUT", "/v1/definition", definition)).status_code == 200
        for number, (path, receiver_) in enumerate(listening.items()):
            said = {
                "url": receiver_.url(path),
                "events": ["tier.assigned", "tier.upgraded"],
                "format": "cloudevents" if number == len(listening) - 1 else "standard",
            }
            made = (await self.say("POST", "/v1/endpoints", said)).json()
            self.ids[path] = made["id"]
            self.shop.may_sign(path, made["secret"])

    async def sell(self, scale):
        """Every member one order a round, each a level higher; one secret changes meanwhile."""
        for number in range(scale.rounds):
            for first in range(0, scale.members, BATCH):
                await self.sell_to(number, range(first, min(first + BATCH, scale.members)))
            if number == scale.rounds // 2:
                rotated = await self.say(
                    "POST", f"/v1/endpoints/{self.ids['/0']}/rotate-secret", {}
                )
                self.shop.may_sign("/0", rotated.json()["secret"])
            console.print(f"receiver: {number + 1} of {scale.rounds} rounds sold")

    async def sell_to(self, number, members):
        """An order to each of these members."""
        events = [order(number, member) for member in members]
        answer = await self.say("POST", "/v1/order-events/batch", {"events": events})
        outcomes = {one["outcome"] for one in answer.json()["results"]}
        assert outcomes <= {"accepted", "duplicate"}, answer.text

    async def operate(self):
        """Enable and replay what was disabled, repeat what was given up."""
        while True:
            await asyncio.sleep(0.3)
            feed = await self.tail()
            for one in (await self.say("GET", "/v1/endpoints")).json()["items"]:
                path = f"/v1/endpoints/{one['id']}"
                if not one["enabled"]:
                    missed = self.before(one["disabled_at"], feed)
                    self.missed[path] = min(missed, self.missed.get(path, missed))
                    await self.say("PATCH", path, {"enabled": True})
                    self.enabled += 1
                await self.replay(path, feed)
                given_up = (await self.say("GET", f"{path}/deliveries?state=exhausted")).json()
                for delivery in given_up["items"]:
                    await self.say("POST", f"/v1/deliveries/{delivery['id']}/retry", {})

    async def replay(self, path, feed):
        """Ask for what was missed, once it is taken; it may be disabled or replayed just now."""
        missed = self.missed.get(path)
        if missed is None:
            return
        after = feed[missed - 1]["cursor"] if missed else None
        answer = await self.say("POST", f"{path}/replay", {"after": after})
        if answer.status_code == 202:
            del self.missed[path]

    async def tail(self):
        """The feed so far, item by item; goes on where it stood."""
        while True:
            after = f"&after={self.feed[-1]['cursor']}" if self.feed else ""
            page = (await self.say("GET", f"/v1/changes?limit=250{after}")).json()
            self.feed += page["items"]
            if len(page["items"]) < 250:
                return self.feed

    def before(self, instant, feed):
        """How many changes were surely told before; ten seconds before is plenty."""
        at = datetime.fromisoformat(instant).timestamp() - 10
        times = (datetime.fromisoformat(one["timestamp"]).timestamp() for one in feed)
        return sum(1 for _ in itertools.takewhile(lambda told: told < at, times))

    async def done(self, patience, operator):
        """Wait until everything is delivered; what is left when patience ends."""
        deadline = asyncio.get_running_loop().time() + patience
        left = 1
        while left and not operator.done() and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.3)
            left = (await fetch(self.found.db, LEFT))[0][0] + len(self.missed)
        return [f"{left} deliveries, changes and endpoints are left"] if left else []


async def kills(found, words, number, rng):
    """Kill a replica so often, or let it die when it has sent and not marked; failures.

    The last lives are without a fault.
    """
    memory = 0
    for turn in range(number):
        replica = found.replicas[turn % len(found.replicas)]
        await works(replica)
        await asyncio.sleep(rng.uniform(0.5, 5.0) if number > 1 else 0.5)
        if replica.runs:
            memory = max(memory, psutil.Process(replica.process.pid).memory_info().rss)
        await replica.kill()
        dies = rng.random() < 0.4 and turn + len(found.replicas) < number
        replica.begin(*words, *([f"die:sent:{rng.randint(1, 400)}"] if dies else []))
    await asyncio.gather(*(replica.ready() for replica in found.replicas))
    held = memory // 1024**2
    console.print(f"receiver: {number} kills, {held} MB held at most")
    return [f"{held} MB held"] if held > MOST_MEMORY else []


async def works(replica):
    """Wait until it is ready, or has died on its way: a replica that only starts proves little."""
    while replica.runs and await replica.says("/readyz") != 200:  # noqa: ASYNC110 - of a process
        await asyncio.sleep(0.05)


async def result(found, merchant, waits, seed):
    shop, db = merchant.shop, found.db
    waits = [*itertools.chain(*waits), *(await at_rest(db))]
    ids = {number: one["id"] for number, one in enumerate(await merchant.tail(), 1)}
    numbers = [one for (one,) in await fetch(db, FEED, key=merchant.key)]
    lost, disordered = [], []
    for path, endpoint in merchant.ids.items():
        lost += [(path, one) for one in numbers if (path, ids.get(one)) not in shop.taken]
        rows = await fetch(db, STATES, id=endpoint)
        disordered += [(path, *pair) for pair in out_of_order(shop, path, ids, rows)]
    gaps = [one for one in numbers if one not in ids]
    found_wrong = {
        "lost": lost,
        "disordered": disordered,
        "altered": shop.altered,
        "not signed": shop.unsigned,
        "sent in spite of the certificate": shop.unverified,
        "not in the feed": gaps,
    }
    failures = [*waits, *(f"{word}: {one}" for word, all_ in found_wrong.items() for one in all_)]
    failures += await audited(db)
    console.print(f"receiver: {merchant.enabled} enabled again; {dict(shop.faults)}")
    counts = {
        "deliveries": len(shop.taken),
        "attempts": sum(shop.attempts.values()),
        "lost": len(lost),
        "disordered": len(disordered),
        "altered": len(shop.altered),
        "feed_gaps": len(gaps),
    }
    return Result(seed, counts, failures)


def out_of_order(shop, path, ids, rows):
    """Changes of a member that came before the one before was taken; repeats aside."""
    for (one, replay, member), (two, again, member2) in itertools.pairwise(rows):
        if member == member2 and not (replay or again):
            taken = shop.taken.get((path, ids.get(one)))
            came = shop.came.get((path, ids.get(two)))
            if taken is None or came is None or came < taken:
                yield one, two


def level(number):
    criteria = [{"metric": "spend", "at_least": f"{number * 100}.00"}]
    return {"key": f"t{number}", "name": f"Tier {number}", "criteria": criteria}


def order(number, member):
    at = datetime.now(UTC).isoformat()
    said = {"id": f"{member}-{number}", "status": "paid", "customer_id": f"c{member}"}
    said |= {"currency": "EUR", "total": "100.00", "paid_at": at}
    id_ = f"e-{member}-{number}"
    return {"event_id": id_, "type": "order.snapshot", "occurred_at": at, "order": said}
