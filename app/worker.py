"""The background root: checks, their schedule, and the relay of the feed, beside or without HTTP.

Any number of these may run: the database settles who does what.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

from app.access.jobs import AnswerJob
from app.checks import slices
from app.checks.audits import Audits
from app.checks.figures import Figures as CheckFigures
from app.checks.jobs import EndJob, SliceJob
from app.checks.schedule import Schedule
from app.inbound.exchange.jobs import exchange_loop
from app.inbound.fetching.errands import Errands, shops_of
from app.inbound.imports import job as imports_job
from app.inbound.imports.forgetting import FindingsJob
from app.inbound.imports.job import ImportJob
from app.inbound.inbox.jobs import RawJob, replay_loop
from app.kit.clock import Clock
from app.kit.db import Database, Session
from app.kit.loops import Loop
from app.kit.outgoing import Outgoing
from app.kit.sealing import Seal
from app.orders.jobs import RemapJob
from app.outbound import delivering, relay
from app.outbound.delivering import Deliveries
from app.outbound.erasing import NoticeJob
from app.outbound.figures import Figures
from app.outbound.jobs import PruneJob, RemoveJob, ReplayJob
from app.outbound.pushes.lanes import Lanes
from app.outbound.pushes.pusher import Pusher
from app.outbound.relay import RelayJob
from app.outbound.sending import Webhooks

DRAIN_SECONDS = 15.0
TICK_SECONDS = 60.0
RARELY_SECONDS = 600.0
RAW_DAYS = 30
RELAY_SECONDS = 0.5  # how long the relay of an idle process leaves a change without a number


class Wakeable(Protocol):
    """What sleeps until there may be work."""

    def wake(self) -> None: ...


class Beside(Protocol):
    """What runs as long as its process, in its own way."""

    def start(self) -> None: ...

    async def stop(self) -> None: ...


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
    raw_days: int = RAW_DAYS,
) -> "Worker":
    """Start the loops in the running event loop; end them with `stop`.

    `told` is called whenever the feed has grown. Without `abroad` nothing is sent or fetched.
    `raw_days`: how long the bodies of events in quarantine, and findings of imports, are kept.
    """
    worker_id = uuid4().hex
    parts: list[Loop[Any]] = []
    schedule = Schedule(db, clock, tick_seconds, done=lambda: _wake(parts))
    leaving = _leaving(db, clock, worker_id, abroad) if abroad else []
    parts += [
        Loop(db, clock, EndJob(), name="ends", done=schedule.wake),
        Loop(db, clock, SliceJob(worker_id), name="slices", leased=True, done=lambda: _wake(parts)),
        Loop(db, clock, RemapJob(), name="remaps", done=schedule.wake),
        Loop(db, clock, RawJob(raw_days), name="raw", most_wait=RARELY_SECONDS),
        Loop(db, clock, FindingsJob(raw_days), name="findings", most_wait=RARELY_SECONDS),
        Loop(db, clock, AnswerJob(), name="answers", most_wait=RARELY_SECONDS),
        Loop(db, clock, ImportJob(db, worker_id), name="imports", leased=True),
        *_outbound(db, clock, worker_id, told, lambda: _wake(leaving)),
    ]
    others: list[Beside] = [schedule, Audits(db, clock)]
    others += [Figures(db, clock), CheckFigures(db, clock)]
    if abroad:
        others += [*leaving, Errands(shops_of(db, clock, abroad.seal, abroad.outgoing))]
        others += [exchange_loop(db, clock, abroad.seal), replay_loop(db, clock, abroad.seal)]
    for one in (*parts, *others):
        one.start()
    return Worker(worker_id, db, clock, tuple(parts), schedule, tuple(others))


def _leaving(
    db: Database, clock: Clock, worker_id: str, abroad: Abroad
) -> list[Deliveries | Lanes]:
    """What sends changes away, and is woken by them."""
    return [
        Deliveries(db, clock, abroad.seal, Webhooks(abroad.outgoing), worker_id),
        Lanes(Pusher(db, clock, abroad.seal, abroad.outgoing, worker_id)),
    ]


def _outbound(
    db: Database, clock: Clock, worker_id: str, told: Callable[[], None], due: Callable[[], None]
) -> list[Loop[Any]]:
    """`told` of each change that was numbered; `due`: there may be something to deliver."""

    def numbered() -> None:
        told()
        due()

    return [
        Loop(db, clock, RelayJob(worker_id), name="relay", done=numbered, most_wait=RELAY_SECONDS),
        Loop(db, clock, ReplayJob(), name="replays", done=due, most_wait=RELAY_SECONDS),
        Loop(db, clock, RemoveJob(), name="removals", most_wait=RARELY_SECONDS),
        Loop(db, clock, PruneJob(), name="prunes", most_wait=RARELY_SECONDS),
        Loop(db, clock, NoticeJob(), name="notices", most_wait=RARELY_SECONDS),
    ]


def _wake(parts: Sequence[Wakeable]) -> None:
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
    others: tuple[Beside, ...]

    def wake(self) -> None:
        """There may be work: look now."""
        _wake(self.loops)
        self.schedule.wake()

    async def stop(self, drain: float = DRAIN_SECONDS) -> None:
        """Claim nothing more, end what runs within `drain` seconds, give the leases back."""
        stops = (loop.stop(drain) for loop in self.loops)
        await asyncio.gather(*stops, *(one.stop() for one in self.others))
        await self.db.run(self._give_back)

    async def _give_back(self, session: Session) -> None:
        await slices.give_back(session, self.id)
        await relay.give_back(session, self.id)
        await imports_job.give_back(session, self.id)
        await delivering.give_back(session, self.id, self.clock.now())
