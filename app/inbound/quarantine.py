"""Events that cannot be used: kept as they came, with the reason, to be shown and replayed."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from app.customers import stones
from app.customers.models import Who
from app.inbound.naming import named_in
from app.inbound.reading import as_said
from app.kit.db import Database, Session
from app.kit.ids import computed_id
from app.orders import service as orders
from app.orders.facts import Fact
from app.orders.inbox import NO_HASH
from app.orders.notified import ERASED

UNREAD = "unknown"  # the type of what is not known to be of any


@dataclass(frozen=True, slots=True)
class Unusable:
    """An event that is kept though it cannot be read or recorded.

    `said`: as it came, the bytes of a delivery or JSON. `headers`: of a delivery, what reading
    it again needs; None = it came by API.
    """

    event_id: str
    source: str
    type: str
    said: bytes
    reason: str
    detail: str | None = None
    headers: Mapping[str, str] | None = None

    @classmethod
    def of_fact(cls, fact: Fact, reason: str) -> Self:
        """A fact that could be read and not recorded; `as_said` tells it whole."""
        return cls(fact.event_id, fact.source, UNREAD, as_said(fact), reason)

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.said).digest()

    def key(self, program_id: UUID) -> UUID:
        """Not the key of a readable event: the same id may come again, mended."""
        return computed_id(program_id, "unusable", self.source, self.event_id, self.digest.hex())


async def quarantine(
    db: Database, program_id: UUID, events: Sequence[Unusable], at: datetime
) -> None:
    """Keep the events in a transaction of their own."""

    async def work(session: Session) -> None:
        await keep(session, program_id, events, at)

    if events:
        await db.run(work)


async def keep(
    session: Session, program_id: UUID, events: Iterable[Unusable], at: datetime
) -> None:
    """Keep the events; one that is kept already stays as it is.

    Of one that seems to name somebody who was erased, nothing but that it came.
    """
    named = {one.key(program_id): (one, _named(program_id, one)) for one in events}
    everybody = {who for _, people in named.values() for who in people}
    gone = await stones.erased_of(session, program_id, everybody)
    rows = {}
    for key, (one, people) in named.items():
        said = _row(program_id, one, at)
        erased = any(who.member_id in gone for who in people)
        rows[key] = said | _emptied(said) if erased else said
    await orders.keep_unusable(session, program_id, rows)


def _named(program_id: UUID, one: Unusable) -> list[Who]:
    ids = sorted(named_in(one.said))
    return [Who.of(program_id, kind, id_) for id_ in ids for kind in ("customer", "organization")]


def _emptied(said: Mapping[str, Any]) -> dict[str, Any]:
    empty = {"event_id": str(said["event_key"]), "reason": ERASED, "content_hash": NO_HASH}
    return empty | dict.fromkeys(("raw", "headers", "detail"))


def _row(program_id: UUID, one: Unusable, at: datetime) -> dict[str, Any]:
    key = one.key(program_id)
    return {
        "member_id": key,
        "event_key": key,
        "program_id": program_id,
        "source": one.source,
        "event_id": one.event_id,
        "type": one.type,
        "received_at": at,
        "content_hash": one.digest,
        "raw": one.said,
        "headers": None if one.headers is None else json.dumps(dict(one.headers)),
        "outcome": "quarantined",
        "reason": one.reason,
        "detail": one.detail,
    }
