"""Runs campaigns: `python -m tests.proof <name|all> [--size smoke|ci|release] [--seed N]`.

The last line of each is its result; of all, the last lines are those of each. With `--blind` a
defect is planted, which has to be reported: the exit code then says whether it was.
"""

import argparse
import subprocess
import sys
import time
from typing import NamedTuple

from tests.proof.campaign import SIZES, Run, Size, console, hush
from tests.proof.campaigns import BESIDE, CAMPAIGNS


def main() -> int:
    """The number of campaigns that did not do what they should."""
    asked = arguments().parse_args()
    hush()
    if asked.name == "all":
        return all_of_them(asked)
    return int(not told(asked.name, CAMPAIGNS[asked.name], asked))


def all_of_them(asked: argparse.Namespace) -> int:
    """Each in a process of its own: what one leaves behind is no concern of the next."""
    beside = {name: begun(name, asked) for name in BESIDE}
    found = [ended(name, begun(name, asked)) for name in CAMPAIGNS if name not in BESIDE]
    found += [ended(name, process) for name, process in beside.items()]
    print(*(one.line for one in found), sep="\n", flush=True)  # noqa: T201 - as below
    return sum(not one.is_good for one in found)


class Ended(NamedTuple):
    line: str
    is_good: bool


def begun(name: str, asked: argparse.Namespace) -> subprocess.Popen[str]:
    said = [name, "--size", asked.size, "--seed", str(asked.seed), *["--blind"] * asked.blind]
    command = [sys.executable, "-m", "tests.proof", *said]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def ended(name: str, process: subprocess.Popen[str]) -> Ended:
    waited = time.monotonic()
    line = (process.communicate()[0].splitlines() or [""])[-1]
    seconds = time.monotonic() - waited
    console.print(f"{seconds:.0f} s: {line}", markup=False, highlight=False, soft_wrap=True)
    if not line.startswith(f"proof {name}: "):
        return Ended(f"proof {name}: died FAILED", is_good=False)
    return Ended(line, is_good=process.returncode == 0)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.proof")
    parser.add_argument("name", choices=["all", *CAMPAIGNS])
    parser.add_argument("--size", choices=SIZES, default="ci")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--blind", action="store_true", help="plant a defect")
    return parser


def told(name: str, run: Run, asked: argparse.Namespace) -> bool:
    """Run one campaign, print what it found, and answer whether it did what it should."""
    size: Size = asked.size
    result = run(size, asked.seed, blind=asked.blind)
    for failure in result.failures:
        console.print(failure, style="red", markup=False, highlight=False, soft_wrap=True)
    print(result.line(name), flush=True)  # noqa: T201 - the result is what standard output is for
    if asked.blind:
        seen = "was reported" if result.failures else "was NOT seen"
        console.print(f"{name}: the planted defect {seen}")
    return bool(result.failures) == asked.blind


if __name__ == "__main__":
    sys.exit(main())
