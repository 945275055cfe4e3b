"""What is kept of sources, and a source as deliveries are read with it."""

from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Any, NamedTuple
from uuid import UUID

from app.inbound.adapters.contract import Rules
from app.kit.tables import (
    Table,
    UniqueConstraint,
    at_least,
    column,
    index,
    one_of,
    unique_index,
)

Network = IPv4Network | IPv6Network


class SourceRow(Table, table=True):
    """A connected shop. A deleted one keeps its key, for its facts stay."""

    __tablename__ = "sources"
    __table_args__ = (
        at_least("version", 1),
        UniqueConstraint("token"),
        unique_index("sources_program_id_key_key", "program_id", "key", where="deleted_at IS NULL"),
    )

    id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    key: str = column("text")
    token: str = column("text")
    platform: str = column("text")
    time_zone: str = column("text")
    currency_map: dict[str, Any] = column("json")
    test: bool = column("flag")
    allowed_addresses: list[str] | None = column("texts", null=True)
    version: int = column("integer")
    author: str = column("text")
    created_at: datetime = column("instant")
    deleted_at: datetime | None = column("instant", null=True)


class SourceSecret(Table, table=True):
    """A sealed secret of a source; `place` 0 is the newest."""

    __tablename__ = "source_secrets"
    __table_args__ = (index("source_id", "place"),)

    id: UUID = column("uuid", key=True)
    source_id: UUID = column("uuid")
    program_id: UUID = column("uuid")
    place: int = column("integer")
    sealed: bytes = column("bytes")
    created_at: datetime = column("instant")
    last_used_at: datetime | None = column("instant", null=True)


class SourceCount(Table, table=True):
    """How many deliveries of a source were ignored or refused for one reason, and the last."""

    __tablename__ = "source_counts"
    __table_args__ = (one_of("what", ("ignored", "refused")),)

    source_id: UUID = column("uuid", key=True)
    what: str = column("text", key=True)
    reason: str = column("text", key=True)
    program_id: UUID = column("uuid")
    number: int = column("bigint")
    last_at: datetime = column("instant")


class OpenSecret(NamedTuple):
    """A secret in clear. It is in no log and no answer."""

    id: UUID
    text: str

    def __repr__(self) -> str:
        return f"OpenSecret({self.id})"


@dataclass(frozen=True, slots=True)
class Source:
    """A source as deliveries are read with it.

    `allowed`: from where it takes deliveries without a signature; empty = from nowhere.
    """

    id: UUID
    program_id: UUID
    key: str
    platform: str
    rules: Rules
    test: bool = False
    secrets: tuple[OpenSecret, ...] = field(default=(), repr=False)
    allowed: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came, as it came. Header names are lower-case."""

    headers: dict[str, str]
    body: bytes = field(repr=False)
    received_at: datetime
