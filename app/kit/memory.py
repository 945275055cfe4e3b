"""A short memory of what is read again and again."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, NamedTuple, TypeVar

Value = TypeVar("Value")

MOST_REMEMBERED = 10_000


class _Held(NamedTuple, Generic[Value]):
    value: Value
    until: float


class Memory(Generic[Value]):
    """Values by their names, each for a while; what is None is not remembered.

    Who asks while a value is being read waits for that answer: when it grows old under many
    requests at once, it is read once and not by each of them.
    """

    def __init__(self, seconds: float, most: int = MOST_REMEMBERED) -> None:
        self._seconds = seconds
        self._most = most
        self._held: dict[str, _Held[Value]] = {}
        self._reading: dict[str, asyncio.Task[Value | None]] = {}

    def __contains__(self, name: str) -> bool:
        """Whether it was there when it was read last."""
        return name in self._held

    def last(self, name: str) -> Value | None:
        """The value as it was read last, however old."""
        held = self._held.get(name)
        return held.value if held is not None else None

    def known(self, name: str) -> Value | None:
        """The value, if it is not older than the memory lasts."""
        held = self._held.get(name)
        return held.value if held is not None and held.until > time.monotonic() else None

    async def value(self, name: str, read: Callable[[], Awaitable[Value | None]]) -> Value | None:
        """The value as it was known within the seconds of this memory. Raises what `read` does."""
        found = self.known(name)
        if found is not None:
            return found
        task = self._reading.get(name)
        if task is None:
            task = self._reading[name] = asyncio.create_task(self._read(name, read))
            task.add_done_callback(lambda ended: self._ended(name, ended))
        return await asyncio.shield(task)

    def forget(self, name: str) -> None:
        """Read it again when it is asked for next."""
        self._held.pop(name, None)
        self._reading.pop(name, None)

    async def _read(self, name: str, read: Callable[[], Awaitable[Value | None]]) -> Value | None:
        until = time.monotonic() + self._seconds
        found = await read()
        if self._reading.get(name) is asyncio.current_task():
            self._remember(name, found, until)
        return found

    def _remember(self, name: str, found: Value | None, until: float) -> None:
        self._held.pop(name, None)
        if found is not None:
            self._held[name] = _Held(found, until)
        if len(self._held) > self._most:
            self._held.pop(next(iter(self._held)))

    def _ended(self, name: str, ended: asyncio.Task[Value | None]) -> None:
        if self._reading.get(name) is ended:
            del self._reading[name]
        if not ended.cancelled():
            ended.exception()  # whoever waited has it; nobody may be left
