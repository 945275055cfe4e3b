"""Everything that a program's members hold and went through, row by row."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

from app.kit.db import Session, sql, stream

MEMBERS = sql(__file__, "export_members")
CHANGES = sql(__file__, "export_changes")


def members(session: Session, program_id: UUID, as_of: date) -> AsyncIterator[dict[str, Any]]:
    """Customers and organizations with what they hold, by kind and id."""
    return stream(session, MEMBERS, program_id=program_id, as_of=as_of)


def changes(session: Session, program_id: UUID) -> AsyncIterator[dict[str, Any]]:
    """All moves and notices, the oldest first."""
    return stream(session, CHANGES, program_id=program_id)
