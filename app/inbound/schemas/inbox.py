"""The inbox as it is shown: what came, what became of it, and replays of the quarantine."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.inbound.schemas.events import OutcomeOut
from app.kit.schemas import Key, Schema, Text

State = Literal["accepted", "superseded", "waiting", "unconverted", "quarantined"]
Reason = Annotated[str, Field(pattern="^[a-z_]{1,40}$", examples=["unmapped_status"])]
ReplayState = Literal["queued", "running", "finished"]


class InboundEventOut(Schema):
    """One event as it was received, and what became of it.

    `type` and `occurred_at` are null for what was not read. `reason` says why it is in quarantine,
    `detail` where and what; `replayable`: it can be read again.
    """

    id: UUID
    event_id: Text
    source: Text
    type: Text | None
    occurred_at: datetime | None
    received_at: datetime
    outcome: State
    reason: Text | None
    detail: Text | None
    replayable: bool


class RawOut(Schema):
    """A body as it came: as text if it is UTF-8, else as base64."""

    text: str | None
    base64: str | None


class InboundEventWhole(InboundEventOut):
    """Also what was read of it, and what it was or is to be read from.

    `body` and `headers` are kept while it is in quarantine, for a bounded time; headers that
    sign or carry secrets never are.
    """

    parsed: dict[str, Any] | None
    headers: dict[str, str] | None
    body: RawOut | None


class ReplayedOut(Schema):
    """The event after the replay, and what became of each event that it holds."""

    event: InboundEventOut
    results: tuple[OutcomeOut, ...]


class InboundReplayIn(Schema):
    """Which events in quarantine are read again: of one source, kept for one reason, or all.

    `dry_run` only counts them.
    """

    source: Key | None = None
    reason: Reason | None = None
    dry_run: bool = False


class InboundReplayOut(Schema):
    """A replay and how far it is. `id` and `state` are null for a dry run.

    `matching`: events that it was asked for; `seen`: those read again by now; `resolved`: those
    of them that have left the quarantine.
    """

    id: UUID | None
    state: ReplayState | None
    source: Text | None
    reason: Text | None
    matching: int
    seen: int
    resolved: int
    created_at: datetime
    finished_at: datetime | None
