"""The keys that status tokens are signed with: the installation's own, sealed at rest."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from app.access import repository
from app.access.errors import TokenKeyUnusable
from app.access.repository import StoredTokenKey
from app.kit.db import Database, Session
from app.kit.jws import SigningKey, public_key
from app.kit.logs import log
from app.kit.memory import Memory
from app.kit.sealing import Seal, Unsealable

LONGEST_TOKEN = timedelta(hours=1)
PUBLISHED = LONGEST_TOKEN + timedelta(minutes=5)  # clocks differ, and memories last
MEMORY_SECONDS = 1.0


class TokenKeys:
    """One per process: a new key is known everywhere after a second. The first makes itself."""

    def __init__(self, db: Database, seal: Seal) -> None:
        self._db = db
        self._seal = seal
        self._known = Memory[Sequence[StoredTokenKey]](MEMORY_SECONDS)

    async def signing(self, now: datetime) -> SigningKey:
        """The key that signs. Raises TokenKeyUnusable."""
        first = (await self._keys(now))[0]
        try:
            return SigningKey.of(self._seal.open(first.sealed, _place(first.kid)))
        except Unsealable as error:
            log("secret_unsealable", "error", error=error, kind="token_key")
            raise TokenKeyUnusable from None

    async def public(self, now: datetime) -> list[dict[str, str]]:
        """The public halves of all keys whose tokens may still be valid, as JWKs."""
        return [public_key(one.kid, one.public) for one in await self._keys(now)]

    async def _keys(self, now: datetime) -> Sequence[StoredTokenKey]:
        """The one that signs is the first."""
        read = partial(_published, seal=self._seal, now=now)
        return await self._known.value("published", lambda: self._db.run(read)) or ()


async def rotate(session: Session, seal: Seal, now: datetime, *, forget: bool = False) -> str:
    """Let a new key sign; answers its `kid`.

    The old one stays published until its last token has expired. `forget`: no old key does, for
    one that has leaked; what it has signed is believed no more.
    """
    await repository.retire_token_key(session, now)
    await repository.drop_token_keys(session, now if forget else now - PUBLISHED)
    await repository.add_token_key(session, _sealed(SigningKey.new(), seal), now)
    return (await repository.token_keys(session, now))[0].kid


async def _published(session: Session, seal: Seal, now: datetime) -> list[StoredTokenKey]:
    found = await repository.token_keys(session, now - PUBLISHED)
    if found and found[0].signs:
        return found
    made = _sealed(SigningKey.new(), seal)
    if await repository.add_token_key(session, made, now):
        log("token_key_made", key_id=made.kid)
    return await repository.token_keys(session, now - PUBLISHED)


def _sealed(made: SigningKey, seal: Seal) -> StoredTokenKey:
    return StoredTokenKey(made.kid, made.public, seal.seal(made.text, _place(made.kid)), signs=True)


def _place(kid: str) -> str:
    return f"token key {kid}"
