"""Connections that wait for the next request to the same host at the same address."""

import asyncio
from typing import NamedTuple

from app.kit.outgoing.urls import Target
from app.kit.outgoing.wires import IDLE_SECONDS, Wire

MOST_IDLE = 100


class Place(NamedTuple):
    """What two requests must share to share a connection."""

    scheme: str
    host: str
    port: int
    address: str

    @classmethod
    def of(cls, target: Target, address: str) -> "Place":
        return cls(target.scheme, target.host, target.port, address)


class Pool:
    """Holds idle connections only, each for IDLE_SECONDS at most."""

    def __init__(self) -> None:
        self._idle: dict[Place, list[tuple[Wire, asyncio.TimerHandle]]] = {}
        self._count = 0
        self._closed = False

    def take(self, place: Place) -> Wire | None:
        """One that is still open, the youngest first."""
        while waiting := self._idle.get(place):
            wire, timer = waiting.pop()
            timer.cancel()
            self._left(place)
            if wire.is_reusable:
                return wire
            wire.stream.cut()
        return None

    def keep(self, place: Place, wire: Wire) -> None:
        """Keep it for the next one, or cut it if it cannot serve again."""
        if self._closed or self._count >= MOST_IDLE or not wire.is_reusable:
            wire.stream.cut()
            return
        timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._drop, place, wire)
        self._idle.setdefault(place, []).append((wire, timer))
        self._count += 1

    def close(self) -> None:
        """Cut what waits, and what would wait later."""
        self._closed = True
        for waiting in self._idle.values():
            for wire, timer in waiting:
                timer.cancel()
                wire.stream.cut()
        self._idle.clear()
        self._count = 0

    def _drop(self, place: Place, wire: Wire) -> None:
        self._idle[place] = [one for one in self._idle[place] if one[0] is not wire]
        self._left(place)
        wire.stream.cut()

    def _left(self, place: Place) -> None:
        self._count -= 1
        if not self._idle[place]:
            del self._idle[place]
