"""Sources as they are shown: with when their secrets were used, and what was not taken."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID

from app.inbound.errors import SourceNotFound
from app.inbound.models import SourceCount, SourceRow
from app.inbound.repository import sources as repository
from app.inbound.schemas.sources import CountOut, SecretOut, SourceOut, Unsigned
from app.inbound.sources.apis import apis_shown
from app.kit import pages
from app.kit.db import Session
from app.kit.etags import etag
from app.orders import service as orders

PATH = "/v1/inbound/"


async def sources(
    session: Session, program_id: UUID, after: str | None, limit: int
) -> pages.Page[SourceOut]:
    """The program's sources by their keys."""
    name = f"sources {program_id}"
    (last,) = pages.after(name, after, str) or (None,)
    found = await repository.sources_after(session, program_id, last, limit + 1)
    part, following = pages.page(name, found, limit, lambda one: (one.key,))
    shown = await _shown(session, program_id, part)
    return pages.Page(items=tuple(shown), next=following)


async def source(session: Session, program_id: UUID, key: str) -> SourceOut:
    """One source. Raises SourceNotFound."""
    [shown] = await _shown(session, program_id, [await source_row(session, program_id, key)])
    return shown


async def tagged_source(session: Session, program_id: UUID, key: str) -> tuple[SourceOut, str]:
    """One source and its ETag: its version, and what else of it may change by itself."""
    row = await source_row(session, program_id, key)
    [shown] = await _shown(session, program_id, [row])
    return shown, f'"{row.version}-{etag(shown)[1:-1]}"'


async def source_row(
    session: Session, program_id: UUID, key: str, *, lock: bool = False
) -> SourceRow:
    """The row of a source; locked, it stays as it is. Raises SourceNotFound."""
    found = await repository.source(session, program_id, key, lock=lock)
    if found is None:
        raise SourceNotFound
    return found


def unsigned_of(row: SourceRow) -> Unsigned | None:
    allowed = row.allowed_addresses
    return None if allowed is None else Unsigned(allowed_addresses=allowed)


async def _shown(session: Session, program_id: UUID, rows: Sequence[SourceRow]) -> list[SourceOut]:
    ids = [one.id for one in rows]
    secrets: dict[UUID, list[SecretOut]] = defaultdict(list)
    for one in await repository.secrets_of(session, program_id, ids):
        secrets[one.source_id].append(
            SecretOut(created_at=one.created_at, last_used_at=one.last_used_at)
        )
    counts = await repository.counts_of(session, program_id, ids)
    apis = await apis_shown(session, program_id, ids)
    maps = await orders.status_maps_of(session, program_id, [one.key for one in rows])
    return [
        SourceOut(
            key=row.key,
            platform=row.platform,
            path=f"{PATH}{row.token}",
            secrets=tuple(secrets[row.id]),
            status_map=cast("Any", maps[row.key]),
            currency_map=row.currency_map,
            time_zone=row.time_zone,
            test=row.test,
            unsigned=unsigned_of(row),
            api=apis.get(row.id),
            ignored=_counted(counts, row.id, "ignored"),
            refused=_counted(counts, row.id, "refused"),
            author=row.author,
            created_at=row.created_at,
        )
        for row in rows
    ]


def _counted(counts: Iterable[SourceCount], source_id: UUID, what: str) -> tuple[CountOut, ...]:
    return tuple(
        CountOut(reason=one.reason, count=one.number, last_at=one.last_at)
        for one in counts
        if one.source_id == source_id and one.what == what
    )
