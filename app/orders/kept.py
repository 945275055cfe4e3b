"""The inbox as it is looked at and read again. What is there stays, but for what became of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from app.kit.db import Session, row, rows, rows_as, sql

PAGE = sql(__file__, "inbox_page")
HELD = sql(__file__, "inbox_held")
EVENT = sql(__file__, "inbox_event")
REPLAYED = sql(__file__, "inbox_replayed")
MATCHING = sql(__file__, "inbox_matching")
DROP_RAW = sql(__file__, "drop_raw")
OLD_RAW = sql(__file__, "old_raw")
HELD_STATES = frozenset({"quarantined", "waiting"})
LOOKED_AT = 2_000  # events that one page looks at to find those that match

Place = tuple[datetime, UUID]


class Seen(NamedTuple):
    """An event of a page. `has_raw`: what it was read from is still there."""

    event_key: UUID
    event_id: str
    source: str
    type: str
    occurred_at: datetime | None
    received_at: datetime
    outcome: str
    reason: str | None
    detail: str | None
    has_raw: bool
    matches: bool
    place: int

    @property
    def at(self) -> Place:
        return self.received_at, self.event_key


class Held(NamedTuple):
    """An event in quarantine, as a replay looks at it."""

    event_key: UUID
    received_at: datetime
    source: str
    reason: str | None
    has_raw: bool


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event of the inbox, whole. `raw` and `headers`: what it is to be read from, if kept."""

    program_id: UUID
    event_key: UUID
    event_id: str
    source: str
    type: str
    occurred_at: datetime | None
    received_at: datetime
    outcome: str
    reason: str | None
    detail: str | None
    raw: bytes | None
    headers: dict[str, str] | None
    parsed: dict[str, Any] | None


class Wanted(NamedTuple):
    """Which events; None = any."""

    state: str | None = None
    source: str | None = None
    reason: str | None = None


async def page(
    session: Session, program_id: UUID, wanted: Wanted, before: Place, number: int
) -> tuple[list[Seen], Place | None]:
    """Events that match, the newest first, `number` at most; and the last place looked at.

    The place is None when everything behind was looked at; few or none may match before it.
    """
    looked_at = number if wanted == Wanted() else max(LOOKED_AT, number)
    binds = {
        **wanted._asdict(),
        "before_at": before[0],
        "before_key": before[1],
        "looked_at": looked_at,
        "number": number,
    }
    statement = PAGE
    if wanted.state in HELD_STATES:
        statement = HELD
    found = await rows_as(session, Seen, statement, program_id=program_id, **binds)
    edge = found[-1] if found and found[-1].place == looked_at else None
    return [one for one in found if one.matches], edge and edge.at


async def event(session: Session, program_id: UUID, event_key: UUID) -> KeptEvent | None:
    found = await row(session, EVENT, program_id=program_id, event_key=event_key)
    if found is None:
        return None
    said = dict(found._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    return KeptEvent(**said | {"headers": _json(said["headers"]), "parsed": _json(said["parsed"])})


async def held(
    session: Session, program_id: UUID, after: Place, until: datetime, number: int
) -> Sequence[Held]:
    """The next events in quarantine behind a place that were received by then, oldest first."""
    binds = {"after_at": after[0], "after_key": after[1], "until": until, "number": number}
    return await rows_as(session, Held, REPLAYED, program_id=program_id, **binds)


async def matching(session: Session, program_id: UUID, wanted: Wanted, never: Sequence[str]) -> int:
    """How many events in quarantine can be read again; not those kept for the reasons `never`."""
    binds = {"source": wanted.source, "reason": wanted.reason, "never": list(never)}
    found = await row(session, MATCHING, program_id=program_id, **binds)
    return found.matching if found else 0


async def programs_of_raw(session: Session, before: datetime) -> list[UUID]:
    """The programs that keep raw bytes from before an instant."""
    return [one.program_id for one in await rows(session, OLD_RAW, before=before)]


async def drop_raw(session: Session, program_id: UUID, before: datetime, number: int) -> int:
    """Take the raw bytes from events that are that old or settled; of `number` at most."""
    found = await row(session, DROP_RAW, program_id=program_id, before=before, number=number)
    return found.number if found else 0


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
