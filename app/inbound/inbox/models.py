"""What is kept of replays of the quarantine, and of who works on one."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.kit.tables import Table, at_least, column, index, one_of, unique_index

STATES = ("queued", "running", "finished")


class InboundReplay(Table, table=True):
    """Events in quarantine that are read again, the oldest first; the row is the job.

    `after_at`, `after_key`: how far it is. `claim_at`: when somebody may take it, a lease's end
    or a pause.
    """

    __tablename__ = "inbound_replays"
    __table_args__ = (
        one_of("state", STATES),
        at_least("seen", 0),
        at_least("resolved", 0),
        index("claim_at", where="state <> 'finished'"),
        unique_index("inbound_replays_program_id_key", "program_id", where="state <> 'finished'"),
    )

    id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    source: str | None = column("text", null=True)
    reason: str | None = column("text", null=True)
    state: str = column("text")
    matching: int = column("integer")
    seen: int = column("integer")
    resolved: int = column("integer")
    after_at: datetime = column("instant")
    after_key: UUID = column("uuid")
    holder: UUID | None = column("uuid", null=True)
    attempts: int = column("integer")
    claim_at: datetime = column("instant")
    author: str = column("text")
    request_id: str | None = column("text", null=True)
    created_at: datetime = column("instant")
    finished_at: datetime | None = column("instant", null=True)


class ReplayShown(NamedTuple):
    """A replay and how far it is."""

    id: UUID
    source: str | None
    reason: str | None
    state: str
    matching: int
    seen: int
    resolved: int
    created_at: datetime
    finished_at: datetime | None


class ClaimedReplay(NamedTuple):
    """A replay in the hands of one worker, known by `holder`."""

    id: UUID
    program_id: UUID
    source: str | None
    reason: str | None
    after_at: datetime
    after_key: UUID
    created_at: datetime
    attempts: int
    holder: UUID
