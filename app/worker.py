"""The background root: checks, their schedule, and the relay of the feed, beside or without HTTP.

Any number of these may run: the database settles who does what.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from app.checks import slices
from app.checks.audits import Audits
from app.checks.jobs import EndJob, SliceJob
from app.checks.schedule import Schedule
from app.kit.clock import Clock
from app.kit.db import Database, Session
from app.kit.loops import Loop
from app.kit.outgoing import Outgoing
from app.kit.sealing import Seal
from app.orders.jobs import RemapJob
from app.outbound import relay
from app.outbound.relay import RelayJob

DRAIN_SECONDS = 15.0
TICK_SECONDS = 60.0
RELAY_SECONDS = 0.5  # how long the relay of an idle process leaves a change without a number


@dataclass(frozen=True, slots=True)
class Abroad:
    """What work beyond the database needs: the secrets, and a way out."""

    seal: Seal
    outgoing: Outgoing


def start(
    db: Database,
    clock: Clock,
    *,
    abroad: Abroad | None = None,
    told: Callable[[], None] = lambda: None,
    tick_seconds: float = TICK_SECONDS,
) -> "Worker":
    """Start the loops in the running event loop; end them with `stop`.

    `told` is called whenever the feed has grown. Without `abroad` nothing is sent or fetched.
    """
    worker_id = uuid4().hex
    parts: list[Loop[Any]] = []
    schedule = Schedule(db, clock, tick_seconds, done=lambda: _wake(parts))
    parts += [
        Loop(db, clock, EndJob(), name="ends", done=schedule.wake),
        Loop(
            db,
            clock,
            SliceJob(worker_id),
            name="slices",
            leased=True,
            done=lambda: _wake(parts),
        ),
        Loop(db, clock, RemapJob(), name="remaps", done=schedule.wake),
        Loop(db, clock, RelayJob(worker_id), name="relay", done=told, most_wait=RELAY_SECONDS),
    ]
    for part in parts:
        part.start()
    schedule.start()
    audits = Audits(db, clock)
    audits.start()
    return Worker(worker_id, db, clock, tuple(parts), schedule, audits)


def _wake(parts: list[Loop[Any]]) -> None:
    for part in parts:
        part.wake()


@dataclass(frozen=True, slots=True)
class Worker:
    """The loops of one process; `id` is how its leases are known."""

    id: str
    db: Database
    clock: Clock
    loops: tuple[Loop[Any], ...]
    schedule: Schedule
    audits: Audits

    def wake(self) -> None:
        """There may be work: look now."""
        _wake(list(self.loops))
        self.schedule.wake()

    async def stop(self, drain: float = DRAIN_SECONDS) -> None:
        """Claim nothing more, end what runs within `drain` seconds, give the leases back."""
        stops = (loop.stop(drain) for loop in self.loops)
        await asyncio.gather(self.schedule.stop(), self.audits.stop(), *stops)
        await self.db.run(self._give_back)

    async def _give_back(self, session: Session) -> None:
        await slices.give_back(session, self.id)
        await relay.give_back(session, self.id)
