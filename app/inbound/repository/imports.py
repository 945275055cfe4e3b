"""Statements about imports by HTTP: their files, their progress, what was found."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.inbound.imports.lines import Taken
from app.inbound.imports.models import ImportRow
from app.kit.db import Session, row, rows, rows_as, run, sql
from app.standings.moves import Applied

INSERT = sql(__file__, "insert_import")
INSERT_CHUNK = sql(__file__, "insert_import_chunk")
CHUNK = sql(__file__, "import_chunk")
QUEUE = sql(__file__, "queue_import")
DROP = sql(__file__, "drop_import")
DROP_CHUNKS = sql(__file__, "drop_import_chunks")
ABANDONED = sql(__file__, "abandoned_imports")
CLAIM = sql(__file__, "claim_import")
NOTE = sql(__file__, "note_import")
TURN = sql(__file__, "turn_import")
NOTE_DECIDED = sql(__file__, "note_import_decided")
END = sql(__file__, "end_import")
CANCEL = sql(__file__, "cancel_import")
RETRY = sql(__file__, "retry_import")
GIVE_BACK = sql(__file__, "give_back_imports")
INSERT_FINDINGS = sql(__file__, "insert_import_findings")
FINDINGS = sql(__file__, "import_findings")
IMPORTS = sql(__file__, "imports_of")

NEW = (
    "id", "program_id", "kind", "form", "encoding", "source", "filename", "key_id", "request_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """An import in the hands of one worker, known by `holder` and `claims` together."""

    id: UUID
    program_id: UUID
    kind: str
    form: str
    encoding: str
    source: str | None
    keeping: Mapping[str, str] | None
    key_id: str
    request_id: str | None
    state: str
    ends_as: str
    bytes_total: int
    digest: bytes
    lines_done: int
    rows_done: int
    outcomes: Mapping[str, int]
    compared: Sequence[Sequence[Any]]
    decided_through: UUID | None
    attempts: int
    claims: int
    holder: str
    at: datetime

    @property
    def fence(self) -> dict[str, Any]:
        names = ("id", "program_id", "holder", "claims")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Status:
    """An import as it is shown."""

    id: UUID
    kind: str
    form: str
    encoding: str
    source: str | None
    filename: str | None
    keeping: Mapping[str, str] | None
    key_id: str
    state: str
    ends_as: str
    bytes_total: int
    bytes_done: int
    rows_done: int
    outcomes: Mapping[str, int]
    compared: Sequence[Sequence[Any]]
    moves_up: int
    moves_down: int
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one line."""

    line: int
    word: str
    field: str | None
    event_id: str | None
    reason: str
    detail: str | None
    member_id: UUID | None
    holder_id: UUID | None
    said: Mapping[str, Any] | None


async def insert(session: Session, new: ImportRow, until: datetime, most: int) -> bool:
    """Begin an import; its file comes until then. False: `most` have not ended."""
    names = [
        "id",
        "program_id",
        "kind",
        "form",
        "encoding",
        "source",
        "filename",
        "key_id",
        "request_id",
    ]
    binds = {name: getattr(new, name) for name in names}
    keeping = None if new.keeping is None else json.dumps(new.keeping)
    times = {"at": new.created_at, "until": until}
    return await run(session, INSERT, **binds, **times, keeping=keeping, most=most) == 1


async def insert_chunk(
    session: Session, program_id: UUID, import_id: UUID, number: int, content: bytes
) -> None:
    binds = {"program_id": program_id, "import_id": import_id}
    await run(session, INSERT_CHUNK, **binds, number=number, content=content)


async def chunk(session: Session, program_id: UUID, import_id: UUID, number: int) -> bytes | None:
    found = await row(session, CHUNK, program_id=program_id, import_id=import_id, number=number)
    return bytes(found.content) if found else None


async def queue(session: Session, program_id: UUID, id_: UUID, size: int, digest: bytes) -> None:
    await run(session, QUEUE, program_id=program_id, id=id_, size=size, digest=digest)


async def drop(session: Session, program_id: UUID, id_: UUID) -> None:
    """Forget an import that never began, and what came of its file."""
    if await run(session, DROP, program_id=program_id, id=id_):
        await drop_chunks(session, program_id, id_)


async def drop_chunks(session: Session, program_id: UUID, id_: UUID) -> None:
    await run(session, DROP_CHUNKS, program_id=program_id, id=id_)


