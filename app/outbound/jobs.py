"""Units of background work beside deliveries: parts of replays, and what may be forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.kit.db import Session
from app.outbound.parcels import Claim
from app.outbound.repository import endpoints as repository
from app.outbound.repository import lanes
from app.outbound.repository.endpoints import Replay

REPLAYED_AT_ONCE = 2_000
PRUNED_AT_ONCE = 5_000
ATTEMPTS_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Part:
    """So many of the next numbers of a replay."""

    replay: Replay
    at: datetime


class ReplayJob:
    """Owes a part of a replay; where it goes on stands with the endpoint."""

    async def claim(self, session: Session, now: datetime) -> Part | None:
        found = await repository.claim_replay(session)
        if found is None:
            return None
        through = min(found.replay_through, found.replay_after + REPLAYED_AT_ONCE)
        return Part(found._replace(replay_through=through), now)

    async def work(self, session: Session, unit: Part) -> None:
        members = await repository.replay(session, unit.replay, unit.at)
        claim = Claim(unit.replay.id, unit.replay.program_id)
        await lanes.hold_back(session, claim, sorted(members))
        await repository.replayed(session, unit.replay)

    async def fail(self, session: Session, unit: Part, now: datetime) -> None:
        pass


class RemoveJob:
    """Removes a part of what a deleted endpoint has left behind."""

    async def claim(self, session: Session, now: datetime) -> Claim | None:  # noqa: ARG002 - a Job's
        return await repository.claim_deleted(session)

    async def work(self, session: Session, unit: Claim) -> None:
        await repository.remove_part(session, unit, PRUNED_AT_ONCE)

    async def fail(self, session: Session, unit: Claim, now: datetime) -> None:
        pass


class PruneJob:
    """Forgets attempts that were made long ago."""

    async def claim(self, session: Session, now: datetime) -> int | None:
        pruned = await repository.prune_attempts(session, now - ATTEMPTS_KEPT, PRUNED_AT_ONCE)
        return pruned or None

    async def work(self, session: Session, unit: int) -> None:
        """Claiming was all."""

    async def fail(self, session: Session, unit: int, now: datetime) -> None:
        pass
