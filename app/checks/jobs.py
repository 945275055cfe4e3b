"""Units of background work: a slice of a check, and the end of a check."""

from dataclasses import dataclass, field
from datetime import datetime

from app.checks import slices
from app.checks.plans import Claim, Ended
from app.kit.db import Session, once_committed
from app.kit.failures import is_outage


@dataclass(frozen=True, slots=True)
class SliceJob:
    """One slice under a lease of `worker`; for loops that commit the claim first.

    What an outage cut off is given back as soon as the database answers, not when its lease ends.
    """

    worker: str
    cut_off: set[Claim] = field(default_factory=set, compare=False)

    async def claim(self, session: Session, now: datetime) -> Claim | None:
        for unit in tuple(self.cut_off):
            await slices.hand_back(session, unit)
            self._forget(session, unit)
        return await slices.claim(session, self.worker, now)

    async def work(self, session: Session, unit: Claim) -> None:
        try:
            await slices.work(session, unit)
        except Exception as error:
            if is_outage(error):
                self.cut_off.add(unit)
            raise

    async def fail(self, session: Session, unit: Claim, now: datetime) -> None:
        counts = unit not in self.cut_off
        await slices.fail(session, unit, "a slice failed", now, counts=counts)
        self._forget(session, unit)

    def _forget(self, session: Session, unit: Claim) -> None:
        once_committed(session, lambda: self.cut_off.discard(unit))


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
