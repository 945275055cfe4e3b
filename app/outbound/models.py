from datetime import datetime
from uuid import UUID

from app.kit.tables import ROOM_FOR_UPDATES, Table, at_least, column, holds, index, one_of

FORMATS = ("standard", "cloudevents")
STATES = ("pending", "delivered", "exhausted")
REASONS = ("by_hand", "gone", "failing")


class Feed(Table, table=True):
    """How far the relay has numbered the changes of one program."""

    __tablename__ = "feeds"

    program_id: UUID = column("uuid", key=True)
    feed_seq: int = column("bigint", default="0")


class Lease(Table, table=True):
    """Who may do a single-handed work until when; `term` rises with every new holder."""

    __tablename__ = "leases"

    name: str = column("text", key=True)
    holder: str = column("text")
    term: int = column("bigint")
    until_at: datetime = column("instant")


class Endpoint(Table, table=True):
    """A subscriber's URL. One process at a time delivers to it: `holder`, until `lease_until`.

    `since_feed_seq`: where it was made or last enabled; later changes have deliveries. A deleted
    one stays until its deliveries are gone. `replay_*`: what is still to be delivered again.
    """

    __tablename__ = "endpoints"
    __table_args__ = (
        one_of("format", FORMATS),
        one_of("disabled_reason", REASONS),
        holds("reason", "enabled = (disabled_reason IS NULL)"),
        index("program_id", "id"),
        index("replay_after", where="replay_after IS NOT NULL"),
        index("deleted_at", where="deleted_at IS NOT NULL"),
    )

    id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    url: str = column("text")
    events: list[str] = column("texts")  # none = all
    description: str = column("text")
    format: str = column("text")
    enabled: bool = column("flag", default="true")
    disabled_reason: str | None = column("text", null=True)
    disabled_at: datetime | None = column("instant", null=True)
    secret: bytes = column("bytes")  # sealed, like the one before it
    old_secret: bytes | None = column("bytes", null=True)
    old_secret_until: datetime | None = column("instant", null=True)
    since_feed_seq: int = column("bigint")
    failing_since: datetime | None = column("instant", null=True)
    slowdown: int = column("integer", default="0")  # how often in a row it asked for less
    slowed_until: datetime | None = column("instant", null=True)
    holder: str | None = column("text", null=True)
    lease_until: datetime | None = column("instant", null=True)
    replay_after: int | None = column("bigint", null=True)
    replay_through: int | None = column("bigint", null=True)
    created_at: datetime = column("instant")
    deleted_at: datetime | None = column("instant", null=True)


class Delivery(Table, table=True):
    """A change for an endpoint. Below zero `feed_seq` counts an endpoint's tests.

    `retry_at`: when it is due; null = it has ended, or waits for an older one of its member.
    `tries` of this round, `attempts` ever; `term` rises with every claim and fences its mark.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        one_of("state", STATES),
        at_least("tries", 0),
        holds("ended", "state = 'pending' OR (retry_at IS NULL AND lease_until IS NULL)"),
        index("endpoint_id", "retry_at", "feed_seq", where="retry_at IS NOT NULL"),
        index("endpoint_id", "member_id", "feed_seq", where="state = 'pending'"),
        index("endpoint_id", "feed_seq", where="state = 'exhausted'"),
        ROOM_FOR_UPDATES,
    )

    endpoint_id: UUID = column("uuid", key=True)
    feed_seq: int = column("bigint", key=True)
    program_id: UUID = column("uuid")
    member_id: UUID = column("uuid")
    state: str = column("text", default="'pending'")
    replay: bool = column("flag", default="false")
    tries: int = column("integer", default="0")
    attempts: int = column("integer", default="0")
    term: int = column("integer", default="0")
    retry_at: datetime | None = column("instant", null=True)
    lease_until: datetime | None = column("instant", null=True)
    created_at: datetime = column("instant")
    ended_at: datetime | None = column("instant", null=True)


class Message(Table, table=True):
    """What is told of a change, once for all endpoints: every attempt sends the same bytes."""

    __tablename__ = "messages"
    __table_args__ = (index("member_id"),)

    program_id: UUID = column("uuid", key=True)
    feed_seq: int = column("bigint", key=True)
    member_id: UUID = column("uuid")
    type: str = column("text")
    timestamp: str = column("text")
    data: bytes = column("bytes")


class Attempt(Table, table=True):
    """One POST and what came of it; forgotten after a month."""

    __tablename__ = "attempts"
    __table_args__ = (index("at"),)

    endpoint_id: UUID = column("uuid", key=True)
    feed_seq: int = column("bigint", key=True)
    number: int = column("integer", key=True)
    program_id: UUID = column("uuid")
    at: datetime = column("instant")
    status: int | None = column("integer", null=True)
    milliseconds: int = column("integer")
    error: str | None = column("text", null=True)
    answer: str | None = column("text", null=True)
