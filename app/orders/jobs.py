"""The unit of background work: some stored orders, read by the newest map of their source."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.kit.db import Session
from app.orders import remapping, status_maps
from app.orders.status_maps import Claimed

MOST_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Unit:
    claimed: Claimed
    at: datetime


class RemapJob:
    """The source's row is locked while some of its orders are read."""

    async def claim(self, session: Session, now: datetime) -> Unit | None:
        claimed = await status_maps.claim(session, now)
        return Unit(claimed, now) if claimed else None

    async def work(self, session: Session, unit: Unit) -> None:
        await remapping.remap_some(session, unit.claimed, unit.at)

    async def fail(self, session: Session, unit: Unit, now: datetime) -> None:
        pause = timedelta(seconds=2 ** min(unit.claimed.attempts, 16))
        await status_maps.retry(session, unit.claimed, now + min(pause, MOST_PAUSE))