async def drop_abandoned(session: Session, at: datetime) -> None:
    """Forget the files whose senders went away."""
    for one in await rows(session, ABANDONED, at=at):
        await drop_chunks(session, one.program_id, one.id)


async def claim(session: Session, holder: str, at: datetime, lease: timedelta) -> Claim | None:
    found = await row(session, CLAIM, holder=holder, at=at, lease=lease)
    return None if found is None else Claim(**found._asdict(), at=at)


async def note(
    session: Session, unit: Claim, taken: Taken, lines: tuple[int, int], read: int
) -> bool:
    """Keep what became of a block. `lines`: the last one, and how many. False: claim lost."""
    outcomes = Counter(unit.outcomes) + taken.outcomes
    known = Counter({(ladder, told, held): n for ladder, told, held, n in unit.compared})
    compared = [[*key, times] for key, times in (known + taken.compared).items()]
    noted = await run(
        session,
        NOTE,
        lines_done=lines[0],
        rows_done=unit.rows_done + lines[1],
        bytes_done=read,
        outcomes=json.dumps(outcomes),
        compared=json.dumps(compared),
        **unit.fence,
    )
    return noted == 1


async def turn(session: Session, unit: Claim, ends_as: str, error: str | None) -> bool:
    """Read no further line. False: claim lost."""
    return await run(session, TURN, ends_as=ends_as, error=error, **unit.fence) == 1


async def note_decided(session: Session, unit: Claim, through: UUID, applied: Applied) -> None:
    moves = {"up": applied.up, "down": applied.down}
    await run(session, NOTE_DECIDED, through=through, **moves, **unit.fence)


async def end(session: Session, unit: Claim) -> None:
    """End it, and forget its file."""
    if await run(session, END, at=unit.at, **unit.fence):
        await drop_chunks(session, unit.program_id, unit.id)


async def cancel(session: Session, program_id: UUID, id_: UUID, at: datetime) -> bool:
    """False when there is nothing left to cancel."""
    return await run(session, CANCEL, program_id=program_id, id=id_, at=at) == 1


async def retry(
    session: Session, unit: Claim, retry_at: datetime, at: datetime, error: str | None
) -> None:
    """Try again later; with an `error` no more."""
    gives_up = error is not None
    times = {"retry_at": retry_at, "at": at}
    given = await run(session, RETRY, **times, error=error, gives_up=gives_up, **unit.fence)
    if given and gives_up:
        await drop_chunks(session, unit.program_id, unit.id)


async def give_back(session: Session, holder: str) -> None:
    await run(session, GIVE_BACK, holder=holder)


async def insert_findings(
    session: Session, program_id: UUID, import_id: UUID, found: Sequence[Finding]
) -> None:
    said = [None if one.said is None else json.dumps(one.said) for one in found]
    await run(
        session,
        INSERT_FINDINGS,
        program_id=program_id,
        import_id=import_id,
        lines=[one.line for one in found],
        words=[one.word for one in found],
        fields=[one.field for one in found],
        event_ids=[one.event_id for one in found],
        reasons=[one.reason for one in found],
        details=[one.detail for one in found],
        member_ids=[one.member_id for one in found],
        holder_ids=[one.holder_id for one in found],
        said=said,
    )


async def findings(
    session: Session,
    program_id: UUID,
    import_id: UUID,
    words: Sequence[str],
    place: tuple[int, int],
) -> list[Finding]:
    """The next of them. `place`: behind which line, and how many at most."""
    binds = {"program_id": program_id, "import_id": import_id, "words": list(words)}
    return await rows_as(session, Finding, FINDINGS, **binds, after=place[0], most=place[1])


async def imports_of(
    session: Session,
    program_id: UUID,
    kinds: Sequence[str],
    before: tuple[datetime, UUID] | None,
    most: int,
) -> list[Status]:
    """Imports of these kinds, the newest first, behind a place in that order."""
    at, id_ = before or (None, None)
    binds = {"program_id": program_id, "kinds": list(kinds), "most": most}
    return await rows_as(session, Status, IMPORTS, **binds, id=None, before=at, before_id=id_)


async def import_of(
    session: Session, program_id: UUID, kinds: Sequence[str], id_: UUID
) -> Status | None:
    binds = {"program_id": program_id, "kinds": list(kinds), "most": 1}
    found = await rows_as(session, Status, IMPORTS, **binds, id=id_, before=None, before_id=None)
    return found[0] if found else None
