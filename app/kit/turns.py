"""Turns at work: beside others nobody has more of a process than a share, alone the whole."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

BESIDE_SECONDS = 1.0  # how long somebody who asked counts as beside others
QUICK_SECONDS = 0.25  # a turn is for work of the process; what takes longer waits for the database
MOST_NAMES = 1_000


class Name(NamedTuple):
    """Turns of each `kind` are counted apart; nobody is company to himself."""

    whose: Hashable
    kind: str = ""


@dataclass(slots=True, eq=False)
class Turn:
    """One request's; `end` may be called at any time, and twice."""

    turns: "Turns"
    name: Name
    _ends: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        later = asyncio.get_running_loop().call_later
        self._ends = later(QUICK_SECONDS, self.end)

    def end(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None
            self.turns.ended(self.name)


@dataclass(slots=True)
class Line:
    """Who works and who waits under one name."""

    share: int
    working: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    asked_at: float = 0.0


class Turns:
    """Turns of one process, by the name of who asks."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._lines: OrderedDict[Name, Line] = OrderedDict()

    async def turn(self, name: Name, share: int) -> Turn:
        """Wait for a turn; of one name `share` are given at once while others ask too."""
        line = self._line(name, share)
        if line.working >= share and self._has_company(name):
            mine = asyncio.get_running_loop().create_future()
            line.waiting.append(mine)
            await self._called(name, mine)
        else:
            line.working += 1
        turn = Turn(self, name)
        turn.begin()
        return turn

    def waiting(self, name: Name) -> int:
        """How many wait under this name."""
        line = self._lines.get(name)
        return len(line.waiting) if line else 0

    def ended(self, name: Name) -> None:
        """A turn is over: whoever of that name waits and may, goes on."""
        line = self._lines[name]
        line.working -= 1
        beside = self._has_company(name)
        while line.waiting and (line.working < line.share or not beside):
            mine = line.waiting.popleft()
            if not mine.done():
                line.working += 1
                mine.set_result(None)

    async def _called(self, name: Name, mine: asyncio.Future[None]) -> None:
        try:
            await mine
        except asyncio.CancelledError:
            if not mine.cancelled():
                self.ended(name)  # called and gone at the same moment
            elif mine in self._lines[name].waiting:
                self._lines[name].waiting.remove(mine)
            raise

    def _line(self, name: Name, share: int) -> Line:
        line = self._lines.setdefault(name, Line(share))
        line.asked_at = self._timer()
        self._lines.move_to_end(name)
        if len(self._lines) > MOST_NAMES:
            self._forget_idle()
        return line

    def _forget_idle(self) -> None:
        older = list(self._lines.items())[:-1]
        idle = [name for name, line in older if not (line.working or line.waiting)]
        for name in idle[: len(self._lines) - MOST_NAMES]:
            del self._lines[name]

    def _has_company(self, name: Name) -> bool:
        """Whether somebody else has asked lately; who is not known is company to nobody."""
        since = self._timer() - BESIDE_SECONDS
        others = (one for one in reversed(self._lines) if one.whose not in {name.whose, None})
        last = next(others, None)
        return last is not None and self._lines[last].asked_at > since
