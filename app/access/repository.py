from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.access.models import ApiKey
from app.kit.db import Session, row, rows, rows_as, run, sql
from app.kit.tables import col, select

KEY_OF = sql(__file__, "key_of")
KEY_USED = sql(__file__, "key_used")
PROGRAM_BY_KEY = sql(__file__, "program_by_key")
DELETE_KEY = sql(__file__, "delete_key")
LOCK_ADMIN_KEYS = sql(__file__, "lock_admin_keys")
HAS_KEYS = sql(__file__, "has_keys")
TOKEN_KEYS = sql(__file__, "token_keys")
ADD_TOKEN_KEY = sql(__file__, "add_token_key")
RETIRE_TOKEN_KEY = sql(__file__, "retire_token_key")
DROP_TOKEN_KEYS = sql(__file__, "drop_token_keys")


class StoredKey(NamedTuple):
    """What is known of a key that may be used."""

    id: str
    program_id: UUID | None
    secret_hash: bytes
    scopes: Sequence[str]


class StoredTokenKey(NamedTuple):
    """A published key of status tokens; `signs`: it is the one that signs."""

    kid: str
    public: str
    sealed: bytes
    signs: bool


async def key_of(session: Session, key_id: str, at: datetime) -> StoredKey | None:
    found = await row(session, KEY_OF, id=key_id, at=at)
    return StoredKey(**found._asdict()) if found else None


async def note_use(session: Session, key_id: str, at: datetime) -> None:
    await run(session, KEY_USED, id=key_id, at=at)


async def program_by_key(session: Session, key: str) -> UUID | None:
    found = await row(session, PROGRAM_BY_KEY, key=key)
    return found.id if found else None


async def keys_after(
    session: Session, program_id: UUID, after: str | None, limit: int
) -> Sequence[ApiKey]:
    """Keys of a program in the order of their ids."""
    statement = select(ApiKey).where(col(ApiKey.program_id) == program_id)
    if after is not None:
        statement = statement.where(col(ApiKey.id) > after)
    found = await session.exec(statement.order_by(col(ApiKey.id)).limit(limit))
    return found.all()


async def lock_admin_keys(session: Session, program_id: UUID, at: datetime) -> set[str]:
    """The ids of the program's usable keys with the scope admin, locked."""
    return {one.id for one in await rows(session, LOCK_ADMIN_KEYS, program_id=program_id, at=at)}


async def delete_key(session: Session, program_id: UUID, key_id: str) -> bool:
    """Whether there was one."""
    return bool(await run(session, DELETE_KEY, program_id=program_id, id=key_id))


async def has_keys(session: Session) -> bool:
    """Whether there is any key of any program, or of root."""
    found = await row(session, HAS_KEYS)
    return found is not None and found.found


async def token_keys(session: Session, retired_after: datetime) -> list[StoredTokenKey]:
    """The one that signs, if there is one, then those retired after that, the newest first."""
    return await rows_as(session, StoredTokenKey, TOKEN_KEYS, retired_after=retired_after)


async def add_token_key(session: Session, key: StoredTokenKey, at: datetime) -> bool:
    """Whether it signs from now on; not if another one does."""
    binds = {"kid": key.kid, "public": key.public, "sealed": key.sealed, "at": at}
    return bool(await run(session, ADD_TOKEN_KEY, **binds))


async def retire_token_key(session: Session, at: datetime) -> None:
    await run(session, RETIRE_TOKEN_KEY, at=at)


async def drop_token_keys(session: Session, retired_by: datetime) -> None:
    await run(session, DROP_TOKEN_KEYS, retired_by=retired_by)
