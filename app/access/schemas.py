from datetime import datetime
from typing import Annotated, Literal

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


class JwkOut(Schema):
    """A public key (RFC 7517, RFC 8037)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: Annotated[str, Field(examples=["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"])]
    kid: Annotated[str, Field(examples=["kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"])]
    alg: Literal["EdDSA"]
    use: Literal["sig"]


class JwksOut(Schema):
    """The keys whose status tokens may still be valid, the one that signs first."""

    keys: tuple[JwkOut, ...]
