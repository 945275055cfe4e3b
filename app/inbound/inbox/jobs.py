"""Replays of the quarantine some events at a time, and the end of what was kept to be read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.inbound.errors import ClaimLost, InboundEventNotFound, NotReplayable
from app.inbound.fetching.notified import ask_fetches
from app.inbound.inbox.models import ClaimedReplay
from app.inbound.inbox.replaying import NEVER, Replayer
from app.inbound.pipeline import Pipeline
from app.inbound.repository import inbox as repository
from app.inbound.repository.inbox import Progress
from app.inbound.sources.known import KnownSources
from app.kit.clock import Clock
from app.kit.db import Database, Session
from app.kit.loops import ErrandLoop
from app.kit.sealing import Seal
from app.orders import kept
from app.orders.kept import Held

AT_ONCE = 100  # events of one step
LEASE = timedelta(minutes=2)
MOST_PAUSE = timedelta(minutes=5)
RAW_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ReplayErrand:
    """The next events of a replay. An event that stays in quarantine holds up no other."""

    replayer: Replayer
    clock: Clock

    async def claim(self, session: Session, now: datetime) -> ClaimedReplay | None:
        return await repository.claim_replay(session, uuid4(), now, now + LEASE)

    async def run(self, unit: ClaimedReplay) -> None:
        """Raises ClaimLost when another worker has taken it meanwhile."""
        found = await self.replayer.db.run(
            lambda session: kept.held(
                session,
                unit.program_id,
                (unit.after_at, unit.after_key),
                unit.created_at,
                AT_ONCE,
            )
        )
        wanted = [one for one in found if _is_wanted(unit, one)]
        resolved = [await self._replay(unit.program_id, one.event_key) for one in wanted]
        last = found[-1] if found else None
        progress = Progress(
            after_at=last.received_at if last else unit.after_at,
            after_key=last.event_key if last else unit.after_key,
            seen=len(wanted),
            resolved=sum(resolved),
            ends=len(found) < AT_ONCE,
        )

        async def note(session: Session) -> None:
            if not await repository.note_replay(session, unit, progress, self.clock.now()):
                raise ClaimLost

        await self.replayer.db.run(note)

    async def fail(self, session: Session, unit: ClaimedReplay, now: datetime) -> None:
        pause = timedelta(seconds=2 ** min(unit.attempts, 16))
        await repository.retry_replay(session, unit, now + min(pause, MOST_PAUSE))

    async def _replay(self, program_id: UUID, event_key: UUID) -> bool:
        """Whether it has left the quarantine."""
        try:
            done = await self.replayer.replay(program_id, event_key, self.clock.now())
        except (InboundEventNotFound, NotReplayable):
            return False
        return done.outcome.word != "quarantined"


def replay_loop(db: Database, clock: Clock, seal: Seal) -> ErrandLoop[ClaimedReplay]:
    """What replays the quarantine in a process that takes no requests."""
    replayer = Replayer(Pipeline(db), KnownSources(db, seal), ask_fetches)
    return ErrandLoop(db, clock, ReplayErrand(replayer, clock), name="inbound replays")


def _is_wanted(unit: ClaimedReplay, one: Held) -> bool:
    readable = one.has_raw and one.reason not in NEVER
    of_source = unit.source in {None, one.source}
    return readable and of_source and unit.reason in {None, one.reason}


@dataclass(frozen=True, slots=True)
class Old:
    """What a program kept of events until an instant."""

    program_id: UUID
    before: datetime


@dataclass(frozen=True, slots=True)
class RawJob:
    """Takes away the raw bytes of events that are older than some days."""

    days: int

    async def claim(self, session: Session, now: datetime) -> Old | None:
        before = now - timedelta(days=self.days)
        found = await kept.programs_of_raw(session, before)
        return Old(found[0], before) if found else None

    async def work(self, session: Session, unit: Old) -> None:
        await kept.drop_raw(session, unit.program_id, unit.before, RAW_AT_ONCE)

    async def fail(self, session: Session, unit: Old, now: datetime) -> None:
        """Nothing to mark: what is left is found again."""
