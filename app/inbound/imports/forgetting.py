"""The end of what was found about the lines of an import: it tells of persons."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.inbound.repository import findings as repository
from app.inbound.repository.findings import Ended
from app.kit.db import Session

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class FindingsJob:
    """Forgets the findings of imports that ended some days ago; their counts stay."""

    days: int

    async def claim(self, session: Session, now: datetime) -> Ended | None:
        return await repository.with_findings(session, now - timedelta(days=self.days))

    async def work(self, session: Session, unit: Ended) -> None:
        await repository.drop_findings(session, unit, AT_ONCE)

    async def fail(self, session: Session, unit: Ended, now: datetime) -> None:
        """Nothing to mark: what is left is found again."""
