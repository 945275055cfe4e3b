"""The suite on trial: classic faults are planted in a copy of the tree, and tests have to see them.

A fault is caught when a test fails with it that passes without it: one of those that an engineer
there would run, or, if none of them does, one of the same folder.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from rich.progress import track

from tests.proof.campaign import Result, Size, console
from tests.proof.faults import Fault, faults

ROOT = Path(__file__).parents[2]
LEFT = shutil.ignore_patterns(".git", ".venv", ".tiers", "__pycache__", ".*_cache", ".hypothesis")
NUMBER = {"smoke": 1, "ci": 6, "release": None}
QUICK = "tests/policy/test_money.py"
PATIENCE = 900.0  # of one run of tests; a fault that makes them hang is seen by that
FAILED = re.compile(r"^(?:FAILED|ERROR) ([^\s\[]+)", re.MULTILINE)
PASSED, FAILURES = 0, 1


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: what is planted is no fault, so that no test can see it."""
    known = faults()
    chosen = Random(f"calibrate/{seed}").sample(known, NUMBER[size] or len(known))
    if blind:
        chosen = [chosen[0]._replace(new=chosen[0].old, tests=[QUICK])]
    seen = {}
    with copied() as tree:
        for one in track(sorted(chosen), "calibrate", console=console):
            seen[one.name] = caught(one, tree)
            console.print(f"{one.name}: {seen[one.name] or 'SURVIVED'}", soft_wrap=True)
    failures = [
        f"no test sees that {one.says} ({one.name})" for one in chosen if not seen[one.name]
    ]
    counts = {"faults": len(known), "planted": len(chosen), "caught": len(chosen) - len(failures)}
    return Result(seed, counts, failures)


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the tree, beside what lies beside the tree."""
    place = Path(tempfile.mkdtemp(prefix="tiers-faults-"))
    place.chmod(0o755)
    tree = place / ROOT.name
    shutil.copytree(ROOT, tree, ignore=LEFT)
    if (ROOT.parent / "shared").is_dir():
        (place / "shared").symlink_to(ROOT.parent / "shared")
    try:
        yield tree
    finally:
        shutil.rmtree(place)


def caught(fault: Fault, tree: Path) -> str | None:
    """The test that sees the fault."""
    folders = sorted({str(Path(one).parent) for one in fault.tests})
    for tests in (fault.tests, folders):
        with fault.planted(tree):
            failed = first_failed(tests, tree)
        if failed and first_failed([failed], tree) is None:
            return failed
    return None


def first_failed(tests: Sequence[str], tree: Path) -> str | None:
    """The first of these tests that fails. Raises RuntimeError when they cannot be run."""
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    pytest = [sys.executable, "-m", "pytest", *tests, "-x", "-q", "-p", "no:cacheprovider"]
    try:
        done = subprocess.run(
            ["nice", *pytest], cwd=tree, env=env, timeout=PATIENCE, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired:
        return tests[0]
    said = done.stdout.decode()
    if done.returncode == PASSED:
        return None
    found = FAILED.search(said)
    if done.returncode != FAILURES or not found:
        message = f"{tests} could not be run:\n{said[-2_000:]}"
        raise RuntimeError(message)
    return found[1]
