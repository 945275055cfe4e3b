"""How long something has lately taken, for work that gives way to it."""

import time
from collections import deque

LATELY_SECONDS, MOST = 10.0, 1_000


class Lately:
    """The durations of the last ten seconds, at most a thousand of them."""

    def __init__(self) -> None:
        self._noted: deque[tuple[float, float]] = deque(maxlen=MOST)

    def note(self, seconds: float) -> None:
        self._noted.append((time.monotonic(), seconds))

    def p99(self) -> float:
        """99 of 100 took no longer; 0 where there was nothing."""
        since = time.monotonic() - LATELY_SECONDS
        ordered = sorted(seconds for at, seconds in self._noted if at >= since)
        return ordered[len(ordered) * 99 // 100] if ordered else 0.0


INGEST = Lately()
"""How long facts waited in this process until they were committed."""
