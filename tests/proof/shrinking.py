"""Makes a history that differs small, and stores it: `python -m tests.proof.shrinking <seed>`.

What is stored is played by `test_in_process` for ever.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from tests.proof.gaps import Silent
from tests.proof.generate import history
from tests.proof.model import Json
from tests.proof.model_in_process import Walk

SEEDS = Path(__file__).parent / "seeds"


def possible(log: list[Json]) -> bool:
    """Whether an edit that takes effect now has its check, and no other entry is one."""
    edits = ["publish" in one and one["publish"].get("apply") == "now" for one in log]
    return edits == [*("rules_changed" in one for one in log[1:]), False]


def differs(log: list[Json]) -> bool:
    """Whether the model answers this log, and otherwise than the product."""
    if not possible(log):
        return False
    walk = Walk()
    try:
        for entry in log:
            if "check" in entry and entry["check"]["as_of"] > walk.today.isoformat():
                return False
            walk.tell(entry)
    except (Silent, KeyError, StopIteration):
        return False
    return bool(walk.ended())


def shrunk(log: list[Json], still: Callable[[list[Json]], bool]) -> list[Json]:
    """The log without whatever can be left out, in ever smaller parts; the first entry stays."""
    size = len(log) // 2
    while size:
        start = 1
        while start < len(log):
            less = log[:start] + log[start + size :]
            if still(less):
                log = less
            else:
                start += size
        size //= 2
    return log


def simpler(log: list[Json], still: Callable[[list[Json]], bool]) -> list[Json]:
    """Batches and imports with fewer events."""
    for place, entry in enumerate(log):
        ((name, events),) = entry.items()
        if name in {"batch", "import"}:
            for event in list(events):
                fewer = [one for one in log[place][name] if one is not event]
                less = [*log[:place], {name: fewer}, *log[place + 1 :]]
                if fewer and still(less):
                    log = less
    return log


def main() -> None:
    """Store the shrunk log of a seed that differs."""
    seed = int(sys.argv[1])
    log = history(seed).log
    if not differs(log):
        sys.exit(f"seed {seed} does not differ")
    log = shrunk(simpler(shrunk(log, differs), differs), differs)
    SEEDS.mkdir(exist_ok=True)
    entries = ",\n  ".join(json.dumps(entry) for entry in log)
    text = f'{{\n "seed": {seed},\n "log": [\n  {entries}\n ]\n}}\n'
    (SEEDS / f"in_process_{seed}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
