"""P7: the database is away; every route says so at once, and nothing stays half done."""

import asyncio
import signal
import time
from random import Random
from uuid import uuid4

import psutil

from app.main import openapi_document
from tests.proof.campaign import Result, Size, console
from tests.proof.crash_app import found_after
from tests.proof.crash_postgres import RECOVERY, commits
from tests.proof.ground import ground
from tests.proof.senders import Load

AWAY = {"smoke": (1, 4.0), "ci": (2, 20.0), "release": (10, 20.0)}
AT_ONCE = 2.0
SLACK = {"smoke": 8.0, "ci": 0.5, "release": 0.5}  # of a machine that is busy with other tests


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: the database is not away at all."""
    return asyncio.run(play(size, seed, blind=blind))


async def play(size, seed, *, blind=False):
    faults, seconds = AWAY[size]
    failures, answers, recoveries = [], [], []
    async with ground((), ()) as found:
        load = await Load.begin(found, Random(f"database-away/{seed}"), senders=1)
        for number in range(faults):
            await asyncio.sleep(2)
            if not blind:
                await leave(found, number)
            walked, wrong = await walk(found, load.programs[0].headers, seconds)
            answers, failures = [*answers, *walked], [*failures, *wrong]
            if not blind:
                await come_back(found, number)
            began = await found.answers()
            await asyncio.gather(*(commits(replica, began) for replica in found.replicas))
            recoveries.append(time.monotonic() - began)
            console.print(f"database-away: {number + 1} of {faults}, {len(walked)} answers")
        await load.stop()
        await found.db.engine.dispose()
        more, counts = await found_after(found.db, load)
    slow = [f"{path} took {took:.1f} s" for path, took in answers if took > AT_ONCE + SLACK[size]]
    slow += [f"serving again after {one:.1f} s" for one in recoveries if one > RECOVERY]
    counts = {
        "faults": faults,
        "slowest_answer_s": round(max(took for _, took in answers), 2),
        "recovery_max_s": round(max(recoveries), 1),
        "audit": counts["audit"],
    }
    return Result(seed, counts, [*failures, *slow, *more])


async def leave(found, number):
    """Every other time it is not gone, but takes everything and answers nothing."""
    if number % 2:
        signal_all(found, signal.SIGSTOP)
    else:
        await found.server.stop()


async def come_back(found, number):
    if number % 2:
        signal_all(found, signal.SIGCONT)
    else:
        await found.open()


def signal_all(found, what):
    postmaster = psutil.Process(found.server.pid)
    for one in [postmaster, *postmaster.children()]:
        one.send_signal(what)


async def walk(found, headers, seconds):
    """Ask everything of every replica, again and again for so long; (route, seconds) of each."""
    until, took, wrong = time.monotonic() + seconds, [], []
    while not took or time.monotonic() < until:
        for method, path in [*operations(), ("GET", "/healthz"), ("GET", "/readyz")]:
            expected = 200 if path == "/healthz" else 503
            for replica in found.replicas:
                began = time.monotonic()
                answer = await replica.client.request(
                    method, path, headers={**headers, "If-Match": "*"}, **body_of(method)
                )
                took.append((f"{method} {path}", time.monotonic() - began))
                if answer.status_code != expected:
                    wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
                elif expected == 503 and "Retry-After" not in answer.headers:
                    wrong.append(f"{method} {path}: without Retry-After")
    return took, wrong


def operations():
    """Every documented operation, with ids that could be somebody's."""
    named = {"id}": str(uuid4()), "date}": "2026-11-22", "version}": "1", "n}": "1"}
    for template, item in openapi_document()["paths"].items():
        head, *rest = template.split("{")
        filled = [
            next((v for k, v in named.items() if part.split("/")[0].endswith(k)), "a")
            for part in rest
        ]
        tails = [part.partition("}")[2] for part in rest]
        path = head + "".join(one + tail for one, tail in zip(filled, tails, strict=True))
        for method in item:
            if template.startswith("/v1/"):
                yield method.upper(), path


def body_of(method):
    return {"json": {}} if method in {"POST", "PUT", "PATCH"} else {}
