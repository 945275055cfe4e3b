"""Imports of files: parts that several processes may take, then one decision of the touched."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol, Self
from uuid import UUID

from pydantic import ValidationError

from app.access.caller import Caller, Scope
from app.evaluation import importing, registering
from app.evaluation.schemas.people import CustomerIn
from app.inbound.coalescer import Coalescer
from app.inbound.intake import Intake
from app.inbound.items import item_of_line, said_of
from app.inbound.pipeline import Pipeline
from app.kit.db import Database, Session
from app.kit.errors import AppError
from app.kit.schemas import Id
from app.kit.strict_json import DuplicateKey, Unparsable, parse_json
from app.standings.moves import Applied

CHUNK = 5_000  # events of one transaction
LANES = 4  # customers put at once
NOBODY = UUID(int=0)
DETAILS = {
    "event_conflict": "The event id is known with other content.",
    "customer_redacted": "The customer was erased.",
    "failed": "It could not be recorded; the log says why.",
}


class Line(NamedTuple):
    """A line of a file. `fault`: why it could not even be read as a row."""

    number: int
    said: bytes
    fault: str | None = None


class Problem(NamedTuple):
    """Why a line was refused."""

    line: int
    event_id: str | None
    reason: str
    detail: str | None


@dataclass(slots=True)
class Taken:
    """What became of lines: how often which outcome, and every problem."""

    outcomes: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, problem: Problem) -> None:
        self.outcomes["refused"] += 1
        self.problems.append(problem)

    def __iadd__(self, other: "Taken") -> Self:
        self.outcomes += other.outcomes
        self.problems += other.problems
        return self


class Importer(Protocol):
    """Takes parts of a file; `now` is the instant of the whole import."""

    async def take(self, lines: Sequence[Line]) -> Taken: ...


class OrderImporter:
    """Records order events without deciding; whoever is touched is marked."""

    def __init__(self, db: Database, program_id: UUID, now: datetime) -> None:
        pipeline = Pipeline(db)
        self._intake = Intake(pipeline, Coalescer(pipeline))
        self._program_id = program_id
        self._now = now

    async def take(self, lines: Sequence[Line]) -> Taken:
        taken = Taken()
        for line in lines:
            if line.fault is not None:
                taken.refuse(Problem(line.number, None, "not_parsable", line.fault))
        readable = [line for line in lines if line.fault is None]
        for start in range(0, len(readable), CHUNK):
            await self._record(readable[start : start + CHUNK], taken)
        return taken

    async def _record(self, lines: Sequence[Line], taken: Taken) -> None:
        items = [item_of_line(self._program_id, line.said, self._now) for line in lines]
        outcomes = await self._intake.record(self._program_id, items, self._now, set())
        for line, item, outcome in zip(lines, items, outcomes, strict=True):
            if outcome.word not in {"quarantined", "conflict"}:
                taken.outcomes[outcome.word] += 1
                continue
            reason = outcome.reason or outcome.word
            detail = item.unusable.detail if item.unusable else DETAILS.get(reason)
            taken.refuse(Problem(line.number, item.event_id, reason, detail))


class CustomerImporter:
    """Puts customers as the API does: each is decided about at once, occasion `membership`."""

    def __init__(self, db: Database, program_id: UUID, now: datetime, author: str) -> None:
        self._db = db
        self._now = now
        self._caller = Caller(program_id, author, frozenset(Scope), is_root=True, request_id=author)

    async def take(self, lines: Sequence[Line]) -> Taken:
        taken = Taken()
        lanes = asyncio.Semaphore(LANES)

        async def put(line: Line) -> None:
            async with lanes:
                if problem := await self._put(line):
                    taken.refuse(problem)
                else:
                    taken.outcomes["accepted"] += 1

        await asyncio.gather(*map(put, lines))
        taken.problems.sort()
        return taken

    async def _put(self, line: Line) -> Problem | None:
        try:
            customer = _customer_of(line)
        except (Unparsable, DuplicateKey) as error:
            return Problem(line.number, None, "not_parsable", str(error))
        except ValidationError as error:
            return Problem(line.number, None, "not_valid", said_of(error, {}))

        async def work(session: Session) -> None:
            said = CustomerIn.model_validate(customer.model_dump(exclude={"id"}))
            await registering.put_customer(session, self._caller, customer.id, said, self._now)

        try:
            await self._db.run(work)
        except AppError as error:
            return Problem(line.number, customer.id, error.code, error.detail)
        return None


class CustomerLine(CustomerIn):
    """A customer of a file."""

    id: Id


def _customer_of(line: Line) -> CustomerLine:
    if line.fault is not None:
        raise Unparsable(line.fault)
    return CustomerLine.model_validate(parse_json(line.said))


async def touched(db: Database, program_id: UUID, after: UUID, number: int) -> list[UUID]:
    """The next members behind `after` that imports have touched, in id order."""

    async def work(session: Session) -> list[UUID]:
        return await importing.marked(session, program_id, after, number)

    return await db.run(work)


async def decide(db: Database, program_id: UUID, members: Sequence[UUID], now: datetime) -> Applied:
    """The one decision of an import about these members."""
    return await Pipeline(db).decide_import(program_id, members, now)
