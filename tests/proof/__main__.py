"""Runs campaigns: `python -m tests.proof <name|all> [--size smoke|ci|release] [--seed N]`.

The last line of each is its result. With `--blind` a defect is planted, which has to be reported:
the exit code then says whether it was.
"""

import argparse
import sys

from tests.proof.campaign import SIZES, Run, Size, console, hush
from tests.proof.campaigns import CAMPAIGNS


def main() -> int:
    """The number of campaigns that did not do what they should."""
    asked = arguments().parse_args()
    hush()
    names = list(CAMPAIGNS) if asked.name == "all" else [asked.name]
    return sum(not told(name, CAMPAIGNS[name], asked) for name in names)


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
