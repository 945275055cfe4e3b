"""The deliveries of a process: finds endpoints that have something due, and serves each."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.kit.clock import Clock
from app.kit.db import Database, Session
from app.kit.logs import log
from app.kit.loops import Repeating
from app.kit.sealing import Seal
from app.outbound.lane import Lane, Office
from app.outbound.parcels import Claim
from app.outbound.repository import lanes as repository
from app.outbound.repository.lanes import Lease
from app.outbound.sending import Send
from app.outbound.turns import LEASE

MOST_LANES = 64
TURNS_AT_ONCE = 4
MOST_WAIT = 0.5

Lanes = dict[UUID, asyncio.Task[None]]


class Deliveries(Repeating):
    """Any number of these may run: an endpoint is served by one at a time."""

    def __init__(self, db: Database, clock: Clock, seal: Seal, send: Send, holder: str) -> None:
        super().__init__("deliveries", most_wait=MOST_WAIT)
        turns = asyncio.Semaphore(TURNS_AT_ONCE)
        self._lanes: Lanes = {}
        self._office = Office(
            *(db, clock, seal, send, holder, turns),
            stops=lambda: self._stopping,
            is_full=lambda: len(self._lanes) >= MOST_LANES,
        )

    async def work(self) -> bool:
        """Serve further endpoints; whether there were any."""
        room = MOST_LANES - len(self._lanes)
        found = await self._office.db.run(self._claim(room)) if room else []
        for claim in found:
            self._serve(claim)
        return bool(found)

    async def stop(self, drain: float = 15.0) -> None:
        """Begin nothing more, end what is being sent, or leave it to others after `drain`."""
        until = asyncio.get_running_loop().time() + drain
        await super().stop(drain)
        if not self._lanes:
            return
        left = max(0.0, until - asyncio.get_running_loop().time())
        _, late = await asyncio.wait(self._lanes.values(), timeout=left)
        for lane in late:
            lane.cancel()
        if late:
            await asyncio.wait(late)

    def _claim(self, room: int) -> Callable[[Session], Awaitable[list[Claim]]]:
        now = self._office.clock.now()
        lease = Lease(self._office.holder, now, now + LEASE)
        busy = list(self._lanes)
        return lambda session: repository.claim_endpoints(session, lease, busy, room)

    def _serve(self, claim: Claim) -> None:
        task = asyncio.create_task(Lane(self._office, claim).run(), name="lane")
        self._lanes[claim.id] = task
        task.add_done_callback(lambda ended: self._served(claim, ended))

    def _served(self, claim: Claim, ended: asyncio.Task[None]) -> None:
        """What a failed lane has claimed is anybody's when its lease has ended."""
        del self._lanes[claim.id]
        if not ended.cancelled() and (error := ended.exception()) is not None:
            log("job_failed", "error", job="lane", error=error)


async def give_back(session: Session, holder: str, at: datetime) -> None:
    """Let others deliver at once what a stopping process has claimed."""
    await repository.release(session, holder, at)
