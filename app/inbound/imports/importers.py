"""Imports of files: parts that several processes may take, then one decision of the touched."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.evaluation import importing
from app.inbound.coalescer import Coalescer
from app.inbound.imports.erp_items import item_of_filed
from app.inbound.imports.lines import Line, Problem, Taken, Terms
from app.inbound.imports.people import PeopleImporter
from app.inbound.imports.spreadsheets import column_of
from app.inbound.imports.tiers import TierImporter
from app.inbound.intake import Intake
from app.inbound.items import Item, item_of_line
from app.inbound.pipeline import Pipeline
from app.kit.db import Database, Session
from app.orders.models import Outcome
from app.standings.moves import Applied

CHUNK = 5_000  # events of one transaction
NOBODY = UUID(int=0)
REFUSED = {"quarantined", "conflict"}
DETAILS = {
    "event_conflict": "The event id is known with other content.",
    "customer_redacted": "The customer was erased.",
    "failed": "It could not be recorded; the log says why.",
}


class Importer(Protocol):
    """Takes parts of a file."""

    async def take(self, lines: Sequence[Line]) -> Taken: ...


def importer_of(db: Database, terms: Terms) -> Importer:
    """What takes the lines of an import."""
    match terms.kind:
        case "orders":
            return OrderImporter(db, terms)
        case "tiers":
            return TierImporter(db, terms)
        case _:
            return PeopleImporter(db, terms)


class OrderImporter:
    """Records order events without deciding; whoever is touched is marked."""

    def __init__(self, db: Database, terms: Terms) -> None:
        pipeline = Pipeline(db)
        self._intake = Intake(pipeline, Coalescer(pipeline))
        self._terms = terms

    async def take(self, lines: Sequence[Line]) -> Taken:
        taken = Taken()
        for line in lines:
            if line.fault is not None:
                taken.refuse(Problem(line.number, None, None, "not_parsable", line.fault))
        readable = [line for line in lines if line.fault is None]
        for start in range(0, len(readable), CHUNK):
            await self._record(readable[start : start + CHUNK], taken)
        return taken.in_order()

    async def _record(self, lines: Sequence[Line], taken: Taken) -> None:
        program_id, now = self._terms.program_id, self._terms.now
        items = [self._item(line) for line in lines]
        outcomes = await self._intake.record(program_id, items, now, set())
        for line, item, outcome in zip(lines, items, outcomes, strict=True):
            if outcome.word in REFUSED:
                taken.refuse(_problem(line, item, outcome))
            else:
                taken.outcomes[outcome.word] += 1

    def _item(self, line: Line) -> Item:
        terms = self._terms
        if line.filed is None or terms.source is None:
            return item_of_line(terms.program_id, line.said, terms.now)
        return item_of_filed(terms.source, line.filed, "", terms.now)


async def touched(db: Database, program_id: UUID, after: UUID, number: int) -> list[UUID]:
    """The next members behind `after` that imports have touched, in id order."""

    async def work(session: Session) -> list[UUID]:
        return await importing.marked(session, program_id, after, number)

    return await db.run(work)


async def decide(db: Database, program_id: UUID, members: Sequence[UUID], now: datetime) -> Applied:
    """The one decision of an import about these members."""
    return await Pipeline(db).decide_import(program_id, members, now)


def _problem(line: Line, item: Item, outcome: Outcome) -> Problem:
    reason = outcome.reason or outcome.word
    detail = item.unusable.detail if item.unusable else DETAILS.get(reason)
    pointer, colon, _ = (detail or "").partition(": ")
    column = column_of(pointer) if colon and pointer.startswith("/") else None
    return Problem(line.number, column, item.event_id, reason, detail)
