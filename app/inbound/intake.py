"""Order events as they come by API: read strictly, recorded, answered in their order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from app.inbound.coalescer import Coalescer
from app.inbound.errors import EventConflict
from app.inbound.items import Item, item_of, item_of_line
from app.inbound.pipeline import Pipeline
from app.inbound.quarantine import Unusable, quarantine
from app.inbound.reading import fact_of
from app.inbound.schemas.events import EventIn, OutcomeOut
from app.kit import metrics
from app.kit.errors import Unavailable
from app.kit.failures import shown
from app.kit.logs import log
from app.orders.facts import Fact
from app.orders.models import Outcome

CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Intake:
    """What the routes of facts depend on; one per process."""

    pipeline: Pipeline
    coalescer: Coalescer

    async def take_one(self, program_id: UUID, event: EventIn, now: datetime) -> OutcomeOut:
        """Record one event and decide. Raises EventConflict, and Unavailable."""
        outcome = await self.coalescer.submit(program_id, fact_of(program_id, event, now))
        if outcome.word == "conflict":
            raise EventConflict
        return _said(event.event_id, outcome)

    async def take_batch(
        self, program_id: UUID, events: Iterable[Any], now: datetime
    ) -> list[OutcomeOut]:
        """Record all, then decide each member once. A bad item fails no other."""
        items = [item_of(program_id, event, now) for event in events]
        outcomes = await self.record(program_id, items, now)
        return [_said(item.event_id, one) for item, one in zip(items, outcomes, strict=True)]

    async def take_lines(
        self, program_id: UUID, lines: Iterable[bytes], now: datetime
    ) -> list[OutcomeOut]:
        """An import: record all without deciding, then one check of everybody touched."""
        items = [item_of_line(program_id, line, now) for line in lines]
        touched: set[UUID] = set()
        outcomes: list[Outcome] = []
        for start in range(0, len(items), CHUNK):
            part = items[start : start + CHUNK]
            outcomes += await self.record(program_id, part, now, touched)
        await self.pipeline.decide_import(program_id, touched, now)
        return [_said(item.event_id, one) for item, one in zip(items, outcomes, strict=True)]

    async def record(
        self,
        program_id: UUID,
        items: Sequence[Item],
        now: datetime,
        touched: set[UUID] | None = None,
    ) -> list[Outcome]:
        """Record events; what became of each, in order.

        `touched`: collects who is to be decided later; None = they are decided now.
        """
        unusable = [item.unusable for item in items if item.unusable is not None]
        await quarantine(self.pipeline.db, program_id, unusable, now)
        outcomes: list[Outcome] = []
        for kind, run in groupby(items, _kind):
            part = list(run)
            if kind == "unusable":
                outcomes += [Outcome("quarantined", _unusable(item).reason) for item in part]
                continue
            facts = [item.fact for item in part if item.fact is not None]
            outcomes += await self._take_facts(program_id, facts, now, touched)
        return outcomes

    async def _take_facts(
        self, program_id: UUID, facts: Sequence[Fact], now: datetime, touched: set[UUID] | None
    ) -> list[Outcome]:
        """Facts of orders together, of persons one by one; a poisonous one is set aside."""
        try:
            if not facts[0].type.of_order:
                return [await self.pipeline.take_person(program_id, one, now) for one in facts]
            if touched is None:
                return await self.pipeline.take(program_id, facts, now, together=True)
            outcomes, members = await self.pipeline.take_import(program_id, facts, now)
        except Exception as error:
            if isinstance(shown(error), Unavailable):
                raise
            return await self._apart(program_id, facts, now, touched, error)
        touched |= members
        return outcomes

    async def _apart(
        self,
        program_id: UUID,
        facts: Sequence[Fact],
        now: datetime,
        touched: set[UUID] | None,
        error: Exception,
    ) -> list[Outcome]:
        if len(facts) > 1:
            alone = [await self._take_facts(program_id, [one], now, touched) for one in facts]
            return [outcome for outcomes in alone for outcome in outcomes]
        log("fact_failed", "error", error=error)
        await quarantine(self.pipeline.db, program_id, [Unusable.of_fact(facts[0], "failed")], now)
        return [Outcome("quarantined", "failed")]


def _kind(item: Item) -> str:
    if item.fact is None:
        return "unusable"
    return "order" if item.fact.type.of_order else "person"


def _unusable(item: Item) -> Unusable:
    assert item.unusable is not None
    return item.unusable


def _said(event_id: str | None, outcome: Outcome) -> OutcomeOut:
    word: Any = "quarantined" if outcome.word == "conflict" else outcome.word
    metrics.FACTS.labels("api", word).inc()
    return OutcomeOut.model_construct(event_id=event_id, outcome=word, reason=outcome.reason)
