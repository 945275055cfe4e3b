"""Stones: rows that know an erased id when they meet it, and cannot tell it. Page 6, "Erase".

A stone's id is an HMAC of what was erased. Its key is random, one for the installation, and lies
in the database sealed, so that a dump alone cannot be searched for an id.
"""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.customers.models import Who
from app.kit.db import Database, Session, row, rows, run, sql
from app.kit.sealing import Seal

ERASE_KEY = sql(__file__, "erase_key")
KEEP_ERASE_KEY = sql(__file__, "keep_erase_key")
STONES = sql(__file__, "stones")
PLACE = "erase key"
CARRIED = "erase_key"
KEY_BYTES = 32
ID_BYTES = 16


class EraseKeyUnknown(RuntimeError):
    """Somebody was erased, and this process has not been given what opens the key."""


class KeyDiffers(Exception):
    """These stones were made with another key than those of the database."""


class EraseKey:
    """The key as a process holds it: opened when it is first needed, then remembered."""

    def __init__(self, db: Database, seal: Seal) -> None:
        self._db = db
        self._seal = seal
        self._opened: bytes | None = None

    async def opened(self, session: Session) -> bytes | None:
        """None: nobody was ever erased. Raises Unsealable."""
        if self._opened is None:
            found = await sealed_key(session)
            if found is not None:
                self._opened = self.open(found)
        return self._opened

    def open(self, sealed: bytes) -> bytes:
        """Raises Unsealable."""
        return bytes.fromhex(self._seal.open(sealed, PLACE))

    async def made(self, session: Session, at: datetime) -> bytes:
        """The same; the first erasure makes it. Raises Unsealable.

        In a transaction of its own: what is remembered here must not be undone there.
        """
        if await self.opened(session) is None:
            sealed = self._seal.seal(secrets.token_hex(KEY_BYTES), PLACE)
            await self._db.run(lambda own: keep_sealed(own, sealed, at))
        found = await self.opened(session)
        assert found is not None, "kept before this statement began"
        return found


def equip(db: Database, seal: Seal) -> None:
    """Let the sessions of a database recognize who was erased."""
    db.sessions.configure(info={CARRIED: EraseKey(db, seal)})


async def sealed_key(session: Session) -> bytes | None:
    """The key as it is stored."""
    found = await row(session, ERASE_KEY)
    return None if found is None else bytes(found.sealed)


async def keep_sealed(session: Session, sealed: bytes, at: datetime) -> None:
    """Store a sealed key, unless there is one."""
    await run(session, KEEP_ERASE_KEY, sealed=sealed, at=at)


async def key_for(session: Session, at: datetime) -> bytes:
    """The key to erase with. Raises EraseKeyUnknown and Unsealable."""
    carried: EraseKey | None = session.info.get(CARRIED)
    if carried is None:
        raise EraseKeyUnknown
    return await carried.made(session, at)


async def adopt(session: Session, sealed: bytes, at: datetime) -> bytes:
    """The key of a backup's stones, stored if there is none. Raises KeyDiffers and Unsealable."""
    carried: EraseKey | None = session.info.get(CARRIED)
    if carried is None:
        raise EraseKeyUnknown
    key = carried.open(sealed)
    if await sealed_key(session) is None:
        await keep_sealed(session, sealed, at)
    elif await carried.opened(session) != key:
        raise KeyDiffers
    return key


def stone_of(key: bytes, program_id: UUID, who: Who) -> UUID:
    """The id of somebody's stone, whether it stands or not."""
    said = f"{program_id}\n{who.kind}\n{who.external_id}".encode()
    return UUID(bytes=hmac.digest(key, said, "sha256")[:ID_BYTES])


async def erased_of(session: Session, program_id: UUID, people: Iterable[Who]) -> set[UUID]:
    """The member ids of those that have a stone. Raises EraseKeyUnknown and Unsealable."""
    asked = list(people)
    if not asked:
        return set()
    key = await _known_key(session)
    if key is None:
        return set()
    named = {stone_of(key, program_id, who): who.member_id for who in asked}
    return {named[stone] for stone in await standing(session, program_id, named)}


async def standing(session: Session, program_id: UUID, stones: Iterable[UUID]) -> set[UUID]:
    """Those of these stones that stand."""
    found = await rows(session, STONES, program_id=program_id, stones=sorted(stones))
    return {one.member_id for one in found}


async def _known_key(session: Session) -> bytes | None:
    carried: EraseKey | None = session.info.get(CARRIED)
    if carried is not None:
        return await carried.opened(session)
    if await sealed_key(session) is not None:
        raise EraseKeyUnknown
    return None
