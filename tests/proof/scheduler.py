"""P8: several replicas, many programs falling due; workers that stop for longer than a lease.

Due dates are faked honestly: programs are made, then moved some days into the past, as they would
stand if no replica had run since. What falls due then is theirs by their own schedule.
"""

import asyncio
import signal
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

import psutil

from tests.proof.campaign import Result, Size, console
from tests.proof.driver import ROOT, service
from tests.proof.findings import at_rest, audited, fetch, until, write
from tests.proof.ground import ground

PROGRAMS = {"smoke": 20, "ci": 100, "release": 1000}
STOPS = {"smoke": 1, "ci": 4, "release": 20}
LEASE = {"smoke": 3, "ci": 8, "release": 30}
SOON = {"smoke": 0, "ci": 10, "release": 100}
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]
WITHIN = 120.0
PATIENCE = 240.0
ATTEMPTS = 4
# Which was first, the transactions that ended them tell: one replica's clock is wrong.
RUNS = """
SELECT p.key, c.as_of, c.state, c.started_at, CAST(CAST(c.xmin AS text) AS bigint) AS ended_by
  FROM checks c JOIN programs p ON p.id = c.program_id WHERE c.scheduled ORDER BY p.key, c.as_of"""
CLAIMED = """
SELECT check_id, slice FROM check_slices WHERE state = 'queued' AND lease_until IS NOT NULL"""
DONE = """
SELECT count(*) FROM check_slices WHERE state = 'done' AND (check_id, slice) IN
  (SELECT * FROM unnest(CAST(:checks AS uuid[]), CAST(:slices AS integer[])))"""
BACK = [
    "UPDATE programs SET created_at = created_at - CAST(:days AS interval) WHERE key = :key",
    (
        "UPDATE program_versions SET published_at = published_at - CAST(:days AS interval)"
        " WHERE program_id = (SELECT id FROM programs WHERE key = :key)"
    ),
]


