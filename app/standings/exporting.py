"""Everything that a program's members went through, row by row."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any
from uuid import UUID

from app.kit.db import Session, sql, stream

CHANGES = sql(__file__, "export_changes")
COLUMNS = (
    "type", "recorded_at", "kind", "id", "sequence", "ladder", "from_level", "to_level",
    "direction", "occasion", "reason", "version", "as_of", "order_source", "order_id", "check_id",
    "override_id", "metrics", "data",
)  # fmt: skip


async def changes(session: Session, program_id: UUID) -> AsyncGenerator[Mapping[str, Any], None]:
    """All moves and notices, the oldest first."""
    async for one in stream(session, CHANGES, program_id=program_id):
        yield one
