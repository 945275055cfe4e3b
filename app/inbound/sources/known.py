"""Sources as deliveries are read with them, with a memory of a second."""

from functools import partial
from ipaddress import ip_network
from uuid import UUID
from zoneinfo import ZoneInfo

from app.inbound.adapters.contract import Rules
from app.inbound.models import Source, SourceRow
from app.inbound.repository import sources as repository
from app.inbound.sources.sealed import opened
from app.kit.db import Database, Session
from app.kit.memory import Memory
from app.kit.sealing import Seal
from app.orders import service as orders

MEMORY_SECONDS = 1.0


class KnownSources:
    """One per process: a new secret, or an end, is known everywhere after a second."""

    def __init__(self, db: Database, seal: Seal) -> None:
        self._db = db
        self._seal = seal
        self._known = Memory[Source](MEMORY_SECONDS)

    async def by_token(self, token: str) -> Source | None:
        """The source that a platform addresses so."""
        if not token.isascii() or not token.isprintable():
            return None
        return await self._known.value(token, partial(self._read, token))

    def program_of(self, token: str) -> UUID | None:
        """The program of a source that was addressed so before."""
        found = self._known.last(token)
        return found.program_id if found else None

    async def by_key(self, session: Session, program_id: UUID, key: str) -> Source | None:
        """The source as it is now, by its key."""
        row = await repository.source(session, program_id, key)
        return await self._source(session, row)

    async def by_id(self, session: Session, program_id: UUID, source_id: UUID) -> Source | None:
        """The source as it is now, by its id."""
        row = await repository.source_by_id(session, program_id, source_id)
        return await self._source(session, row)

    async def unsigned(self) -> int:
        """How many sources of all programs take deliveries without a signature."""
        return await self._db.run(repository.count_unsigned)

    def forget(self, token: str) -> None:
        """Look the source up again when a delivery comes next."""
        self._known.forget(token)

    async def _read(self, token: str) -> Source | None:
        async with self._db.transaction() as session:
            row = await repository.source_by_token(session, token)
            return await self._source(session, row)

    async def _source(self, session: Session, row: SourceRow | None) -> Source | None:
        if row is None:
            return None
        words = await orders.status_map(session, row.program_id, row.key)
        secrets = await repository.secrets_of(session, row.program_id, [row.id])
        return Source(
            id=row.id,
            program_id=row.program_id,
            key=row.key,
            platform=row.platform,
            rules=Rules(words, row.currency_map, ZoneInfo(row.time_zone)),
            test=row.test,
            secrets=tuple(opened(self._seal, row.id, secrets)),
            allowed=tuple(map(ip_network, row.allowed_addresses or ())),
        )
