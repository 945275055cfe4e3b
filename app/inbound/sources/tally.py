"""What became of deliveries that leave no row: counted here, written down a moment later."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.inbound.models import OpenSecret, Source
from app.inbound.repository.sources import Count, Use, note_counts, note_uses
from app.kit import metrics
from app.kit.db import Database, Session
from app.kit.logs import log

WRITTEN_AFTER = 1.0
USE_AGAIN_AFTER = timedelta(minutes=1)
MOST_USES = 100_000


class Counted(NamedTuple):
    program_id: UUID
    source_id: UUID
    what: str
    reason: str


@dataclass(slots=True)
class Tally:
    """One per process. A refused delivery costs no statement; a killed process forgets a second."""

    db: Database
    wait: float = WRITTEN_AFTER
    _numbers: dict[Counted, tuple[int, datetime]] = field(default_factory=dict)
    _uses: dict[UUID, Use] = field(default_factory=dict)
    _used: dict[UUID, datetime] = field(default_factory=dict)
    _writing: asyncio.Task[None] | None = None

    def ignored(self, source: Source, reason: str, at: datetime) -> None:
        """There was nothing for us in a delivery."""
        metrics.DELIVERIES_IGNORED.labels(source.key, reason).inc()
        self._count(Counted(source.program_id, source.id, "ignored", reason), at)

    def refused(self, source: Source, reason: str, at: datetime) -> None:
        """A delivery was not authentic."""
        metrics.DELIVERIES_REFUSED.labels(source.key, reason).inc()
        log(
            "delivery_refused",
            "warning",
            program=source.program_id,
            source=source.key,
            reason=reason,
        )
        self._count(Counted(source.program_id, source.id, "refused", reason), at)

    def used(self, source: Source, secret: OpenSecret, at: datetime) -> None:
        """A secret has signed; written down at most once a minute."""
        last = self._used.get(secret.id)
        if last is not None and at - last < USE_AGAIN_AFTER:
            return
        if len(self._used) >= MOST_USES:
            self._used.clear()
        self._used[secret.id] = at
        self._uses[secret.id] = Use(source.program_id, secret.id, at)
        self._write_soon()

    async def close(self) -> None:
        """Write down what is left."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.wait([self._writing])
        await self.write()

    async def write(self) -> None:
        """Write down what has been counted; when that fails, later."""
        numbers, self._numbers = self._numbers, {}
        uses, self._uses = self._uses, {}
        counts = [Count(*one, *number) for one, number in numbers.items()]
        try:
            await self._write(counts, list(uses.values()))
        except BaseException as error:
            self._uses = {**uses, **self._uses}
            for one, (number, at) in numbers.items():
                self._add(one, number, at)
            if not isinstance(error, Exception):
                raise
            log("tally_failed", "warning", error=error)

    async def _write(self, counts: Sequence[Count], uses: Sequence[Use]) -> None:
        async def work(session: Session) -> None:
            if counts:
                await note_counts(session, counts)
            if uses:
                await note_uses(session, uses)

        if counts or uses:
            await self.db.run(work)

    def _count(self, one: Counted, at: datetime) -> None:
        self._add(one, 1, at)
        self._write_soon()

    def _add(self, one: Counted, number: int, at: datetime) -> None:
        before, last = self._numbers.get(one, (0, at))
        self._numbers[one] = (before + number, max(last, at))

    def _write_soon(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_later())

    async def _write_later(self) -> None:
        while self._numbers or self._uses:
            await asyncio.sleep(self.wait)
            await self.write()
