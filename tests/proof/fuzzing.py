"""P11: Schemathesis, with all its phases and checks, once as a key of each scope and as root.

What our contract decides otherwise than its checks is said in `schemathesis.toml` and, where one
failure alone is meant, in `fuzz_hooks`.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from app.kit.db import Database
from tests.proof.campaign import Result, Size, console
from tests.proof.findings import audited, fetch
from tests.proof.fuzz_subject import CALLERS, Caller
from tests.proof.ground import ROOT, ground

CONFIG = Path(__file__).with_name("schemathesis.toml")
DEFECT = "defect:trust_cursors"
AT_ONCE = 2
LEAVING = 120
FOUND, CLEAN = 1, 0
PATIENCE = 60.0
AT_WORK = """
SELECT (SELECT count(*) FROM checks WHERE state IN ('queued', 'running') AND occasion <> 'audit')
     + (SELECT count(*) FROM changes WHERE feed_seq IS NULL)"""


class Scale(NamedTuple):
    """`seconds`: of each caller. `examples`: of each operation and phase, at most."""

    seconds: int
    examples: int


SCALES = {"smoke": Scale(12, 1), "ci": Scale(28, 10), "release": Scale(1_200, 200)}


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: a cursor that nobody gave is not expected."""
    return asyncio.run(play(SCALES[size], seed, blind=blind))


async def play(scale: Scale, seed: int, *, blind: bool) -> Result:
    async with ground([DEFECT] if blind else []) as found:
        callers = [Caller(name, found.replicas[0]) for name in CALLERS]
        for one in callers:
            await one.begin()
        at_once = asyncio.Semaphore(AT_ONCE)

        async def fuzzed(one: Caller) -> "Report":
            async with at_once:
                return await report(one, scale, seed, found.folder)

        reports = await asyncio.gather(*map(fuzzed, callers))
        failures = sorted({one for report_ in reports for one in report_.failures})
        unique = len(failures)
        failures += [lost for one in callers if (lost := await one.lost())]
        failures += await quiet(found.db)
        failures += await audited(found.db)
        counts = {
            "operations": max(one.operations for one in reports),
            "cases": sum(one.cases for one in reports),
            "failures_unique": unique,
        }
        return Result(seed, counts, failures)


async def quiet(db: Database) -> list[str]:
    """Wait until no check is left and the feed has numbered everything.

    What an edit owes may be due in a day: its quiet period was drawn, too.
    """
    for _ in range(int(PATIENCE / 0.2)):
        [(left,)] = await fetch(db, AT_WORK)
        if not left:
            return []
        await asyncio.sleep(0.2)
    return [f"{left} checks and changes are left"]


class Report(NamedTuple):
    operations: int
    cases: int
    failures: list[str]


async def report(caller: Caller, scale: Scale, seed: int, folder: Path) -> Report:
    """What a run as this caller found; all it printed, where it did not end as it should."""
    target = folder / f"{caller.name}.json"
    process = await asyncio.create_subprocess_exec(
        *command(caller, scale, seed, target),
        cwd=folder,
        env={**os.environ, "PROOF_KEPT": caller.kept, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(2 * scale.seconds + LEAVING):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    text = said.decode(errors="replace")
    if process.returncode not in {CLEAN, FOUND} or not target.exists():
        return Report(0, 0, [f"{caller.name} ended with {process.returncode}: {text[-2000:]}"])
    found = read(json.loads(target.read_text("utf-8")))
    console.print(f"schemathesis: {caller.name}, {found.cases} cases")
    if found.failures:
        console.print(text, markup=False, highlight=False)
    return found


def command(caller: Caller, scale: Scale, seed: int, target: Path) -> list[str]:
    named = (f"{name}: {value}" for name, value in caller.headers.items())
    return [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "--no-color", "run",
        f"{caller.replica.base}/openapi.json", "--url", caller.replica.base,
        "--max-time", str(scale.seconds), "--max-examples", str(scale.examples),
        "--seed", str(seed), "--report-json-path", str(target),
        *(part for one in named for part in ("--header", one)),
    ]  # fmt: skip


def read(told: dict[str, Any]) -> Report:
    tested, found = told["operations"]["tested"], [*failures(told)]
    if not tested:
        found.append("no operation was tested")
    return Report(tested, told["test_cases"]["generated"], found)


def failures(told: dict[str, Any]) -> Iterator[str]:
    for one in told["failures"]:
        yield from (f"{operation}: {one['title']}" for operation in one["operations"])
    for one in told["errors"]:
        yield f"error: {one['title']}"
