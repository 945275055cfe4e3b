from datetime import datetime
from typing import Any
from uuid import UUID

from app.kit.tables import Table, at_least, column, holds, index, one_of, unique_index

PLATFORMS = ("shopify", "woocommerce", "cs_cart")
STATES = ("pending", "failed", "acknowledged", "skipped")
OCCASIONS = ("backfill", "nightly", "published", "edited", "resync")


class PushTarget(Table, table=True):
    """A shop that is kept equal to what members hold on one ladder.

    One worker at a time works for it: `holder` until `lease_until`, known by `term`, which an edit
    raises too. `feed_seq`: how far its followers have read. `ready_at`: not asked before then.
    """

    __tablename__ = "push_targets"
    __table_args__ = (
        one_of("platform", PLATFORMS),
        at_least("per_second", 1),
        at_least("version", 1),
        at_least("failures", 0),
        unique_index(
            "push_targets_shop_key",
            "program_id",
            "platform",
            "url",
            "ladder",
            where="deleted_at IS NULL",
        ),
    )

    id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    platform: str = column("text")
    url: str = column("text")
    ladder: str = column("text")
    mapping: dict[str, Any] = column("json")  # level key → value in the shop
    sealed: bytes = column("bytes")  # the credentials
    per_second: int = column("integer")
    enabled: bool = column("flag")
    description: str | None = column("text", null=True)
    version: int = column("integer")
    created_at: datetime = column("instant")
    updated_at: datetime = column("instant")
    deleted_at: datetime | None = column("instant", null=True)  # its pushes are being removed
    feed_seq: int = column("bigint")
    holder: str | None = column("text", null=True)
    term: int = column("bigint", default="0")
    lease_until: datetime | None = column("instant", null=True)
    ready_at: datetime | None = column("instant", null=True)
    failures: int = column("integer", default="0")  # of the shop in a row
    error: str | None = column("text", null=True)  # the last one, as a word
    error_at: datetime | None = column("instant", null=True)


class Push(Table, table=True):
    """What a target is to say of a member, and what it has acknowledged.

    `given`: the values that may be ours in the shop, also those of requests without an answer.
    `attempts`: since the last acknowledgement; 0 = the shop holds what it acknowledged.
    """

    __tablename__ = "pushes"
    __table_args__ = (
        one_of("state", STATES),
        at_least("attempts", 0),
        holds("reason", "(state = 'skipped') = (reason IS NOT NULL)"),
        index("target_id", "priority", "retry_at", where="state IN ('pending', 'failed')"),
        index("target_id", "state", "member_id"),
    )

    target_id: UUID = column("uuid", key=True)
    member_id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    state: str = column("text")
    desired: dict[str, Any] = column("json")
    acknowledged: dict[str, Any] | None = column("json", null=True)
    given: list[str] = column("texts", default="'{}'")
    reason: str | None = column("text", null=True)  # why it is skipped
    priority: int = column("integer")
    attempts: int = column("integer", default="0")
    retry_at: datetime = column("instant")
    error: str | None = column("text", null=True)
    acknowledged_at: datetime | None = column("instant", null=True)


class PushLook(Table, table=True):
    """A member that a target is to look at again although nothing has moved."""

    __tablename__ = "push_looks"

    target_id: UUID = column("uuid", key=True)
    member_id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")


class PushSweep(Table, table=True):
    """One walk over everybody for a target, slice by slice; `key` makes each occasion one row.

    `rereads`: also what was acknowledged is looked at in the shop again.
    """

    __tablename__ = "push_sweeps"
    __table_args__ = (
        one_of("occasion", OCCASIONS),
        at_least("members_done", 0),
        index("target_id", "created_at", where="finished_at IS NULL"),
        unique_index(
            "push_sweeps_resync_key",
            "target_id",
            where="occasion = 'resync' AND finished_at IS NULL",
        ),
    )

    target_id: UUID = column("uuid", key=True)
    key: str = column("text", key=True)
    program_id: UUID = column("uuid")
    occasion: str = column("text")
    rereads: bool = column("flag")
    after_member: UUID | None = column("uuid", null=True)
    members_done: int = column("integer", default="0")
    created_at: datetime = column("instant")
    finished_at: datetime | None = column("instant", null=True)
