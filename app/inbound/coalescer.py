"""Joins waiting events into one transaction, so that a commit is shared. Nobody can tell."""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.customers.models import Who
from app.inbound.pipeline import Pipeline
from app.inbound.quarantine import Unusable, quarantine
from app.kit.errors import Unavailable
from app.kit.failures import shown
from app.kit.lately import INGEST
from app.kit.logs import log
from app.kit.metrics import BATCH_SIZE, COMMIT_SECONDS
from app.orders.facts import Fact
from app.orders.models import Outcome

PATIENCE_SECONDS = 1.0


@dataclass(slots=True)
class Waiting:
    """An event whose sender waits, `since` when. `keys`: what no two of one transaction share."""

    program_id: UUID
    fact: Fact
    keys: frozenset[UUID]
    answer: asyncio.Future[Outcome] = field(repr=False)
    since: float = field(default_factory=time.monotonic)

    def settle(self, outcome: Outcome | Exception) -> None:
        """Answer the sender, unless it has gone."""
        if self.answer.done():
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class Coalescer:
    """One per process. While a transaction commits, the next events gather.

    `at_once`: events in one transaction; `lanes`: transactions at the same time.
    """

    def __init__(self, pipeline: Pipeline, *, at_once: int = 256, lanes: int = 2) -> None:
        self._pipeline = pipeline
        self._at_once = at_once
        self._lanes = lanes
        self._queue: deque[Waiting] = deque()
        self._busy: set[UUID] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, program_id: UUID, fact: Fact) -> Outcome:
        """What became of the event, once it is committed. Raises Unavailable."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._queue.append(Waiting(program_id, fact, _keys(program_id, fact), answer))
        self._start_lane()
        return await answer

    async def close(self) -> None:
        """Wait until everybody who waits is answered."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _start_lane(self) -> None:
        if len(self._tasks) < self._lanes:
            lane = asyncio.create_task(self._lane())
            self._tasks.add(lane)
            lane.add_done_callback(self._tasks.discard)

    async def _lane(self) -> None:
        while batch := self._next():
            keys = frozenset().union(*(one.keys for one in batch))
            self._busy |= keys
            try:
                await self._work(batch)
            finally:
                self._busy -= keys

    def _next(self) -> list[Waiting]:
        """The oldest events that get in nobody's way; one alone if it is about a person."""
        batch: list[Waiting] = []
        taken = set(self._busy)
        left: deque[Waiting] = deque()
        while self._queue and len(batch) < self._at_once:
            one = self._queue.popleft()
            fits = not batch or _go_together(batch[0], one)
            if fits and taken.isdisjoint(one.keys):
                batch.append(one)
            else:
                left.append(one)
            taken |= one.keys
        self._queue.extendleft(reversed(left))
        return batch

    async def _work(self, batch: Sequence[Waiting]) -> None:
        BATCH_SIZE.observe(len(batch))
        try:
            with COMMIT_SECONDS.time():
                outcomes = await self._take(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, each sender gets an answer
            await self._apart(batch, error)
        else:
            INGEST.note(time.monotonic() - batch[0].since)
            for one, outcome in zip(batch, outcomes, strict=True):
                one.settle(outcome)

    async def _apart(self, batch: Sequence[Waiting], error: Exception) -> None:
        """A transaction failed: its halves get their own, till only a poisonous event suffers."""
        if isinstance(away := shown(error), Unavailable):
            for one in [*batch, *self._overdue()]:
                one.settle(away)
        elif len(batch) > 1:
            half = len(batch) // 2
            await self._work(batch[:half])
            await self._work(batch[half:])
        else:
            await self._set_aside(batch[0], error)

    def _overdue(self) -> list[Waiting]:
        """Who has waited long behind what could not be done, and must not wait as long again."""
        before = time.monotonic() - PATIENCE_SECONDS
        found = [one for one in self._queue if one.since < before]
        self._queue = deque(one for one in self._queue if one.since >= before)
        return found

    async def _set_aside(self, one: Waiting, error: Exception) -> None:
        log("fact_failed", "error", error=error)
        unusable = Unusable.of_fact(one.fact, "failed")
        try:
            await quarantine(self._pipeline.db, one.program_id, [unusable], one.fact.received_at)
        except Exception as again:  # noqa: BLE001 - the sender must not wait for ever
            one.settle(shown(again) or again)
        else:
            one.settle(Outcome("quarantined", "failed"))

    async def _take(self, batch: Sequence[Waiting]) -> Iterable[Outcome]:
        program_id = batch[0].program_id
        facts = [one.fact for one in batch]
        now = max(fact.received_at for fact in facts)
        if not facts[0].type.of_order:
            return [await self._pipeline.take_person(program_id, facts[0], now)]
        return await self._pipeline.take(program_id, facts, now, together=False)


def _go_together(first: Waiting, other: Waiting) -> bool:
    """Events about persons lock many members: each has a transaction of its own."""
    alike = first.program_id == other.program_id
    return alike and first.fact.type.of_order and other.fact.type.of_order


def _keys(program_id: UUID, fact: Fact) -> frozenset[UUID]:
    """What the event names: itself, its order, its customer and its organization."""
    people = [
        Who.of(program_id, kind, fact.body[f"{kind}_id"]).member_id
        for kind in ("customer", "organization")
        if f"{kind}_id" in fact.body
    ]
    order = [fact.order_key] if fact.order_key else []
    return frozenset([fact.event_key, *order, *people])
