from datetime import datetime
from typing import Any
from uuid import UUID

from app.kit.tables import Table, column, holds, index, one_of, unique_index


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


class TokenKey(Table, table=True):
    """A key that status tokens are signed with: one signs, the others are retired.

    It is the installation's, so no program's. `public`: the `x` of its JWK.
    """

    __tablename__ = "token_keys"
    __table_args__ = (
        one_of("state", ("signing", "retired")),
        holds("retired", "(state = 'retired') = (retired_at IS NOT NULL)"),
        unique_index("token_keys_state_key", "state", where="state = 'signing'"),
    )

    kid: str = column("text", key=True)
    state: str = column("text")
    public: str = column("text")
    sealed: bytes = column("bytes")
    created_at: datetime = column("instant")
    retired_at: datetime | None = column("instant", null=True)
