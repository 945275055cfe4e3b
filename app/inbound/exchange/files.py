"""Files that 1C pushes in parts, and what it is told of their import."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.inbound.adapters.contract import Headers
from app.inbound.exchange import words
from app.inbound.exchange.models import ExchangeFile
from app.inbound.exchange.reading import LEASE, Reader
from app.inbound.exchange.words import Report
from app.inbound.imports.archives import MOST_BYTES, MOST_FILES, is_plain_name
from app.inbound.models import Source
from app.inbound.repository import exchange as repository
from app.kit.db import Session

MOST_NAME = 255
MOST_WAITING = 3 * MOST_BYTES
SESSION_LIFE = timedelta(hours=4)
READ_SECONDS, BUSY_SECONDS = 8.0, 1.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request of 1C."""

    kind: str
    mode: str
    filename: str
    cookie: str = field(repr=False)
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    address: str
    at: datetime

    @property
    def token_hash(self) -> bytes:
        return hashlib.sha256(self.cookie.encode(errors="replace")).digest()


async def append(reader: Reader, source: Source, call: Call) -> str:
    """Add a part to the open file of this name, or begin one."""
    if not is_plain_name(call.filename) or len(call.filename) > MOST_NAME:
        return words.failure(words.NO_NAME)
    if not call.body:
        return words.failure(words.NO_BODY)

    async def work(session: Session) -> str:
        session_id = await session_of(session, source, call)  # its lock: one part after another
        if session_id is None:
            return words.failure(words.NO_SESSION)
        file_id = await _room(session, source, session_id, call)
        if file_id is None:
            return words.failure(words.TOO_MUCH)
        added = await repository.append(session, source.program_id, file_id, call.body, call.at)
        return words.lines(words.SUCCESS) if added else words.failure(words.BEING_READ)

    return await reader.db.run(work)


async def import_some(reader: Reader, source: Source, session_id: UUID, call: Call) -> str:
    """Read some of a file that has been pushed."""
    async with reader.db.transaction() as session:
        files = await repository.files_of(session, source.program_id, session_id)
    file = _meant(files, call.filename)
    if file is None:
        return words.failure(words.NO_FILE)
    if file.state != "receiving":
        return words.told(_report(file))
    return words.told(await _read(reader, file))


async def session_of(session: Session, source: Source, call: Call) -> UUID | None:
    """The session of the cookie, locked; None when there is none, or it has ended."""
    said = {
        "program_id": source.program_id,
        "source_id": source.id,
        "secret_ids": [one.id for one in source.secrets],
        "token_hash": call.token_hash,
        "at": call.at,
        "since": call.at - SESSION_LIFE,
    }
    return await repository.touch_session(session, said)


async def _room(session: Session, source: Source, session_id: UUID, call: Call) -> UUID | None:
    """The file that the part belongs to; None when it is too much."""
    kept = await repository.kept(session, source.program_id, source.id, session_id)
    files = await repository.files_of(session, source.program_id, session_id)
    found = next((one for one in files if _is_open(one, call.filename)), None)
    more = len(call.body)
    if kept.bytes + more > MOST_WAITING:
        return None
    if found is not None:
        return found.id if found.bytes + more <= MOST_BYTES else None
    return await _new_file(session, source, session_id, call) if kept.files < MOST_FILES else None


async def _read(reader: Reader, file: ExchangeFile) -> Report:
    """Some of a file; while somebody else reads it, what is known."""
    at = reader.clock.now()
    async with reader.db.transaction() as session:
        held = await repository.hold(session, file.program_id, file.id, at, at + LEASE)
    if held is None:
        await asyncio.sleep(BUSY_SECONDS)
        return _report(file)
    try:
        return await reader.read(held, READ_SECONDS)
    except Exception:
        async with reader.db.transaction() as session:
            await reader.give_up(session, held)
        raise


async def _new_file(session: Session, source: Source, session_id: UUID, call: Call) -> UUID:
    file_id = uuid4()
    said = {
        "id": file_id,
        "program_id": source.program_id,
        "source_id": source.id,
        "session_id": session_id,
        "name": call.filename,
        "changed_at": call.at,
    }
    await repository.add_file(session, said)
    return file_id


def _is_open(file: ExchangeFile, name: str) -> bool:
    return file.name == name and file.state == "receiving" and not file.claims


def _meant(files: list[ExchangeFile], name: str) -> ExchangeFile | None:
    """The file to import: of that name, or the archive that has to hold it."""
    named = [one for one in files if one.name == name]
    archives = [one for one in files if one.name.lower().endswith(".zip")]
    waiting = [one for one in reversed(archives) if one.state == "receiving"]
    return next(iter((*named, *waiting, *archives)), None)


def _report(file: ExchangeFile) -> Report:
    return Report(file.state, file.outcomes, file.told, file.error or "")
