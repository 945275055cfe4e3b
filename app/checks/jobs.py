"""Units of background work: a slice of a check, and the end of a check."""

from dataclasses import dataclass
from datetime import datetime

from app.checks import slices
from app.checks.plans import Claim, Ended
from app.kit.db import Session


@dataclass(frozen=True, slots=True)
class SliceJob:
    """One slice under a lease of `worker`; for loops that commit the claim first."""

    worker: str

    async def claim(self, session: Session, now: datetime) -> Claim | None:
        return await slices.claim(session, self.worker, now)

    async def work(self, session: Session, unit: Claim) -> None:
        await slices.work(session, unit)

    async def fail(self, session: Session, unit: Claim, now: datetime) -> None:
        await slices.fail(session, unit, "a slice failed", now)


@dataclass(frozen=True, slots=True)
class Ending:
    check: Ended
    at: datetime


@dataclass(frozen=True, slots=True)
class EndJob:
    """Ends a check whose slices are done. Nothing to mark on failure: it is found again."""

    async def claim(self, session: Session, now: datetime) -> Ending | None:
        check = await slices.ended(session)
        return Ending(check, now) if check else None

    async def work(self, session: Session, unit: Ending) -> None:
        await slices.finish(session, unit.check, unit.at)

    async def fail(self, session: Session, unit: Ending, now: datetime) -> None:
        pass
