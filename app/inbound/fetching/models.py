"""What is kept of shops' APIs: how to reach them, what is to be fetched, how far polls came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.inbound.platforms.contract import Window
from app.kit.tables import Table, at_least, column, index


class SourceApi(Table, table=True):
    """A source's API. `sealed`: the credentials as JSON; `next_at`: no request before then.

    `error`: why the last request failed, null after one that did not.
    """

    __tablename__ = "source_apis"
    __table_args__ = (
        at_least("every_minutes", 1),
        index("next_at"),
    )

    source_id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    url: str = column("text")
    sealed: bytes = column("bytes")
    every_minutes: int | None = column("integer", null=True)
    pause_ms: int = column("integer")
    set_at: datetime = column("instant")
    next_at: datetime = column("instant")
    error: str | None = column("text", null=True)
    failed_at: datetime | None = column("instant", null=True)
    answered_at: datetime | None = column("instant", null=True)


class Fetch(Table, table=True):
    """A notification named an order that only the shop's API can tell; gone when it is told.

    All rows of one order are claimed together, so any number of notifications is one fetch; one
    that comes meanwhile asks again. A poll's own rows have `POLLED` for their notification.
    """

    __tablename__ = "fetches"
    __table_args__ = (index("source_id", "due_at"), at_least("attempts", 0))

    source_id: UUID = column("uuid", key=True)
    order_id: str = column("text", key=True)
    notification: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    asked_at: datetime = column("instant")
    due_at: datetime = column("instant")
    attempts: int = column("integer", default="0")
    holder: UUID | None = column("uuid", null=True)
    lease_until: datetime | None = column("instant", null=True)
    error: str | None = column("text", null=True)


class Poll(Table, table=True):
    """How far "orders updated since" has come: all before `since`, and `page` of what follows.

    `until_at` null: between two runs. `orders`: how many were read in all.
    """

    __tablename__ = "polls"
    __table_args__ = (index("due_at"), at_least("attempts", 0))

    source_id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    since_at: datetime = column("instant")
    until_at: datetime | None = column("instant", null=True)
    page: str | None = column("text", null=True)
    due_at: datetime = column("instant")
    attempts: int = column("integer", default="0")
    holder: UUID | None = column("uuid", null=True)
    lease_until: datetime | None = column("instant", null=True)
    orders: int = column("bigint", default="0")
    finished_at: datetime | None = column("instant", null=True)


POLLED = UUID(int=0)


class ClaimedApi(NamedTuple):
    """An API that may be asked now, and whose."""

    source_id: UUID
    program_id: UUID
    platform: str
    url: str
    sealed: bytes
    pause_ms: int

    @property
    def pause(self) -> timedelta:
        return timedelta(milliseconds=self.pause_ms)


@dataclass(frozen=True, slots=True)
class ClaimedFetch:
    """One order to be fetched, for all who asked; known by `holder`."""

    api: ClaimedApi
    holder: UUID
    order_id: str
    notifications: tuple[UUID, ...]
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedPoll:
    """One page of a window; known by `holder`. `attempts`: of this page."""

    api: ClaimedApi
    holder: UUID
    window: Window
    page: str | None
    every: timedelta
    attempts: int
    at: datetime
