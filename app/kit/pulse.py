"""Notices within two seconds that the database takes what we say and does not answer.

A server that is gone refuses; one that hangs, or a network that swallows, would hold every request
until its time is over, and its connections long after.
"""

import asyncio
from contextlib import suppress

from app.kit.db import Database, connect, row, sql
from app.kit.logs import log

ONE = sql(__file__, "one")
EVERY_SECONDS, PATIENCE_SECONDS = 0.25, 1.25
MOMENT = 0.1  # for what came while the event loop was busy


class Pulse:
    """Asks over a connection of its own; cuts those of `db` while there is no answer."""

    def __init__(self, db: Database) -> None:
        url = db.engine.url.render_as_string(hide_password=False)
        self._db = db
        self._own = connect(url, pool=1, overflow=0, name="tiers pulse")
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="pulse")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        self._own.wires.cut_all()
        await self._own.close()

    async def beat(self) -> bool:
        """Ask once; whether there was any answer, be it a refusal."""
        asked = asyncio.create_task(self._ask())
        for seconds in (PATIENCE_SECONDS, MOMENT):
            done, _ = await asyncio.wait([asked], timeout=seconds)
            if done:
                return asked.result()
        self._own.wires.cut_all()
        self._own.wires.mend()
        asked.cancel()
        await asyncio.wait([asked])
        return False

    async def _ask(self) -> bool:
        with suppress(Exception):
            async with self._own.transaction() as session:
                await row(session, ONE)
        return True

    async def _run(self) -> None:
        while True:
            answers = await self.beat()
            if answers and self._db.wires.cut:
                log("database_answers")
                self._db.wires.mend()
            elif not answers and not self._db.wires.cut:
                log("database_silent", "error")
                self._db.wires.cut_all()
            await asyncio.sleep(EVERY_SECONDS)
