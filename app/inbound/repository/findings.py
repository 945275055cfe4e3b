"""Statements about the end of what was found about the lines of imports."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.kit.db import Session, rows_as, run, sql

DROP_FINDINGS = sql(__file__, "drop_import_findings")
WITH_FINDINGS = sql(__file__, "imports_with_findings")


class Ended(NamedTuple):
    """An import on which nobody works any more."""

    program_id: UUID
    import_id: UUID


async def with_findings(session: Session, before: datetime) -> Ended | None:
    """An import that ended before then and has findings still."""
    found = await rows_as(session, Ended, WITH_FINDINGS, before=before)
    return found[0] if found else None


async def drop_findings(session: Session, ended: Ended, most: int) -> None:
    """Forget the first of its findings, so many at most."""
    await run(session, DROP_FINDINGS, **ended._asdict(), most=most)
