"""Runs the benchmark: `python -m tests.bench [--size ci|release] [--only name]`.

Page 6, section 6. The last line is the result; figures of a busy machine prove no goal.
"""

import argparse
import asyncio
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

import psutil

from app.kit.logs import set_up_logs
from tests.bench import answers, evaluations, imports, outbound, requests, small
from tests.bench.place import RELEASE, SIZES, opened, say
from tests.bench.report import Found, gate, last_line

BUSY = 0.5
"""Load per core at the start above which nothing is called met."""

MOST_MEMORY = 300.0
BENCHMARKS = {
    "B5": evaluations.daily,
    "B3": evaluations.full,
    "B6": evaluations.flat,
    "B7": requests.read,
    "B8": answers.answers,
    "insight": answers.insight,
    "B1": requests.ingest,
    "B2": requests.steady,
    "B9": requests.history,
    "B10": outbound.deliveries,
    "B11": imports.orders,
    "B13": small.year,
    "B4": evaluations.first,
}


def main():
    asked = arguments().parse_args()
    set_up_logs("error")
    folder = Path(tempfile.mkdtemp(prefix="tiers-bench-"))
    folder.chmod(0o755)
    try:
        outcome = asyncio.run(run(asked.size, asked.only or list(BENCHMARKS), folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return outcome == "fail"


def arguments():
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--size", choices=[*SIZES, "full"], default="ci", help="full = release")
    parser.add_argument("--only", choices=BENCHMARKS, action="append")
    return parser


async def run(size, names, folder):
    busy = os.getloadavg()[0] / os.cpu_count()
    quiet = busy <= BUSY
    found = []
    size = RELEASE if size == "full" else size
    async with opened(SIZES[size], folder) as place:
        tell(await machine(place))
        if not quiet:
            tell(f"load {busy:.2f} per core at the start: nothing is called met")
        for name in (one for one in BENCHMARKS if one in names):
            say(f"{name} …")
            async for one in BENCHMARKS[name](place):
                found.append(one)
                tell(one.line(quiet=quiet))
        if place.memory:
            held = place.memory / 1024**2
            found.append(Found("B14_memory", held, "MB", goal=MOST_MEMORY))
            tell(found[-1].line(quiet=quiet))
    outcome = gate(found, size)
    tell(last_line(found, outcome, quiet=quiet))
    return outcome


async def machine(place):
    """What the figures were measured on."""
    memory = psutil.virtual_memory().total // 1024**3
    version = await place.version()
    load = " ".join(f"{one:.2f}" for one in os.getloadavg())
    cores = f"{os.cpu_count()} cores, {memory} GB, {platform.system()} {platform.machine()}"
    return (
        f"machine: {cores}; PostgreSQL {version}; Python {platform.python_version()}; load {load}"
    )


def tell(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
