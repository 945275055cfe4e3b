"""The daily audits of a process: of every program, once its scheduled check has ended."""

import asyncio

from app.checks import audit
from app.kit.clock import Clock
from app.kit.db import Database
from app.kit.logs import log

PAUSE_SECONDS = 60.0


class Audits:
    """One program at a time, one chunk of members after the other."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="audits")

    async def stop(self) -> None:
        """Leave off; what was not ended is begun anew by whoever is there in an hour."""
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
            report = await audit.audit(self._db, self._clock, program_id)
            level = "info" if report.is_clean else "error"
            log("audited", level, program=program_id, count=sum(report.violations.values()))
