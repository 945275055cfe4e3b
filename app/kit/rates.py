"""Token buckets: so many per second, with bursts, per name."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_NAMES = 10_000


class Buckets:
    """One bucket per name, full at first; the longest unused are forgotten."""

    def __init__(
        self, per_second: float, burst: float, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = per_second
        self._burst = burst
        self._timer = timer
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> int:
        """Take one token. 0 when there was one, else the whole seconds until there is."""
        level = self.level(name)
        taken = level >= 1
        self._levels[name] = (level - taken, self._timer())
        self._levels.move_to_end(name)
        if len(self._levels) > MOST_NAMES:
            self._levels.popitem(last=False)
        return 0 if taken else math.ceil((1 - level) / self._rate)

    def wait(self, name: str) -> int:
        """What `take` would answer; nothing is taken."""
        level = self.level(name)
        return 0 if level >= 1 else math.ceil((1 - level) / self._rate)

    def level(self, name: str) -> float:
        """How many tokens are there now."""
        level, since = self._levels.get(name, (self._burst, 0.0))
        return min(self._burst, level + (self._timer() - since) * self._rate)
