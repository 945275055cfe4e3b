"""Runs the benchmark: `python -m tests.bench [--size ci|release] [--only name]`.

Page 6, section 6. The last line is the result; figures of a busy machine prove no goal.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from app.kit.logs import set_up_logs
from tests.bench import (
    answers,
    audits,
    evaluations,
    growth,
    imports,
    outbound,
    peers,
    requests,
    small,
    wide,
)
from tests.bench.gate import gate, keep
from tests.bench.machine import about, label
from tests.bench.place import opened, say
from tests.bench.published import write_chart, write_figures, write_readme
from tests.bench.report import Found, last_line
from tests.bench.sizes import RELEASE, SIZES

BUSY = 0.5
"""Load per core at the start above which nothing is called met."""

MOST_MEMORY = 300.0
BENCHMARKS = {
    "B5": evaluations.daily,
    "B3": evaluations.full,
    "chart": growth.growth,
    "B6": evaluations.flat,
    "B7": requests.read,
    "B8": answers.answers,
    "insight": answers.insight,
    "B1": requests.ingest,
    "B1b": requests.bare_orders,
    "B1s": wide.spread,
    "B2": requests.steady,
    "B9": requests.history,
    "B10": outbound.deliveries,
    "B11": imports.orders,
    "B12": audits.proofs,
    "B13": small.year,
    "peers": peers.peers,
    "B4": evaluations.first,
}
LONG = {"beside": wide.beside, "huge": wide.huge}
"""Only by name."""


def main():
    asked = arguments().parse_args()
    asked.size = RELEASE if asked.size == "full" else asked.size
    set_up_logs("error")
    folder = Path(tempfile.mkdtemp(prefix="tiers-bench-"))
    folder.chmod(0o755)
    try:
        outcome = asyncio.run(run(asked, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return outcome == "fail"


def arguments():
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--size", choices=[*SIZES, "full"], default="ci", help="full = release")
    parser.add_argument("--only", choices=[*BENCHMARKS, *LONG], action="append", default=[])
    parser.add_argument("--write-readme", action="store_true", help="the table, and the chart")
    parser.add_argument("--keep-baseline", action="store_true", help="what later runs stand to")
    parser.add_argument("--figures", type=Path, metavar="FILE", help="all that was found, as JSON")
    return parser


async def run(asked, folder):
    busy = os.getloadavg()[0] / os.cpu_count()
    quiet = busy <= BUSY
    async with opened(SIZES[asked.size], folder) as place:
        told = about(await place.version(), asked.size)
        tell(f"machine: {told}")
        if not quiet:
            tell(f"load {busy:.2f} per core at the start: nothing is called met")
        found, broken = await measured(place, asked.only or list(BENCHMARKS), quiet=quiet)
    outcome = "fail" if broken else gate(found, asked.size, label() if quiet else None)
    leave(asked, found, told, place.chart, quiet=quiet)
    tell(last_line(found, outcome, quiet=quiet))
    return outcome


async def measured(place, names, *, quiet):
    """What was found, and which benchmarks could not be ended."""
    found, broken = [], []
    for name, benchmark in (BENCHMARKS | LONG).items():
        if name not in names:
            continue
        began = time.perf_counter()
        try:
            async for one in benchmark(place):
                found.append(one)
                tell(one.line(quiet=quiet))
        except Exception:  # noqa: BLE001 - what was measured before is kept, and so is the rest
            broken.append(name)
            say(f"{name} failed:\n{traceback.format_exc()}")
        say(f"{name} took {time.perf_counter() - began:.0f} s")
    if place.memory:
        held = place.memory / 1024**2
        found.append(Found("B14_memory", held, "MB", goal=MOST_MEMORY))
        tell(found[-1].line(quiet=quiet))
    return found, broken


def leave(asked, found, told, chart, *, quiet):
    """What was asked to stay of a run."""
    if asked.write_readme and chart:
        write_chart(chart)
    if asked.write_readme:
        write_readme(found, told, quiet=quiet)
    if asked.keep_baseline:
        keep(found, asked.size, label())
    if asked.figures:
        write_figures(asked.figures, found, told, quiet=quiet)


def tell(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
