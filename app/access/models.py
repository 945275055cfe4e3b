from datetime import datetime
from typing import Any
from uuid import UUID

from app.kit.tables import Table, column, index


class ApiKey(Table, table=True):
    """A credential. `program_id` null is a root key; the secret is only known as its hash."""

    __tablename__ = "api_keys"
    __table_args__ = (index("program_id"),)

    id: str = column("text", key=True)
    program_id: UUID | None = column("uuid", null=True)
    secret_hash: bytes = column("bytes")
    scopes: list[str] = column("texts")
    name: str | None = column("text", null=True)
    author: str = column("text")
    created_at: datetime = column("instant")
    expires_at: datetime | None = column("instant", null=True)
    last_used_at: datetime | None = column("instant", null=True)


class IdempotencyKey(Table, table=True):
    """The stored answer of a POST, or, without a status, a POST in flight."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (index("created_at"),)

    program_id: UUID = column("uuid", key=True)
    key: str = column("text", key=True)
    route: str = column("text", key=True)
    body_hash: bytes = column("bytes")
    status: int | None = column("integer", null=True)
    headers: dict[str, Any] | None = column("json", null=True)
    body: bytes | None = column("bytes", null=True)
    created_at: datetime = column("instant")
    lease_until: datetime = column("instant")
