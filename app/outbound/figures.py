"""What is watched of the feed and of deliveries, from whichever process is asked."""

import asyncio
from datetime import datetime

from app.kit import metrics
from app.kit.clock import Clock
from app.kit.db import Database, row, sql
from app.kit.logs import log

FIGURES = sql(__file__, "figures")
PAUSE_SECONDS = 15.0


class Figures:
    """Looks every few seconds, as long as its process runs."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="figures")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def look(self) -> None:
        """Set the gauges to what is true now."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            found = await row(session, FIGURES, at=now)
        assert found is not None
        metrics.FEED_UNNUMBERED.set(found.unnumbered)
        metrics.FEED_OLDEST.set(_age(found.unnumbered_since, now))
        metrics.ENDPOINTS_DISABLED.set(found.disabled)
        metrics.DELIVERY_OLDEST.set(_age(found.due_since, now))

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the loop outlives every failure
                log("job_failed", "error", job="figures", error=error)
            await asyncio.sleep(PAUSE_SECONDS)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
