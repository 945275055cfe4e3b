"""P4: many clients send shuffled shares of one truth to the same members, over two replicas."""

import asyncio
from datetime import date, timedelta
from itertools import count
from random import Random

import httpx2 as httpx

from tests.proof.campaign import Result, Size, console
from tests.proof.definitions import calm, definition
from tests.proof.driver import Driver
from tests.proof.earning import ladders
from tests.proof.findings import at_rest, audited
from tests.proof.gaps import Silent
from tests.proof.ground import ground
from tests.proof.model import Day, exponent
from tests.proof.orders import Shop
from tests.proof.over_http import held, standing
from tests.proof.replay import Replay

ROUNDS = {
    "smoke": [(1, 320)],
    "ci": [(1, 640), (100, 8_000)],
    "release": [(1, 4_000), (1_000, 400_000)],
}
CLIENTS = 16
TODAY = date(2026, 3, 2)


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: one fact that was answered is kept from the model."""
    return asyncio.run(play(size, seed, blind=blind))


async def play(size, seed, *, blind=False):
    facts = members = errors = 0
    failures, wrong = [], []
    async with ground((), ()) as found:
        for number, (people, told) in enumerate(ROUNDS[size]):
            truth = Truth(f"same-member/{seed}/{number}", people, told)
            driver = Driver(found.replicas[0].client, found.db)
            await driver.on_program(truth.program)
            refused = await tell(found, driver.headers, truth)
            await driver.on_check({})
            wrong += await truth.differences(driver, blind=blind)
            facts, members = facts + told, members + people
            errors, failures = errors + len(refused), [*failures, *refused]
            console.print(f"same-member: {told} facts of {people} members")
        failures += [*wrong, *await at_rest(found.db), *await audited(found.db)]
    counts = {"facts": facts, "members": members, "differences": len(wrong)}
    return Result(seed, {**counts, "client_errors": errors}, failures)


class Truth:
    """The facts of some members, and what the model makes of them."""

    def __init__(self, name, people, told):
        for attempt in count():
            self.rng = Random(f"{name}/{attempt}")
            rules = calm(definition(self.rng))
            self.program = {"definition": rules, "today": TODAY.isoformat()}
            self.told = {
                f"c{one}": self.history(rules, one, told // people) for one in range(people)
            }
            try:
                self.worlds = {one: self.replayed(events) for one, events in self.told.items()}
            except Silent:
                continue
            return

    def history(self, rules, number, told):
        """One member's orders: all their states, refunds, deletions."""
        scale = 10 ** exponent(rules["settings"])
        found = [level for ladder in ladders(rules).values() for level in ladder.levels]
        asked = [int(one.at_least) for level in found for one in level.enter]
        amounts = [one for one in asked if one >= scale] or [100 * scale]
        shop = Shop(self.rng, rules["settings"], amounts, count=number * 1_000_000)
        return [
            self.event(shop, TODAY - timedelta(days=told - one), f"c{number}")
            for one in range(told)
        ]

    def event(self, shop, day, customer):
        pick = self.rng.random()
        if pick < 0.45 or not shop.last:
            return shop.fresh(min(day, TODAY), customer, None)
        if pick < 0.85:
            return shop.change(min(day, TODAY), [customer], [])
        return self.rng.choice([shop.refund_event, shop.deleted])(min(day, TODAY))

    def replayed(self, events):
        log = [
            {"program": self.program},
            *({"event": one} for one in events),
            {"check": {"as_of": TODAY.isoformat()}},
        ]
        return Replay(log)

    def shares(self):
        """What each client sends: every fact once, one in four twice, in no order."""
        facts = [event for events in self.told.values() for event in events]
        facts += self.rng.sample(facts, len(facts) // 4)
        self.rng.shuffle(facts)
        return [facts[one::CLIENTS] for one in range(CLIENTS)]

    async def differences(self, driver, *, blind):
        positions, totals = standing(await driver.positions()), await driver.totals()
        if blind:
            self.worlds["c0"] = self.replayed(self.told["c0"][:1])
        found = []
        for name, world in self.worlds.items():
            member = f"customer:{name}"
            model = {key: one for key, one in held(world).items() if key[0] == member}
            have = {key: one for key, one in positions.items() if key[0] == member}
            found += [f"{member}: model {model}, engine {have}"] * (model != have)
            days = {
                day: tuple(one) for day, one in world.days().get(member, {}).items() if one != Day()
            }
            found += [f"{member}: model {days}, engine {totals.get(member, {})}"] * (
                days != totals.get(member, {})
            )
        return found


async def tell(found, headers, truth):
    """Let every client send its share; the answers that no client should get."""
    refused = []

    async def client(number, share):
        rng, rest = Random(number), list(share)
        while rest:
            several = rng.randint(2, 6) if rng.random() < 0.2 else 1
            part, rest = rest[:several], rest[several:]
            api = rng.choice(found.replicas).client
            path, body = ("/batch", {"events": part}) if several > 1 else ("", part[0])
            try:
                answer = await api.post(f"/v1/order-events{path}", json=body, headers=headers)
            except httpx.TransportError as error:
                refused.append(f"{type(error).__name__}")
                continue
            if answer.status_code != 200:
                refused.append(f"{answer.status_code} {answer.text[:300]}")

    await asyncio.gather(*(client(*one) for one in enumerate(truth.shares())))
    return refused
