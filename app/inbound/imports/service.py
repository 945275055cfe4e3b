"""Imports by HTTP: asked for with a file, shown, cancelled."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID, uuid4

from app.access.caller import Caller, Scope
from app.access.errors import ScopeMissing
from app.inbound.errors import FileMissing, ImportEnded, ImportNotFound, TooManyImports
from app.inbound.imports import files as imports_files
from app.inbound.imports.models import ImportRow
from app.inbound.imports.sources import source_of_files
from app.inbound.imports.stored import PIECE
from app.inbound.repository import imports as repository
from app.inbound.repository.imports import Status
from app.inbound.schemas.imports import ComparedOut, ImportAsked, ImportOut, ImportStarted
from app.kit import pages
from app.kit.db import Database, Session
from app.kit.errors import Fault, RequestInvalid
from app.kit.pages import Page
from app.kit.texts import instant, uuid

OF_SOURCE = "source"
MOST_OPEN = 20  # of a program: files wait in the database
ABANDONED_AFTER = timedelta(minutes=30)
SCOPES: Mapping[str, Scope] = {  # page 6: facts, people's writes, overrides
    "orders": Scope.ingest,
    "customers": Scope.configure,
    "organizations": Scope.configure,
    "representatives": Scope.configure,
    "overrides": Scope.operate,
    "tiers": Scope.operate,
    "points": Scope.operate,
}
BY_TYPE = {
    "text/csv": "csv",
    "application/x-ndjson": "ndjson",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
WHICH = "Say which it is: ndjson, csv or xlsx."


class Uploaded(NamedTuple):
    """A file that has come whole and waits to be begun."""

    id: UUID
    size: int
    digest: bytes


async def receive(
    db: Database,
    caller: Caller,
    new: ImportRow,
    pieces: AsyncIterator[bytes],
) -> Uploaded:
    """Store a file as it comes, in pieces of one size and transactions of their own.

    Raises TooManyImports, and FileMissing; what came is forgotten then, and when the sender
    goes away.
    """
    held, digest, number, size = bytearray(), sha256(), 0, 0

    async def keep(content: bytes) -> None:
        async def work(session: Session) -> None:
            await repository.insert_chunk(session, caller.program_id, new.id, number, content)

        await db.run(work)

    until = new.created_at + ABANDONED_AFTER
    if not await db.run(lambda session: repository.insert(session, new, until, MOST_OPEN)):
        raise TooManyImports
    async for piece in pieces:
        digest.update(piece)
        size += len(piece)
        held += piece
        while len(held) >= PIECE:
            await keep(bytes(held[:PIECE]))
            del held[:PIECE]
            number += 1
    if held:
        await keep(bytes(held))
    if not size:
        raise FileMissing
    return Uploaded(new.id, size, digest.digest())


async def forget(db: Database, caller: Caller, import_id: UUID) -> None:
    """Drop what came of a file that is not to be imported."""
    await db.run(lambda session: repository.drop(session, caller.program_id, import_id))


async def start(session: Session, caller: Caller, uploaded: Uploaded) -> ImportStarted:
    """Let a worker begin."""
    await repository.queue(session, caller.program_id, uploaded.id, uploaded.size, uploaded.digest)
    return ImportStarted(id=uploaded.id, state="queued")


async def planned(
    session: Session, caller: Caller, asked: ImportAsked, content_type: str, now: datetime
) -> ImportRow:
    """The import that is asked for, before its file comes.

    Raises ScopeMissing, SourceNotFound, and RequestInvalid when nothing tells the format.
    """
    require_scope(caller, asked.kind)
    if asked.source is not None:
        await source_of_files(session, caller.program_id, asked.source)
    keeping = asked.model_dump(mode="json", include={"until", "reason"})
    return ImportRow(
        id=uuid4(),
        program_id=caller.program_id,
        kind=asked.kind,
        form=OF_SOURCE if asked.source else _form(asked, content_type),
        encoding=asked.encoding,
        source=asked.source,
        filename=asked.filename,
        keeping={"how": asked.as_overrides, **keeping} if asked.as_overrides else None,
        key_id=caller.key_id,
        request_id=caller.request_id,
        created_at=now,
    )


async def imports(
    session: Session, caller: Caller, after: str | None, limit: int
) -> Page[ImportOut]:
    """The imports that the caller may see, the newest first."""
    kinds = visible(caller)
    name = f"imports of {caller.program_id} {kinds}"
    key = pages.after(name, after, instant, uuid)
    before = (key[0], key[1]) if key else None
    found = await repository.imports_of(session, caller.program_id, kinds, before, limit + 1)
    shown, following = pages.page(
        name, found, limit, lambda one: (one.created_at.isoformat(), one.id)
    )
    return Page(items=tuple(map(_shown, shown)), next=following)


async def import_of(session: Session, caller: Caller, import_id: UUID) -> ImportOut:
    """Raises ImportNotFound."""
    return _shown(await status_of(session, caller, import_id))


async def cancel(session: Session, caller: Caller, import_id: UUID, now: datetime) -> ImportOut:
    """Read no further line; who is touched is still decided about.

    Raises ImportNotFound, ScopeMissing and ImportEnded.
    """
    found = await status_of(session, caller, import_id)
    require_scope(caller, found.kind)
    if not await repository.cancel(session, caller.program_id, import_id, now):
        raise ImportEnded
    if found.state == "queued":
        await repository.drop_chunks(session, caller.program_id, import_id)
    return _shown(await status_of(session, caller, import_id))


async def status_of(session: Session, caller: Caller, import_id: UUID) -> Status:
    """An import that the caller may see. Raises ImportNotFound."""
    found = await repository.import_of(session, caller.program_id, visible(caller), import_id)
    if found is None:
        raise ImportNotFound
    return found


def require_scope(caller: Caller, kind: str) -> None:
    """Raises ScopeMissing for a caller who may not do by himself what the lines do."""
    if SCOPES[kind] not in caller.scopes:
        raise ScopeMissing([SCOPES[kind]])


def visible(caller: Caller) -> Sequence[str]:
    """The kinds of imports that the caller may read, or make and so read."""
    reads_all = Scope.read in caller.scopes
    return [kind for kind, scope in SCOPES.items() if reads_all or scope in caller.scopes]


def _form(asked: ImportAsked, content_type: str) -> str:
    named = imports_files.form_of(asked.filename) if asked.filename else None
    typed = BY_TYPE.get(content_type.partition(";")[0].strip().lower())
    form = asked.format or named or typed
    if form is None:
        raise RequestInvalid([Fault("/query/format", "required", WHICH)])
    return form


def _shown(one: Status) -> ImportOut:
    names = (
        "id", "kind", "state", "source", "filename", "rows_done", "bytes_done", "bytes_total",
        "outcomes", "error", "created_at", "started_at", "finished_at",
    )  # fmt: skip
    told = {name: getattr(one, name) for name in names}
    compared = [
        ComparedOut(ladder=ladder, imported=told, computed=held, members=members)
        for ladder, told, held, members in one.compared
    ]
    return ImportOut.model_validate(
        {
            **told,
            "format": one.form,
            "as_overrides": one.keeping["how"] if one.keeping else None,
            "author": f"key:{one.key_id}",
            "compared": tuple(compared),
            "moves": {"up": one.moves_up, "down": one.moves_down},
        }
    )
