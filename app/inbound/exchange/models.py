"""What 1C pushes and has not been read yet: sessions, files and their parts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.kit.tables import Table, UniqueConstraint, at_least, column, index, one_of

STATES = ("receiving", "done", "failed")


class ExchangeSession(Table, table=True):
    """What a 1C may do after it has told a secret, as long as the source has that secret."""

    __tablename__ = "exchange_sessions"
    __table_args__ = (UniqueConstraint("token_hash"), index("source_id"))

    id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    source_id: UUID = column("uuid")
    secret_id: UUID = column("uuid")
    token_hash: bytes = column("bytes")
    used_at: datetime = column("instant")


class ExchangeFile(Table, table=True):
    """A file in parts, then what became of its orders.

    `orders_done`: how many of them are recorded; `held_until`: somebody reads it until then;
    `claims` fences who held it before.
    """

    __tablename__ = "exchange_files"
    __table_args__ = (
        one_of("state", STATES),
        at_least("bytes", 0),
        index("session_id"),
        index("changed_at", where="state = 'receiving'"),
    )

    id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    source_id: UUID = column("uuid")
    session_id: UUID = column("uuid")
    name: str = column("text")
    state: str = column("text", default="'receiving'")
    bytes: int = column("bigint", default="0")
    parts: int = column("integer", default="0")
    orders_done: int = column("integer", default="0")
    outcomes: dict[str, Any] = column("json", default="'{}'")
    told: list[str] = column("texts", default="'{}'")
    error: str | None = column("text", null=True)
    changed_at: datetime = column("instant")
    held_until: datetime | None = column("instant", null=True)
    claims: int = column("integer", default="0")
    attempts: int = column("integer", default="0")


class ExchangePart(Table, table=True):
    """A piece of a file, as it was sent."""

    __tablename__ = "exchange_parts"

    file_id: UUID = column("uuid", key=True)
    place: int = column("integer", key=True)
    program_id: UUID = column("uuid")
    body: bytes = column("bytes")


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that is being read, and how far it was read before."""

    id: UUID
    program_id: UUID
    source_id: UUID
    claims: int
    orders_done: int
    outcomes: dict[str, int]
    told: list[str]
    attempts: int
    received_at: datetime
