"""Connections of a process: what is watched of them, and how they are cut."""

import time
from typing import Any
from weakref import WeakSet

from sqlalchemy import PoolProxiedConnection, event
from sqlalchemy.exc import DisconnectionError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from app.kit import metrics

POOLS: WeakSet["WatchedPool"] = WeakSet()


class WatchedPool(AsyncAdaptedQueuePool):
    """A pool that tells how long one waits for a connection, a new one's opening included."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        POOLS.add(self)

    def connect(self) -> PoolProxiedConnection:
        began = time.perf_counter()
        try:
            return super().connect()
        except InvalidRequestError as error:  # one after another was closed as soon as it was open
            raise ConnectionAbortedError from error
        finally:
            metrics.DB_POOL_WAIT.observe(time.perf_counter() - began)


class Wires:
    """The connections of one engine. While `cut`, none is given out: who asks is told at once."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.cut = False
        self._open: WeakSet[Any] = WeakSet()
        event.listen(engine.sync_engine, "do_connect", self._opening)
        event.listen(engine.sync_engine, "connect", self._opened)
        event.listen(engine.sync_engine, "checkout", self._taken)

    def cut_all(self) -> None:
        """End every connection under whoever waits for its answer, and open none."""
        self.cut = True
        for one in list(self._open):
            one.terminate()

    def mend(self) -> None:
        """Connections may be opened again."""
        self.cut = False

    def _opening(self, *_: Any) -> None:
        if self.cut:
            raise ConnectionRefusedError

    def _opened(self, connection: Any, _: Any) -> None:
        self._open.add(connection.driver_connection)

    def _taken(self, connection: Any, *_: Any) -> None:
        if connection.driver_connection.is_closed():
            raise DisconnectionError  # the pool opens another one in its place


def _in_use() -> int:
    return sum(pool.checkedout() for pool in list(POOLS))


metrics.DB_POOL_IN_USE.set_function(_in_use)
