from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.access.caller import Scope
from app.kit.schemas import Instant, Name, Schema

Scopes = Annotated[frozenset[Scope], Field(min_length=1, examples=[["ingest"]])]


class KeyIn(Schema):
    """A key to be made; it never has more scopes than the key that makes it."""

    scopes: Scopes
    name: Name | None = None
    expires_at: Instant | None = None


class KeyOut(Schema):
    """An API key; its secret is never shown again."""

    id: str
    name: str | None
    scopes: tuple[Scope, ...]
    author: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class KeyMade(KeyOut):
    """`key` is shown this once."""

    key: str
