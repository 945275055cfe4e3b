"""Imports by HTTP: the job, the uploaded file in pieces, what was found about its lines."""

from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from app.kit.tables import Table, at_least, column, holds, index, one_of

ImportKind = Literal[
    "orders", "customers", "organizations", "representatives", "overrides", "tiers", "points"
]
ImportState = Literal[
    "receiving", "queued", "running", "deciding", "finished", "cancelled", "failed"
]
KINDS: tuple[str, ...] = get_args(ImportKind)
STATES: tuple[str, ...] = get_args(ImportState)
ENDS = ("finished", "cancelled", "failed")
WORDS = ("refused", "differs", "kept", "not_kept")


class ImportRow(Table, table=True):
    """One file on its way in: the row is the job.

    `lines_done`: everything up to and with this line is recorded. `decided_through`: the last of
    the members touched that was decided about. `ends_as`: the state after the decisions.
    """

    __tablename__ = "imports"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("state", STATES),
        one_of("ends_as", ENDS),
        at_least("bytes_total", 0),
        holds("bytes_done", "bytes_done BETWEEN 0 AND bytes_total"),
        at_least("lines_done", 0),
        index("program_id", "created_at"),
        index("lease_until", where="state IN ('receiving', 'queued', 'running', 'deciding')"),
    )

    id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    kind: str = column("text")
    form: str = column("text")
    encoding: str = column("text")
    source: str | None = column("text", null=True)
    filename: str | None = column("text", null=True)
    keeping: dict[str, Any] | None = column("json", null=True)
    key_id: str = column("text")
    request_id: str | None = column("text", null=True)
    state: str = column("text")
    ends_as: str = column("text", default="'finished'")
    bytes_total: int = column("bigint", default="0")
    bytes_done: int = column("bigint", default="0")
    digest: bytes | None = column("bytes", null=True)
    lines_done: int = column("integer", default="0")
    rows_done: int = column("integer", default="0")
    outcomes: dict[str, Any] = column("json", default="'{}'")
    compared: list[Any] = column("json", default="'[]'")
    decided_through: UUID | None = column("uuid", null=True)
    moves_up: int = column("integer", default="0")
    moves_down: int = column("integer", default="0")
    error: str | None = column("text", null=True)
    created_at: datetime = column("instant")
    started_at: datetime | None = column("instant", null=True)
    finished_at: datetime | None = column("instant", null=True)
    attempts: int = column("integer", default="0")
    claims: int = column("integer", default="0")
    holder: str | None = column("text", null=True)
    lease_until: datetime | None = column("instant", null=True)
    retry_at: datetime | None = column("instant", null=True)


class ImportChunk(Table, table=True):
    """A piece of an uploaded file; all but the last have one size. Gone when the import ends."""

    __tablename__ = "import_chunks"

    import_id: UUID = column("uuid", key=True)
    number: int = column("integer", key=True)
    program_id: UUID = column("uuid")
    content: bytes = column("bytes")


class ImportFinding(Table, table=True):
    """Why a line was refused, or how what it says differs. It names members by our ids only."""

    __tablename__ = "import_findings"
    __table_args__ = (one_of("word", WORDS),)

    import_id: UUID = column("uuid", key=True)
    line: int = column("integer", key=True)
    word: str = column("text", key=True)
    program_id: UUID = column("uuid")
    field: str | None = column("text", null=True)
    event_id: str | None = column("text", null=True)
    reason: str = column("text")
    detail: str | None = column("text", null=True)
    member_id: UUID | None = column("uuid", null=True)
    holder_id: UUID | None = column("uuid", null=True)
    said: dict[str, Any] | None = column("json", null=True)
