"""Statements about sources, their secrets and counts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from app.inbound.models import SourceCount, SourceRow, SourceSecret
from app.kit.db import Session, rows, run, sql
from app.kit.tables import col, select

INSERT_SOURCE = sql(__file__, "insert_source")
UPDATE_SOURCE = sql(__file__, "update_source")
END_SOURCE = sql(__file__, "end_source")
INSERT_SECRETS = sql(__file__, "insert_secrets")
DELETE_SECRETS = sql(__file__, "delete_secrets")
NOTE_COUNTS = sql(__file__, "note_counts")
NOTE_USES = sql(__file__, "note_uses")
COUNT_UNSIGNED = sql(__file__, "count_unsigned")


class Use(NamedTuple):
    """A secret was used at an instant."""

    program_id: UUID
    secret_id: UUID
    at: datetime


class Count(NamedTuple):
    """What there was of a source's deliveries since the last time it was written down."""

    program_id: UUID
    source_id: UUID
    what: str
    reason: str
    number: int
    last_at: datetime


async def insert_source(session: Session, row: Mapping[str, Any]) -> bool:
    """Whether the key was free."""
    said = {**row, "currency_map": json.dumps(row["currency_map"])}
    return bool(await run(session, INSERT_SOURCE, **said))


async def update_source(session: Session, row: Mapping[str, Any]) -> None:
    said = {**row, "currency_map": json.dumps(row["currency_map"])}
    await run(session, UPDATE_SOURCE, **said)


async def end_source(session: Session, program_id: UUID, source_id: UUID, at: datetime) -> None:
    await run(session, END_SOURCE, program_id=program_id, id=source_id, at=at)


async def source(
    session: Session, program_id: UUID, key: str, *, lock: bool = False
) -> SourceRow | None:
    """The source of this key that is not deleted; locked, it stays as it is."""
    statement = select(SourceRow).where(
        col(SourceRow.program_id) == program_id,
        col(SourceRow.key) == key,
        col(SourceRow.deleted_at).is_(None),
    )
    if lock:
        statement = statement.with_for_update()
    return (await session.exec(statement)).one_or_none()


async def source_by_id(session: Session, program_id: UUID, source_id: UUID) -> SourceRow | None:
    statement = select(SourceRow).where(
        col(SourceRow.program_id) == program_id,
        col(SourceRow.id) == source_id,
        col(SourceRow.deleted_at).is_(None),
    )
    return (await session.exec(statement)).one_or_none()


async def source_by_token(session: Session, token: str) -> SourceRow | None:
    """The source that a platform addresses so, of whatever program."""
    statement = select(SourceRow).where(
        col(SourceRow.token) == token, col(SourceRow.deleted_at).is_(None)
    )
    return (await session.exec(statement)).one_or_none()


async def other_platform(session: Session, program_id: UUID, key: str, platform: str) -> bool:
    """Whether the key was a source's of another platform before."""
    statement = select(SourceRow.id).where(
        col(SourceRow.program_id) == program_id,
        col(SourceRow.key) == key,
        col(SourceRow.platform) != platform,
        col(SourceRow.deleted_at).is_not(None),
    )
    return (await session.exec(statement.limit(1))).first() is not None


async def sources_after(
    session: Session, program_id: UUID, after: str | None, limit: int
) -> Sequence[SourceRow]:
    """Sources of a program in the order of their keys."""
    statement = select(SourceRow).where(
        col(SourceRow.program_id) == program_id, col(SourceRow.deleted_at).is_(None)
    )
    if after is not None:
        statement = statement.where(col(SourceRow.key) > after)
    return (await session.exec(statement.order_by(col(SourceRow.key)).limit(limit))).all()


async def secrets_of(
    session: Session, program_id: UUID, sources: Iterable[UUID]
) -> Sequence[SourceSecret]:
    """The secrets of these sources, each source's newest first."""
    statement = select(SourceSecret).where(
        col(SourceSecret.program_id) == program_id, col(SourceSecret.source_id).in_(list(sources))
    )
    return (await session.exec(statement.order_by(col(SourceSecret.place)))).all()


async def counts_of(
    session: Session, program_id: UUID, sources: Iterable[UUID]
) -> Sequence[SourceCount]:
    """What was ignored and refused of these sources' deliveries, by reason."""
    statement = select(SourceCount).where(
        col(SourceCount.program_id) == program_id, col(SourceCount.source_id).in_(list(sources))
    )
    return (await session.exec(statement.order_by(col(SourceCount.reason)))).all()


async def replace_secrets(
    session: Session, program_id: UUID, source_id: UUID, secrets: Sequence[SourceSecret]
) -> None:
    """From now on the source has these secrets, the newest first."""
    await run(session, DELETE_SECRETS, program_id=program_id, source_id=source_id)
    await run(
        session,
        INSERT_SECRETS,
        program_id=program_id,
        source_id=source_id,
        ids=[one.id for one in secrets],
        sealed=[one.sealed for one in secrets],
        created_ats=[one.created_at for one in secrets],
        last_used_ats=[one.last_used_at for one in secrets],
    )


async def note_counts(session: Session, counts: Sequence[Count]) -> None:
    await run(
        session,
        NOTE_COUNTS,
        source_ids=[one.source_id for one in counts],
        whats=[one.what for one in counts],
        reasons=[one.reason for one in counts],
        program_ids=[one.program_id for one in counts],
        numbers=[one.number for one in counts],
        last_ats=[one.last_at for one in counts],
    )


async def note_uses(session: Session, uses: Sequence[Use]) -> None:
    await run(
        session,
        NOTE_USES,
        program_ids=[one.program_id for one in uses],
        ids=[one.secret_id for one in uses],
        ats=[one.at for one in uses],
    )


async def count_unsigned(session: Session) -> int:
    """How many sources of all programs take deliveries without a signature."""
    [found] = await rows(session, COUNT_UNSIGNED)
    number: int = found.number
    return number
