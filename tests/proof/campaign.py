"""What every campaign is and answers, and how many seeds of it share the cores."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from typing import Any, Literal, Protocol, TypeVar

import structlog
from rich.console import Console
from rich.progress import track

from app.kit.logs import set_up_logs

Size = Literal["smoke", "ci", "release"]
SIZES: tuple[Size, ...] = ("smoke", "ci", "release")
ROOM: Mapping[Size, float] = {"smoke": 4.0, "ci": 4.0, "release": 1.0}
"""How many times as long as page 6 says things may take: only a release has its machine to itself,
and whoever shares one would fail by what others do. The figures say how long they took."""
AT_ONCE = 25

Given = TypeVar("Given")
Found = TypeVar("Found")

console = Console(file=sys.stderr)


@dataclass(frozen=True)
class Result:
    """`counts`: the keys of page 6 in their order; `failures`: one line for each."""

    seed: int
    counts: Mapping[str, int | float | str]
    failures: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        """The last line of a campaign, in the form that page 6 gives."""
        said = {**self.counts, "failures": len(self.failures), "seed": self.seed}
        pairs = " ".join(f"{key}={value}" for key, value in said.items())
        return f"proof {name}: {pairs} {'FAILED' if self.failures else 'ok'}"


class Run(Protocol):
    """`seed` picks the cases, no two seeds the same ones; `blind` plants a defect."""

    def __call__(self, size: Size, seed: int, *, blind: bool) -> Result: ...


def hush() -> None:
    """Let this process log errors alone: a campaign writes more than anybody wants to read."""
    set_up_logs("error")
    structlog.configure(processors=[_without_notices, *structlog.get_config()["processors"]])


def _without_notices(_: Any, __: str, fields: MutableMapping[str, Any]) -> Any:
    if "level_said" in fields:
        raise structlog.DropEvent
    return fields


def bound95(cases: int, failures: int) -> str:
    """The upper bound of the failure rate at 95 %, which only a run without failures gives."""
    return f"{3 / cases:.2g}" if cases and not failures else "-"


def shared(
    work: Callable[..., Found], given: Iterable[Given], what: str, **more: Any
) -> Iterator[Found]:
    """What `work` answers for each one given, from as many processes as there are cores."""
    asked = list(given)
    context = get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), context, hush) as pool:
        found = pool.map(partial(work, **more), asked, chunksize=min(AT_ONCE, len(asked) // 4 + 1))
        yield from track(found, what, total=len(asked), console=console)
