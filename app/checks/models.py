from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.kit.tables import Table, at_least, column, index, one_of, unique_index

OCCASIONS = ("check", "resync", "rules_changed", "override", "import", "audit")
STATES = ("queued", "running", "finished", "cancelled", "failed")
SLICE_STATES = ("queued", "done")


class Check(Table, table=True):
    """One evaluation of a program as of one date, done in slices.

    `due_at`: not before then: an edit waits out the debounce, and an audit is whose it is until
    then. `since`: the last finished check's date, from which candidates are taken; null = every
    member.
    """

    __tablename__ = "checks"
    __table_args__ = (
        one_of("occasion", OCCASIONS),
        one_of("state", STATES),
        at_least("members_total", 0),
        unique_index("checks_scheduled_key", "program_id", "as_of", where="scheduled"),
        unique_index(
            "checks_active_key",
            "program_id",
            where="state IN ('queued', 'running') AND occasion <> 'audit'",
        ),
        unique_index("checks_audit_key", "program_id", "as_of", where="occasion = 'audit'"),
        index("program_id", "created_at"),
        index("due_at", where="state IN ('queued', 'running')"),
    )

    id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    occasion: str = column("text")
    as_of: date = column("day")
    since: date | None = column("day", null=True)
    version: int | None = column("integer", null=True)
    keep_version: int | None = column("integer", null=True)  # nobody falls below what it gave
    state: str = column("text")
    scheduled: bool = column("flag", default="false")
    dry_run: bool = column("flag", default="false")
    force: bool = column("flag", default="false")
    reason: str | None = column("text", null=True)
    author: str = column("text")
    request_id: str | None = column("text", null=True)
    members_total: int = column("integer", default="0")
    members_done: int = column("integer", default="0")
    moves_up: int = column("integer", default="0")
    moves_down: int = column("integer", default="0")
    created_at: datetime = column("instant")
    due_at: datetime = column("instant")
    started_at: datetime | None = column("instant", null=True)
    finished_at: datetime | None = column("instant", null=True)
    error: str | None = column("text", null=True)
    result: dict[str, Any] | None = column("json", null=True)


class CheckSlice(Table, table=True):
    """Members above `after_member` up to and with `through_member`: one transaction."""

    __tablename__ = "check_slices"
    __table_args__ = (
        one_of("state", SLICE_STATES),
        index("lease_until", where="state <> 'done'"),
    )

    check_id: UUID = column("uuid", key=True)
    slice: int = column("integer", key=True)
    program_id: UUID = column("uuid")
    after_member: UUID = column("uuid")
    through_member: UUID = column("uuid")
    state: str = column("text")
    members_done: int = column("integer", default="0")
    moves_up: int = column("integer", default="0")
    moves_down: int = column("integer", default="0")
    attempts: int = column("integer", default="0")
    lease_until: datetime | None = column("instant", null=True)
    holder: str | None = column("text", null=True)
    retry_at: datetime | None = column("instant", null=True)
