"""Verifies keys and paces callers; one per process, with memory of a second."""

import hashlib
import hmac
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from starlette.requests import Request

from app.access import repository
from app.access.caller import ROOT, Identity, Scope
from app.access.errors import OtherProgram, ProgramNotFound, ProgramRequired, Unauthorized
from app.access.repository import StoredKey
from app.kit import metrics
from app.kit.clock import Clock
from app.kit.db import Database
from app.kit.errors import TooManyRequests
from app.kit.ids import parse_api_key, secret_hash
from app.kit.memory import Memory
from app.kit.rates import Buckets

MEMORY_SECONDS = 1.0
NO_KEY = StoredKey("", None, bytes(32), ())
INGEST, READ, REST = 1_000, 500, 20
FAILURES_PER_MINUTE = 20


class Gate:
    """Knows the keys. `root_key` empty: only stored root keys."""

    def __init__(self, db: Database, clock: Clock, root_key: str, *, paced: bool) -> None:
        self._db = db
        self._clock = clock
        self._root_hash = _hash(root_key) if root_key else None
        self._paced = paced
        self._keys = Memory[StoredKey](MEMORY_SECONDS)
        self._failures = Buckets(FAILURES_PER_MINUTE / 60, FAILURES_PER_MINUTE)
        self._rates = {rate: Buckets(rate, 2 * rate) for rate in (INGEST, READ, REST)}

    async def identify(self, text: str | None, address: str) -> Identity:
        """Whose key this is.

        Raises Unauthorized, and TooManyRequests after too many failures of one address; keys
        that were good a moment ago still pass then.
        """
        if text is None:
            raise Unauthorized
        if self._root_hash and hmac.compare_digest(_hash(text), self._root_hash):
            return Identity(ROOT, None, frozenset(Scope))
        key = await self._verified(text, address)
        if key is None:
            self._failures.take(address)
            raise Unauthorized
        scopes = frozenset(Scope) if key.program_id is None else map(Scope, key.scopes)
        return Identity(key.id, key.program_id, frozenset(scopes))

    def pace(self, known: Identity, scopes: Sequence[Scope]) -> None:
        """Raises TooManyRequests when the key is faster than routes of these scopes allow."""
        if self._paced and (wait := self._rates[_rate(scopes)].take(known.key_id)):
            metrics.RATE_LIMITED.inc()
            raise TooManyRequests(wait)

    def turn_away(self, text: str, scopes: Sequence[Scope]) -> None:
        """As `pace`, of a key that was good a moment ago, before anything is read for it."""
        if not self._paced:
            return
        known = self._remembered(text)
        if known is not None and (wait := self._rates[_rate(scopes)].wait(known.id)):
            metrics.RATE_LIMITED.inc()
            raise TooManyRequests(wait)

    def whose(self, text: str) -> str | UUID | None:
        """The program of a key that was good when it came last, or the root key; else None."""
        known = self._remembered(text)
        return None if known is None else known.program_id or known.id

    def pace_source(self, source: str) -> None:
        """As `pace`, for deliveries of a source, which come without a key."""
        if self._paced and (wait := self._rates[INGEST].take(f"source {source}")):
            metrics.RATE_LIMITED.inc()
            raise TooManyRequests(wait)

    def failed(self, address: str) -> None:
        """A signature of this address was wrong. Raises TooManyRequests after too many."""
        self._limit_failures(address)
        self._failures.take(address)

    async def program_of(self, known: Identity, named: str | None) -> UUID:
        """The program the request is about: the key's own, or the one a root key names."""
        if known.program_id is None and named is None:
            raise ProgramRequired
        if named is None:
            return _own(known)
        async with self._db.transaction() as session:
            program_id = await repository.program_by_key(session, named)
        if known.program_id is not None and program_id != known.program_id:
            raise OtherProgram
        if program_id is None:
            raise ProgramNotFound
        return program_id

    def forget(self, key_id: str) -> None:
        """Look the key up again when it comes next."""
        self._keys.forget(key_id)

    async def opens(self) -> bool:
        """Whether any key at all would be let in."""
        if self._root_hash:
            return True
        async with self._db.transaction() as session:
            return await repository.has_keys(session)

    async def _verified(self, text: str, address: str) -> StoredKey | None:
        parsed = parse_api_key(text)
        if parsed is None:
            self._limit_failures(address)
            return None
        key = await self._stored(parsed.id, address) or NO_KEY
        right = hmac.compare_digest(secret_hash(parsed.secret), key.secret_hash)
        return key if right and key is not NO_KEY else None

    def _remembered(self, text: str) -> StoredKey | None:
        parsed = parse_api_key(text)
        known = self._keys.last(parsed.id) if parsed else None
        if parsed is None or known is None:
            return None
        return known if hmac.compare_digest(secret_hash(parsed.secret), known.secret_hash) else None

    async def _stored(self, key_id: str, address: str) -> StoredKey | None:
        if key_id not in self._keys:
            self._limit_failures(address)
        return await self._keys.value(key_id, partial(self._read, key_id))

    async def _read(self, key_id: str) -> StoredKey | None:
        async with self._db.transaction() as session:
            key = await repository.key_of(session, key_id, self._clock.now())
            if key is not None:
                await repository.note_use(session, key_id, self._clock.now())
        return key

    def _limit_failures(self, address: str) -> None:
        if self._paced and self._failures.level(address) < 1:
            metrics.RATE_LIMITED.inc()
            raise TooManyRequests(3, "Too many failed keys from this address.")


def gate_of(request: Request) -> Gate:
    """The application's gate; the root puts it into the state."""
    gate: Gate = request.app.state.gate
    return gate


def bearer(said: str | None) -> str:
    """The key of an Authorization header; empty when there is none."""
    scheme, _, text = (said or "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def _rate(scopes: Sequence[Scope]) -> int:
    return INGEST if Scope.ingest in scopes else READ if Scope.read in scopes else REST


def _own(known: Identity) -> UUID:
    assert known.program_id is not None
    return known.program_id


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
