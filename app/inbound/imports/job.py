"""The work of an import by HTTP: a block of lines, a part of the decisions, its end."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.inbound.imports import importers as importing
from app.inbound.imports.files import Form
from app.inbound.imports.importers import NOBODY, importer_of
from app.inbound.imports.lines import FileRefused, Keeping, Taken, Terms
from app.inbound.imports.sources import source_of_files
from app.inbound.imports.stored import Pieces, Reader
from app.inbound.models import Source
from app.inbound.repository import imports as repository
from app.inbound.repository.imports import Claim, Finding
from app.kit.db import Database, Session
from app.kit.errors import AppError
from app.orders.notified import ERASED
from app.programs import service as programs

LEASE = timedelta(seconds=30)
BLOCKS = {"orders": 500, "tiers": 500}  # reading a block holds up what else the process does
BLOCK = 200  # lines that are decided about one by one
DECIDED_AT_ONCE = 500
MOST_ATTEMPTS = 6
MOST_READERS = 8
GIVEN_UP = "It failed again and again; the log says why."
NOT_THERE = "The stored file is not there any more."


@dataclass(frozen=True, slots=True)
class ImportJob:
    """One step of the import that was worked on least lately; its claim is committed first.

    A step that is lost is done again by whoever comes next: recording twice changes nothing.
    `readers`: files under way in this process, so that a step goes on where the last one ended.
    """

    db: Database
    worker: str
    readers: OrderedDict[UUID, Reader] = field(default_factory=OrderedDict)

    async def claim(self, session: Session, now: datetime) -> Claim | None:
        await repository.drop_abandoned(session, now)
        return await repository.claim(session, self.worker, now, LEASE)

    async def work(self, session: Session, unit: Claim) -> None:
        if unit.state == "running":
            await self._record(session, unit)
        else:
            await self._decide(session, unit)

    async def fail(self, session: Session, unit: Claim, now: datetime) -> None:
        self.readers.pop(unit.id, None)
        pause = timedelta(seconds=2**unit.attempts)
        error = GIVEN_UP if unit.attempts + 1 >= MOST_ATTEMPTS else None
        await repository.retry(session, unit, now + pause, now, error)

    async def _record(self, session: Session, unit: Claim) -> None:
        try:
            source, zone = await self._known(unit)
            reader = self._reader(unit, source, zone)
            lines = await reader.block(BLOCKS.get(unit.kind, BLOCK))
        except (AppError, FileRefused) as error:
            self.readers.pop(unit.id, None)
            said = error.detail if isinstance(error, AppError) else str(error)
            await repository.turn(session, unit, "failed", said)
            return
        if not lines:
            self.readers.pop(unit.id, None)
            await repository.turn(session, unit, unit.ends_as, None)
            return
        taken = await importer_of(self.db, _terms(unit, source)).take(lines)
        done = (lines[-1].number, len(lines))
        if await repository.note(session, unit, taken, done, reader.read):
            found = list(_findings(unit, taken))
            await repository.insert_findings(session, unit.program_id, unit.id, found)

    async def _decide(self, session: Session, unit: Claim) -> None:
        self.readers.pop(unit.id, None)
        after = unit.decided_through or NOBODY
        members = await importing.touched(self.db, unit.program_id, after, DECIDED_AT_ONCE)
        if not members:
            await repository.end(session, unit)
            return
        applied = await importing.decide(self.db, unit.program_id, members, unit.at)
        await repository.note_decided(session, unit, members[-1], applied)

    async def _known(self, unit: Claim) -> tuple[Source | None, ZoneInfo]:
        async def work(session: Session) -> tuple[Source | None, ZoneInfo]:
            rules = await programs.rules_of(session, unit.program_id)
            named = unit.source
            source = named and await source_of_files(session, unit.program_id, named)
            return source or None, ZoneInfo(rules.zone)

        return await self.db.run(work)

    def _reader(self, unit: Claim, source: Source | None, zone: ZoneInfo) -> Reader:
        """The file behind what is recorded, opened anew if it was left elsewhere."""
        known = self.readers.pop(unit.id, None)
        if known is None or known.line != unit.lines_done:
            pieces = Pieces(unit.bytes_total, partial(self._piece, unit))
            form = Form(unit.kind, unit.form, unit.encoding, zone, source)
            known = Reader(pieces, form, unit.lines_done)
        self.readers[unit.id] = known
        if len(self.readers) > MOST_READERS:
            self.readers.popitem(last=False)
        return known

    async def _piece(self, unit: Claim, number: int) -> bytes:
        async def work(session: Session) -> bytes | None:
            return await repository.chunk(session, unit.program_id, unit.id, number)

        found = await self.db.run(work)
        if found is None:
            raise FileRefused(NOT_THERE)
        return found


async def give_back(session: Session, worker: str) -> None:
    """Let others have at once what a stopping worker holds."""
    await repository.give_back(session, worker)


def _terms(unit: Claim, source: Source | None) -> Terms:
    said = unit.keeping
    keeping = said and Keeping(
        "keep" if said["how"] == "keep" else "floor",
        date.fromisoformat(said["until"]),
        said["reason"],
    )
    return Terms(
        program_id=unit.program_id,
        kind=unit.kind,
        now=unit.at,
        key_id=unit.key_id,
        request_id=unit.request_id,
        keeping=keeping or None,
        source=source,
    )


def _findings(unit: Claim, taken: Taken) -> Iterator[Finding]:
    """As they are kept: members by our ids only, which an erased one has no longer."""
    for problem in taken.problems:
        tells = unit.kind == "orders" and problem.reason != ERASED
        event_id = problem.id if tells else None
        told: dict[str, Any] = {"field": problem.column, "event_id": event_id}
        yield Finding(
            line=problem.line, word="refused", reason=problem.reason, detail=problem.detail,
            member_id=None, holder_id=None, said=None, **told,
        )  # fmt: skip
    for one in taken.differences:
        said = one.said.model_dump(
            mode="json",
            exclude={"member_id", "holder_id", "id", "holder", "reason", "detail"},
        )
        yield Finding(
            line=one.line, word=one.word, field=None, event_id=None, reason=one.said.reason,
            detail=one.said.detail, member_id=one.said.member_id, holder_id=one.said.holder_id,
            said=said,
        )  # fmt: skip
