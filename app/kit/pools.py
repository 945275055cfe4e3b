"""Connections of a process, and what is watched of them."""

import time
from typing import Any
from weakref import WeakSet

from sqlalchemy import PoolProxiedConnection
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
        finally:
            metrics.DB_POOL_WAIT.observe(time.perf_counter() - began)


def _in_use() -> int:
    return sum(pool.checkedout() for pool in list(POOLS))


metrics.DB_POOL_IN_USE.set_function(_in_use)
