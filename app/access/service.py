from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.access import repository
from app.access.caller import ROOT, Caller, Scope
from app.access.errors import KeyNotFound, LastAdminKey, ScopeNotHeld
from app.access.models import ApiKey
from app.access.schemas import KeyIn, KeyMade, KeyOut
from app.kit import pages
from app.kit.db import Session
from app.kit.errors import Fault, RequestInvalid
from app.kit.ids import new_api_key, secret_hash


class NewKey(NamedTuple):
    """What a key is made of; `program_id` None makes a root key."""

    program_id: UUID | None
    scopes: Iterable[Scope]
    author: str
    name: str | None = None
    expires_at: datetime | None = None


async def mint(session: Session, asked: NewKey, now: datetime) -> KeyMade:
    """Make a key; the text of the answer is the only one that holds its secret."""
    made = new_api_key()
    stored = ApiKey(
        id=made.id,
        program_id=asked.program_id,
        secret_hash=secret_hash(made.secret),
        scopes=_in_order(asked.scopes),
        name=asked.name,
        author=asked.author,
        created_at=now,
        expires_at=asked.expires_at,
        last_used_at=None,
    )
    session.add(stored)
    await session.flush()
    return KeyMade(key=str(made), **_shown(stored).model_dump())


async def mint_first(session: Session, program_id: UUID, author: str, now: datetime) -> KeyMade:
    """The key with all scopes that a new program starts with."""
    return await mint(session, NewKey(program_id, Scope, author, "first key"), now)


async def mint_root(session: Session, now: datetime) -> KeyMade:
    """A root key."""
    return await mint(session, NewKey(None, Scope, ROOT, "root key"), now)


async def make_key(session: Session, caller: Caller, asked: KeyIn, now: datetime) -> KeyMade:
    """Make a key of the caller's program.

    Raises ScopeNotHeld for scopes the caller does not have.
    """
    if missing := asked.scopes - caller.scopes:
        raise ScopeNotHeld(missing)
    if asked.expires_at is not None and asked.expires_at <= now:
        raise RequestInvalid([Fault("/expires_at", "in_the_past", "This has passed.")])
    wanted = NewKey(caller.program_id, asked.scopes, caller.author, asked.name, asked.expires_at)
    return await mint(session, wanted, now)


async def keys(
    session: Session, program_id: UUID, after: str | None, limit: int
) -> pages.Page[KeyOut]:
    """The program's keys in the order of their ids."""
    name = f"keys {program_id}"
    (last,) = pages.after(name, after, str) or (None,)
    found = await repository.keys_after(session, program_id, last, limit + 1)
    shown, following = pages.page(name, found, limit, lambda key: (key.id,))
    return pages.Page(items=tuple(map(_shown, shown)), next=following)


async def delete_key(session: Session, caller: Caller, key_id: str, now: datetime) -> None:
    """End a key. Raises KeyNotFound, and LastAdminKey when nobody could make another then."""
    admins = await repository.lock_admin_keys(session, caller.program_id, now)
    if admins == {key_id}:
        raise LastAdminKey
    if not await repository.delete_key(session, caller.program_id, key_id):
        raise KeyNotFound


def _in_order(scopes: Iterable[Scope]) -> list[str]:
    held = set(scopes)
    return [scope.value for scope in Scope if scope in held]


def _shown(key: ApiKey) -> KeyOut:
    return KeyOut(
        id=key.id,
        name=key.name,
        scopes=tuple(map(Scope, key.scopes)),
        author=key.author,
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
    )
