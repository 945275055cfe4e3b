"""Readers that wait for the next change of a feed."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.requests import Request

from app.kit.errors import TooManyRequests

MOST_WAITING = 10
RETRY_AFTER = 5


class Waiting:
    """Who waits in this process, by API key; `wake` lets all of them look.

    `stops`: whether the process stops; then nobody waits any longer.
    """

    def __init__(self, stops: Callable[[], bool] = lambda: False) -> None:
        self._changed = asyncio.Event()
        self._waiting: Counter[str] = Counter()
        self.stops = stops

    def wake(self) -> None:
        """There may be new changes: look now."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        """Until somebody wakes us, or so long."""
        changed = self._changed
        try:
            async with asyncio.timeout(seconds):
                await changed.wait()
        except TimeoutError:
            return

    @contextmanager
    def place(self, key_id: str) -> Iterator[None]:
        """A place for one reader. Raises TooManyRequests when its key has no more."""
        if self._waiting[key_id] >= MOST_WAITING:
            raise TooManyRequests(RETRY_AFTER, "Too many requests of this key are waiting.")
        self._waiting[key_id] += 1
        try:
            yield
        finally:
            self._waiting[key_id] -= 1
            self._waiting += Counter()


def waiting_of(request: Request) -> Waiting:
    """The application's; the root puts it into the state."""
    found: Waiting = request.app.state.waiting
    return found
