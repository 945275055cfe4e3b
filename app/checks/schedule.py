"""The schedule of a process: looks regularly what programs owe. The database decides what runs."""

import asyncio
from collections.abc import Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from app.checks.advancing import Tick, tick
from app.kit.clock import Clock
from app.kit.db import Database
from app.kit.logs import log

LEAST_PAUSE, MOST_PAUSE = 0.1, 5.0


class Schedule:
    """Ticks every `seconds`; sooner while a program owes more behind an unfinished check.

    `done` is called after a tick that planned something.
    """

    def __init__(
        self, db: Database, clock: Clock, seconds: float, done: Callable[[], None]
    ) -> None:
        self._db = db
        self._clock = clock
        self._done = done
        self._alarm = AsyncIOScheduler(timezone="UTC")
        self._alarm.add_job(self._ring, "interval", seconds=seconds, coalesce=True)
        self._due = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._alarm.start()
        self._task = asyncio.create_task(self._run(), name="schedule")

    def wake(self) -> None:
        """Something may be owed: look now."""
        self._due.set()

    async def stop(self) -> None:
        """End the tick that runs, begin no other."""
        self._stopping = True
        self._alarm.pause()
        await asyncio.sleep(0)  # a ring that has begun ends before shutdown would cancel it
        self._alarm.shutdown(wait=False)
        self.wake()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _ring(self) -> None:
        self.wake()

    async def _run(self) -> None:
        pause = LEAST_PAUSE
        while not self._stopping:
            self._due.clear()
            found = await self._tick()
            if found.did:
                self._done()
            pause = LEAST_PAUSE if found.did else min(2 * pause, MOST_PAUSE)
            await self._rest(pause if found.did or found.waits else None)

    async def _tick(self) -> Tick:
        try:
            return await tick(self._db, self._clock)
        except Exception as error:  # noqa: BLE001 - the schedule outlives every failure
            log("schedule_failed", "error", error=error)
            return Tick(did=False, waits=True)

    async def _rest(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._due.wait()
        except TimeoutError:
            return
