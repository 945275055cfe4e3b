"""The exchange of 1C with a site, as the site: 1C asks, in one order of requests or another.

checkauth gives a session, init the limits, file appends to a file, import reads it, query gives
our orders (none). What an older 1C never asks to import is read a while later.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from app.inbound.errors import SignatureRefused, SourceNotFound
from app.inbound.exchange import words
from app.inbound.exchange.files import Call, append, import_some, session_of
from app.inbound.exchange.reading import Reader
from app.inbound.models import Source
from app.inbound.receiving.authentic import (
    WRONG_ADDRESS,
    WRONG_SECRET,
    NotAuthentic,
    allows,
    knower,
)
from app.inbound.receiving.webhooks import Receiver
from app.inbound.repository import exchange as repository
from app.kit.db import Session

PLATFORM = "commerceml"
COOKIE = "tiers_exchange"
TOKEN_BYTES = 32
FILE_LIMIT = 1024 * 1024
FILE_LIFE = timedelta(days=1)
SALE, CATALOG = "sale", "catalog"
CATALOG_MODES = frozenset({"file", "import"})  # goods are nothing to us


@dataclass(frozen=True, slots=True)
class Exchange:
    """Answers 1C; every answer is text in its protocol."""

    receiver: Receiver
    reader: Reader

    async def answer(self, token: str, call: Call) -> str:
        """What 1C is told. Raises SourceNotFound, SignatureRefused and TooManyRequests."""
        source = await self.receiver.source(token, call.address)
        if source.platform != PLATFORM:
            raise SourceNotFound
        if call.mode == "checkauth":
            return await self._check(source, call)
        session_id = await self._authentic(source, call)
        self.receiver.gate.pace_source(str(source.id))
        if call.kind == CATALOG and call.mode in CATALOG_MODES:
            return words.lines(words.SUCCESS)
        if call.kind == SALE and call.mode == "file":
            return await append(self.reader, source, call)
        if call.kind == SALE and call.mode == "import":
            return await import_some(self.reader, source, session_id, call)
        return _plain(source, call)

    async def _check(self, source: Source, call: Call) -> str:
        """A session for who knows a secret of the source."""
        try:
            secret = knower(source, call.headers, call.address)
        except NotAuthentic as error:
            self.receiver.refuse(source, error.reason, call.at, call.address)
            raise SignatureRefused from None
        self.receiver.tally.used(source, secret, call.at)
        cookie = secrets.token_urlsafe(TOKEN_BYTES)
        said = {
            "id": uuid4(),
            "program_id": source.program_id,
            "source_id": source.id,
            "secret_id": secret.id,
            "token_hash": hashlib.sha256(cookie.encode()).digest(),
            "used_at": call.at,
        }

        async def work(session: Session) -> None:
            await repository.forget(session, source.program_id, source.id, call.at - FILE_LIFE)
            await repository.add_session(session, said)

        await self.receiver.db.run(work)
        return words.lines(words.SUCCESS, COOKIE, cookie)

    async def _authentic(self, source: Source, call: Call) -> UUID:
        """The session of a cookie, from an address that the source allows."""
        reason = WRONG_ADDRESS
        if allows(source, call.address):
            async with self.receiver.db.transaction() as session:
                session_id = await session_of(session, source, call)
            if session_id is not None:
                return session_id
            reason = WRONG_SECRET
        self.receiver.refuse(source, reason, call.at, call.address)
        raise SignatureRefused


def _plain(source: Source, call: Call) -> str:
    """Of what needs no database."""
    match call.kind, call.mode:
        case ("sale" | "catalog", "init"):
            return words.lines("zip=yes", f"file_limit={FILE_LIMIT}")
        case ("sale", "query"):
            return words.no_orders(call.at, source.rules.time_zone)
        case ("sale" | "catalog", "success" | "complete" | "deactivate"):
            return words.lines(words.SUCCESS)
    return words.failure(words.NO_MODE)
