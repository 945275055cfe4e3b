"""A change as the feed reads it, before names are put to its levels."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A numbered change with whom and what it is about; `kind` None = the program itself."""

    member_id: UUID
    feed_seq: int
    type: str
    recorded_at: datetime
    seq: int
    ladder: str | None
    from_level: str | None
    to_level: str | None
    from_position: int | None
    to_position: int | None
    direction: str | None
    occasion: str | None
    reason: str | None
    version: int
    as_of: date
    metrics: list[dict[str, Any]]
    data: dict[str, Any]
    order_key: UUID | None
    check_id: UUID | None
    override_id: UUID | None
    kind: str | None
    external_id: str | None
    order_source: str | None
    order_id: str | None
