"""P2: random histories over HTTP on two replicas, one sandbox program each, against the model.

Beside what the histories bring, senders repeat events, contradict them and send what nobody can
read; none of that may leave a trace but in the quarantine.
"""

import asyncio
import copy
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from datetime import timedelta
from itertools import cycle
from random import Random
from typing import NamedTuple
from unittest.mock import patch

from app.evaluation import judging
from app.policy.window import bounds
from tests.proof import recompute
from tests.proof.campaign import Result, Size, bound95, shared
from tests.proof.definitions import money
from tests.proof.driver import Driver, service
from tests.proof.generate import history
from tests.proof.ground import ground
from tests.proof.over_http import compared
from tests.proof.purses import Purses, with_points
from tests.proof.purses import differences as in_purses

HISTORIES = {"smoke": 5, "ci": 300, "release": 20_000}
AT_ONCE = 5
SHOWN = 5
ONE_DAY = timedelta(1)
REPLICAS = 2
AGAIN, CONFLICT, UNREADABLE = 0.3, 0.05, 0.02
QUARANTINED = """
SELECT source, event_id FROM order_events
 WHERE program_id = :program_id AND reason = 'event_conflict'"""
MOVED = """
SELECT ladder, from_level, to_level, count(*) AS number
  FROM changes c JOIN programs p ON p.id = c.program_id AND p.version = c.version
 WHERE program_id = :program_id AND occasion = 'rules_changed' AND direction IS NOT NULL
 GROUP BY ladder, from_level, to_level"""
CHECKS = "SELECT count(*) AS number FROM checks WHERE program_id = :program_id"