class Owing(NamedTuple):
    """A program, and each date on which it is due with its instant."""

    key: str
    dates: dict[date, datetime]


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: slices are ended by whoever comes, with or without a claim."""
    return asyncio.run(play(size, seed, blind=blind))


async def play(size, seed, *, blind=False):
    rng = Random(f"scheduler/{seed}")
    defect = ["defect:finish_anyhow"] if blind else []
    words = [f"lease:{LEASE[size]}", *defect]
    async with ground() as found:
        owing = await made(found, rng, PROGRAMS[size])
        await found.add(*words)
        takeovers, outcomes = [], []
        for number in range(STOPS[size]):
            point = rng.choice(["claimed", "evaluated"]) if number else "claimed"
            stopped, more = await stop_at(point, found, rng, words)
            takeovers.append(await taken_over(found.db))
            outcomes.append(await woken(stopped))
            console.print(f"scheduler: stopped at {point}, done by another, then {outcomes[-1]}")
            await stopped.kill()
            owing += more
        soon = await made(found, rng, SOON[size], ahead=True)
        await (await found.add(*words, "clock:-240")).ready()
        return await result(found.db, [*owing, *soon], takeovers, outcomes, seed)


async def made(found, rng, programs, *, ahead=False):
    """Programs with a few members each; `ahead`: due within two minutes, else since long."""
    async with service(found.server.url) as (api, _):
        return [await make(api, found.db, rng, ahead=ahead) for _ in range(programs)]


async def make(api, db, rng, *, ahead):
    zone, now = rng.choice(ZONES), datetime.now(UTC)
    offset = timedelta(minutes=-rng.randint(1, 2) if ahead else rng.randint(20, 1400))
    last = (now - offset).astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
    key, days = f"due-{uuid4().hex[:16]}", rng.choice([1, 1, 2, 3])
    said = {"key": key, "name": "Due", "currency": "EUR", "time_zone": zone}
    root = {"Authorization": f"Bearer {ROOT}"}
    answer = await api.post("/v1/programs", json=said, headers=root)
    headers = {"Authorization": f"Bearer {answer.json()['api_key']['key']}", "If-Match": "*"}
    rules = definition(zone, f"{last.minute} {last.hour} * * *")
    assert (await api.put("/v1/definition", json=rules, headers=headers)).status_code == 200
    events = {"events": [order(rng, number, now) for number in range(8)]}
    told = await api.post("/v1/order-events/batch", json=events, headers=headers)
    assert {one["outcome"] for one in told.json()["results"]} == {"accepted"}
    for statement in BACK:
        await write(db, statement, days=timedelta(days=days), key=key)
    passed = [last - timedelta(days=back) for back in range(days + 1)]
    since = now - timedelta(days=days)
    return Owing(key, {one.date(): one.astimezone(UTC) for one in passed if one > since})


def definition(zone, schedule):
    settings = {"currency": "EUR", "time_zone": zone, "check_schedule": schedule}
    settings["tiers"] = {"window": {"rolling_days": 2}}
    level = {"criteria": [{"metric": "spend", "at_least": "100.00"}]}
    return {"settings": settings, "tiers": [{"key": "gold", "name": "Gold", **level}]}


def order(rng, number, now):
    at = (now - timedelta(days=rng.choice([0, 1, 2, 3, 4, 5]))).isoformat()
    said = {"id": f"o{number}", "status": "paid", "customer_id": f"c{rng.randrange(5)}"}
    said |= {"currency": "EUR", "total": rng.choice(["60.00", "150.00"]), "paid_at": at}
    return {"event_id": f"e{number}", "type": "order.snapshot", "occurred_at": at, "order": said}


async def stop_at(point, found, rng, words):
    """A replica that has stopped, and the programs that were made until one did."""
    more = []
    for attempt in range(ATTEMPTS):
        more += await made(found, rng, 10)
        replica = await found.add(*words, f"stop:{point}:1")
        process = psutil.Process(replica.process.pid)
        with suppress(AssertionError):
            await until(lambda: process.status() == psutil.STATUS_STOPPED, 20)  # noqa: B023 - now
            return replica, more
        await replica.kill()  # others have done all there was
        console.print(f"scheduler: attempt {attempt + 1} to stop at {point} came too late")
    message = "no replica had work to stop at"
    raise AssertionError(message)


async def taken_over(db):
    """Seconds until what a stopped worker had claimed was done by another."""
    began, claimed = time.monotonic(), await fetch(db, CLAIMED)
    checks, slices = map(list, zip(*claimed, strict=True))
    while (await fetch(db, DONE, checks=checks, slices=slices))[0][0] < len(claimed):
        assert time.monotonic() - began < PATIENCE
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def woken(stopped):
    """What became of its work after it was continued."""
    stopped.signal(signal.SIGCONT)
    await until(lambda: "woken: " in stopped.log.read_text("utf-8"), PATIENCE)
    return stopped.log.read_text("utf-8").partition("woken: ")[2].split()[0]


async def result(db, owing, takeovers, outcomes, seed):
    due = {(one.key, day): at for one in owing for day, at in one.dates.items()}
    deadline = time.monotonic() + PATIENCE
    missed = set(due)
    while missed and time.monotonic() < deadline:
        await asyncio.sleep(0.5)
        missed -= {one[:2] for one in await ran(db)}
    waits = await at_rest(db)
    runs = await ran(db)
    dates = {one[:2] for one in runs}
    twice = len(runs) - len(dates & due.keys())
    unfenced = outcomes.count("finished")
    failures = [
        *waits,
        *(f"missed: {one}" for one in missed),
        *(f"ran twice, or when nothing was due: {twice}" for _ in range(bool(twice))),
        *("a worker that was woken has committed" for _ in range(unfenced)),
        *(f"order: {one} after {two}" for one, two in pairwise(runs) if disordered(one, two)),
        *(f"late: {one}" for one in runs if late(one, due)),
        *(await audited(db)),
    ]  # fmt: skip
    counts = {"due": len(due), "ran": len(runs), "twice": twice, "missed": len(missed)}
    counts |= {"unfenced": unfenced, "takeover_max_s": round(max(takeovers, default=0), 1)}
    return Result(seed, counts, failures)


async def ran(db):
    """Scheduled checks that have ended well, by program and date."""
    return [one for one in await fetch(db, RUNS) if one[2] == "finished"]


def disordered(one, two):
    return one[0] == two[0] and one[4] > two[4]


def late(one, due):
    """Whether a program that fell due while replicas ran began more than two minutes after."""
    at = due.get(one[:2])
    return at is not None and one[3] > at and WITHIN < (one[3] - at).total_seconds() < 15 * 60
