from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.kit.schemas import Schema

TOKEN = "eyJhbGciOiJFZERTQSIsImtpZCI6Imst…In0.eyJhY3RpdmUiOnRydWUs…fQ.hgyY0il_MGCjP0Jz…"  # noqa: S105


class StatusTokenOut(Schema):
    """A JWT (RFC 7519) signed with EdDSA by a key of `/.well-known/jwks.json`.

    Its claims: `sub` (the customer), `program`, `active` (false: the program is disabled and gives
    nothing), `tier` (its key; null for none, and for a level that is not shown), `position` (0 =
    none), `until` (the last day of an override in force, or null), `stages` (track, key and
    position of each), `iat` and `exp`. Its header says `alg` EdDSA and `typ` tiers-status+jwt.
    """

    token: Annotated[str, Field(examples=[TOKEN])]
    expires_at: datetime