class Played(NamedTuple):
    seed: int
    deliveries: int
    checks: int
    failures: list[str]


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Histories of seeds that no other `seed` has."""
    return asyncio.run(campaign(HISTORIES[size], seed, blind=blind))


async def campaign(number: int, seed: int, *, blind: bool) -> Result:
    first = seed * HISTORIES["release"]
    seeds = range(first, first + number)
    parts = [seeds[one : one + AT_ONCE] for one in range(0, number, AT_ONCE)]
    async with ground() as found:
        url, what = found.server.url, f"{number} histories"
        done = await asyncio.to_thread(lambda: [*shared(part, parts, what, url=url, blind=blind)])
    return result(seed, [one for played in done for one in played])


def result(seed: int, played: Sequence[Played]) -> Result:
    failures = [f"seed {one.seed}: {line}" for one in played for line in one.failures[:SHOWN]]
    counts = {
        "histories": len(played),
        "deliveries": sum(one.deliveries for one in played),
        "checks": sum(one.checks for one in played),
        "differences": sum(bool(one.failures) for one in played),
        "bound95": bound95(len(played), len(failures)),
    }
    return Result(seed, counts, failures)


def part(seeds: Sequence[int], url: str, *, blind: bool = False) -> list[Played]:
    """Some histories, one after the other, in this process."""
    return asyncio.run(play(url, seeds, blind=blind))


async def play(url: str, seeds: Sequence[int], *, blind: bool = False) -> list[Played]:
    with ExitStack() as planted:
        if blind:
            planted.enter_context(patch.object(judging, "bounds", a_day_less))
        async with replicas(url) as (api, db):
            logs = [(seed, with_points(history(seed).log, seed)) for seed in seeds]
            return [await told(Sender(api, db, seed), log) for seed, log in logs]


def a_day_less(window, as_of, **more):
    """The planted defect: what happens on the last day of a window counts a day later."""
    found = bounds(window, as_of, **more)
    return found and found._replace(last=found.last - ONE_DAY)


@asynccontextmanager
async def replicas(url):
    """Two applications on one database; yields one client of both, and a database."""
    async with AsyncExitStack() as stack:
        found = [await stack.enter_async_context(service(url, pool=3)) for _ in range(REPLICAS)]
        yield InTurn([api for api, _ in found]), found[0][1]


def ending(world):
    """What lets stored orders be counted by the last edit: a check of everybody."""
    return [
        *([] if world.enabled() else [{"enable": None}]),
        {"check": {"as_of": world.today.isoformat()}},
    ]


class InTurn:
    """A client whose every request goes to another replica than the one before."""

    def __init__(self, apis):
        self.turn = cycle(apis)

    def __getattr__(self, name):
        return getattr(next(self.turn), name)


async def told(sender, log):
    """Play a log and its end; a refusal is a difference like any other."""
    world, entry = Purses(), None
    try:
        for entry in log:
            if await sender.tell(entry):
                world.tell(entry)
        for entry in ending(world):
            if await sender.tell(entry):
                world.tell(entry)
        failures = await compared(sender, world) + await sender.differences(world)
        failures += await in_purses(sender, world)
    except Exception as error:  # noqa: BLE001 - whatever it is, the service has failed
        failures = [f"{entry}: {error!r}"]
    [checks] = await sender.rows(CHECKS, program_id=sender.program_id)
    return Played(sender.seed, sender.deliveries, checks["number"], failures)


class Sender(Driver):
    """A driver that also repeats, contradicts and garbles what it sends."""

    def __init__(self, api, db, seed):
        super().__init__(api, db)
        self.seed, self.rng = seed, Random(f"sender/{seed}")
        self.deliveries = 0
        self.contradicted = set()
        self.erased = set()
        self.wrong = []
        self.promised = None

    async def on_program(self, given):
        self.settings = given["definition"]["settings"]
        await super().on_program(given)

    async def on_event(self, event):
        known = len(self.conflicts)
        if event["type"] == "customer.redacted":
            self.erased.add(event["customer"]["id"])
        await super().on_event(event)
        self.deliveries += 1
        if len(self.conflicts) > known:
            self.contradicted.add(place(event))
        elif self.rng.random() < AGAIN:
            await self.expect(event, 200, "duplicate")
        if "total" in event.get("order", {}) and self.rng.random() < CONFLICT:
            await self.contradict(event)
        if self.rng.random() < UNREADABLE:
            await self.garble(event)

    async def on_batch(self, events):
        await self.several(super().on_batch, events)

    async def on_import(self, events):
        await self.several(super().on_import, events)

    async def several(self, send, events):
        known = len(self.conflicts)
        await send(events)
        self.deliveries += len(events)
        new = set(self.conflicts[known:])
        self.contradicted |= {place(event) for event in events if event["event_id"] in new}

    async def on_publish(self, said):
        self.promised = None
        enabled = said["definition"]["settings"]["enabled"]
        if enabled and said.get("apply") == "now" and said.get("existing") != "keep":
            body = {"definition": said["definition"]}
            self.promised = promised((await self.ask("POST", "/preview", body)).json())
        await super().on_publish(said)

    async def on_rules_changed(self, said):
        """The check after an edit moves whom the preview of the edit counted."""
        await super().on_rules_changed(said)
        rows = await self.rows(MOVED, program_id=self.program_id)
        moved = {(row["ladder"], row["from_level"], row["to_level"]): row["number"] for row in rows}
        if self.promised is not None and self.promised != moved:
            self.wrong.append(f"previewed {self.promised}, moved {moved}")

    async def contradict(self, event):
        other = copy.deepcopy(event)
        other["order"]["total"] = money(777_777, self.settings)
        if other != event:
            self.contradicted.add(place(event))
            await self.expect(other, 409, "event_conflict")

    async def garble(self, event):
        garbled = {**event, "event_id": f"{event['event_id']}-garbled", "occurred_at": "yesterday"}
        await self.expect(garbled, 422, "request_invalid")

    async def expect(self, event, status, word):
        """Send it once more, or otherwise, and hear what has to be said of it."""
        self.deliveries += 1
        answer = await self.api.post("/v1/order-events", json=event, headers=self.headers)
        said = answer.json()
        if self.erased and said.get("reason") == "customer_redacted":
            return
        if (answer.status_code, said.get("outcome") or said.get("code")) != (status, word):
            self.wrong.append(f"{event}: {status} {word} expected, {said} heard")

    async def explained(self, world):
        """Explanations whose decision does not follow from what they themselves say."""
        for member, ladder in sorted(world.held):
            if member in world.known:
                kind, _, name = member.partition(":")
                path = f"/{kind}s/{name}/explanation"
                answer = await self.ask("GET", path, params={"ladder": ladder})
                found = recompute.differences(answer.json())
                self.wrong += [f"explanation of {member} on {ladder}: {line}" for line in found]

    async def differences(self, world):
        """What was answered wrongly, and conflicts that are not in the quarantine just once."""
        await self.explained(world)
        rows = await self.rows(QUARANTINED, program_id=self.program_id)
        found = sorted((row["source"], row["event_id"]) for row in rows)
        if not world.facts.redacted and found != sorted(self.contradicted):
            self.wrong.append(f"quarantined {found}, contradicted {sorted(self.contradicted)}")
        return self.wrong


def promised(preview):
    """What a preview says: (ladder, from, to) → how many."""
    return {
        (one["ladder"], move["from"], move["to"]): move["count"]
        for one in preview["ladders"]
        for move in one["moves"]
    }


def place(event):
    return event.get("source") or "api", event["event_id"]
