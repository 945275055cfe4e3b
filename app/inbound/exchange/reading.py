"""Files that 1C has pushed, read into facts: some at each call, by one reader at a time."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple

from app.inbound.exchange.models import HeldFile
from app.inbound.exchange.words import QUARANTINED, Report
from app.inbound.imports.erp_files import Filed, FileRefused, orders_in
from app.inbound.imports.erp_items import item_of_filed
from app.inbound.intake import Intake
from app.inbound.models import Source
from app.inbound.receiving.bodies import storable
from app.inbound.repository import exchange as repository
from app.inbound.sources.known import KnownSources
from app.kit import metrics
from app.kit.clock import Clock
from app.kit.db import Database, Session
from app.orders.models import Outcome

BATCH = 200
PARTS = 8
IN_MEMORY = 4 * 1024 * 1024
LEASE = timedelta(seconds=60)
MOST_TOLD = 10
MOST_ATTEMPTS = 5
SOURCE_ENDED = "The source has been deleted."


class Some(NamedTuple):
    """Some orders of a file; whether they are the last, and what stopped the reading."""

    orders: list[Filed]
    ended: bool
    error: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what is held. The facts go the way of all facts; bad orders to quarantine."""

    db: Database
    clock: Clock
    intake: Intake
    sources: KnownSources

    async def read(self, held: HeldFile, seconds: float | None = None) -> Report:
        """Read on, for so many seconds at most; the rest is for another call."""
        async with self.db.transaction() as session:
            source = await self.sources.by_id(session, held.program_id, held.source_id)
        if source is None:
            return await self._note(held, 0, Report("failed", {}, [], SOURCE_ENDED))
        with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            await self._gather(held, file)
            orders = orders_in(file, source.platform, source.rules)
            return await self._record(held, source, orders, seconds)

    async def give_up(self, session: Session, held: HeldFile) -> None:
        """Something went wrong that is no fault of the file: another try later, or none."""
        pause = LEASE * 2**held.attempts
        await repository.fail(session, held, self.clock.now() + pause, MOST_ATTEMPTS)
        if held.attempts + 1 >= MOST_ATTEMPTS:
            await repository.drop_parts(session, held)

    async def _gather(self, held: HeldFile, file: IO[bytes]) -> None:
        place = 0
        while True:
            async with self.db.transaction() as session:
                parts = await repository.parts(session, held, place, PARTS)
            if not parts:
                return
            await asyncio.to_thread(file.write, b"".join(one.body for one in parts))
            place = parts[-1].place

    async def _record(
        self, held: HeldFile, source: Source, orders: Iterator[Filed], seconds: float | None
    ) -> Report:
        done, outcomes, told = held.orders_done, Counter(held.outcomes), list(held.told)
        await asyncio.to_thread(_skip, orders, done)
        until = None if seconds is None else time.monotonic() + seconds
        while True:
            some = await asyncio.to_thread(_some, orders)
            words = await self._take(held, source, some.orders)
            done += len(words)
            outcomes.update(word for word, _ in words)
            told += [storable(said) for word, said in words if word == QUARANTINED]
            state = ("failed" if some.error else "done") if some.ended else "receiving"
            report = Report(state, outcomes, told[:MOST_TOLD], some.error)
            if some.ended or (until is not None and time.monotonic() > until):
                return await self._note(held, done, report)
            await self._note(held, done, report, LEASE)

    async def _take(
        self, held: HeldFile, source: Source, orders: list[Filed]
    ) -> list[tuple[str, str]]:
        """What became of each order, and how that is told."""
        items = [item_of_filed(source, one, str(held.id), held.received_at) for one in orders]
        outcomes = await self.intake.record(held.program_id, items, self.clock.now())
        for outcome in outcomes:
            metrics.FACTS.labels(source.key, _word(outcome)).inc()
        return [
            (_word(outcome), f"{one.place}, {one.order_id}: {outcome.reason}")
            for one, outcome in zip(orders, outcomes, strict=True)
        ]

    async def _note(
        self, held: HeldFile, done: int, report: Report, lease: timedelta | None = None
    ) -> Report:
        said = {
            "orders_done": done,
            "outcomes": dict(report.outcomes),
            "told": report.told,
            "error": report.error or None,
            "state": report.state,
            "until": None if lease is None else self.clock.now() + lease,
        }
        async with self.db.transaction() as session:
            if await repository.note(session, held, said) and report.state != "receiving":
                await repository.drop_parts(session, held)
        return report


def _word(outcome: Outcome) -> str:
    return QUARANTINED if outcome.word == "conflict" else outcome.word


def _skip(orders: Iterator[Filed], count: int) -> None:
    """What was recorded before is read again, for the place it ends at."""
    for _ in islice(orders, count):
        pass


def _some(orders: Iterator[Filed]) -> Some:
    found: list[Filed] = []
    try:
        for one in orders:
            found.append(one)
            if len(found) == BATCH:
                return Some(found, ended=False, error="")
    except FileRefused as error:
        return Some(found, ended=True, error=str(error))
    return Some(found, ended=True, error="")
