"""The daily audits of a process: of every program, once its scheduled check has ended."""

import asyncio

from app.checks import audit
from app.kit.clock import Clock
from app.kit.db import Database
from app.kit.lately import INGEST
from app.kit.logs import log

PAUSE_SECONDS = 60.0
SLOW_SECONDS, LOOK_SECONDS = 0.025, 0.25
MOST_REST = 9  # times as long as was worked: an audit has to end, and within its day


class Audits:
    """One program at a time, one chunk of members after the other, none while facts wait long."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="audits")

    async def stop(self) -> None:
        """Leave off; whoever else is there goes on."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            try:
                await self._round()
            except Exception as error:  # noqa: BLE001 - the loop outlives every failure
                log("audit_failed", "error", error=error)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _round(self) -> None:
        async with self._db.transaction() as session:
            programs = await audit.due(session, self._clock.now())
        for program_id in programs:
            report = await audit.audit(self._db, self._clock, program_id, rest=rest)
            level = "info" if report.is_clean else "error"
            log("audited", level, program=program_id, count=sum(report.violations.values()))


async def rest(worked: float) -> None:
    """Give way for a while to who tells facts. `worked`: the seconds since the last rest."""
    left = MOST_REST * worked
    while left > 0 and INGEST.p99() > SLOW_SECONDS:
        await asyncio.sleep(min(left, LOOK_SECONDS))
        left -= LOOK_SECONDS
