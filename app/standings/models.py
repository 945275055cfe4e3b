from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.kit.tables import Table, at_least, column, holds, index, one_of

STATES = ("held", "at_risk", "pending_upgrade")
MODES = ("exact", "floor", "ceiling", "freeze", "nudge")
DIRECTIONS = ("up", "down")


class Position(Table, table=True):
    """What a member holds on one ladder. `review_on`: something may change then without a fact."""

    __tablename__ = "positions"
    __table_args__ = (
        one_of("state", STATES),
        at_least("position", 0),
        at_least("change_seq", 0),
        holds("level", "(position = 0) = (level_key IS NULL)"),
        index("program_id", "review_on", where="review_on IS NOT NULL"),
        index("program_id", "ladder", "level_key"),
    )

    member_id: UUID = column("uuid", key=True)
    ladder: str = column("text", key=True)
    program_id: UUID = column("uuid")
    position: int = column("integer")
    level_key: str | None = column("text", null=True)
    since_on: date | None = column("day", null=True)
    state: str = column("text")
    grace_until: date | None = column("day", null=True)
    review_on: date | None = column("day", null=True)
    change_seq: int = column("integer", default="0")  # of its last move, 0 = never moved


class Override(Table, table=True):
    """A person's decision about one member and ladder, in force `from_on` through `until_on`."""

    __tablename__ = "overrides"
    __table_args__ = (
        one_of("mode", MODES),
        holds("days", "until_on >= from_on"),
        index("program_id", "from_on"),
        index("program_id", "until_on", "id", where="removed_at IS NULL AND mode <> 'nudge'"),
        index("id"),
    )

    member_id: UUID = column("uuid", key=True)
    id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    ladder: str = column("text")
    mode: str = column("text")
    level_key: str | None = column("text", null=True)
    reason: str = column("text")
    author: str = column("text")
    request_id: str | None = column("text", null=True)
    from_on: date = column("day")
    until_on: date | None = column("day", null=True)
    recorded: int = column("bigint")  # the member's version then: the greater is the newer
    set_on: date = column("day")  # the program's date then; what is in force by then began then
    created_at: datetime = column("instant")
    removed_at: datetime | None = column("instant", null=True)
    removed_by: str | None = column("text", null=True)


class Change(Table, table=True):
    """The history row of a move or a notice, and the event owed for it.

    Never updated, but for `feed_seq`, which the relay gives once the row is committed. Events of
    the program itself stand under `member_id` = the program's id.
    """

    __tablename__ = "changes"
    __table_args__ = (
        one_of("direction", DIRECTIONS),
        at_least("seq", 1),
        at_least("feed_seq", 1),
        index("program_id", "feed_seq"),
        index("recorded_at", where="feed_seq IS NULL"),
        index("feed_seq", where="type = 'customer.redacted' AND data <> '{}'"),
        index("program_id", "as_of"),
        index("program_id", "recorded_at"),
        index("check_id", where="check_id IS NOT NULL"),
    )

    member_id: UUID = column("uuid", key=True)
    seq: int = column("integer", key=True)
    program_id: UUID = column("uuid")
    feed_seq: int | None = column("bigint", null=True)
    type: str = column("text")
    ladder: str | None = column("text", null=True)
    from_level: str | None = column("text", null=True)
    to_level: str | None = column("text", null=True)
    from_position: int | None = column("integer", null=True)
    to_position: int | None = column("integer", null=True)
    direction: str | None = column("text", null=True)
    occasion: str | None = column("text", null=True)
    reason: str | None = column("text", null=True)
    version: int = column("integer")
    as_of: date = column("day")
    recorded_at: datetime = column("instant")
    metrics: list[Any] = column("json")  # every criterion's value against its threshold
    order_key: UUID | None = column("uuid", null=True)
    check_id: UUID | None = column("uuid", null=True)
    override_id: UUID | None = column("uuid", null=True)
    data: dict[str, Any] = column("json", default="'{}'")  # what notices say beside
