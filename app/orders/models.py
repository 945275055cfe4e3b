from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from app.kit.db import Overtaken
from app.kit.tables import Table, at_least, column, covering_key, index, one_of

OUTCOMES = ("accepted", "superseded", "waiting", "unconverted", "quarantined")
EXCLUSIONS = ("waiting", "status", "guest", "refunded", "unconverted", "deleted")


class Outcome(NamedTuple):
    """What became of an order event; `conflict`: its id is known with other content."""

    word: str
    reason: str | None = None


class Contribution(NamedTuple):
    """What an order adds to the day totals of its home; nothing unless it `counts`."""

    home: UUID
    day: date | None
    amount: int
    counts: bool


@dataclass(slots=True)
class Touch:
    """What facts did to one member's totals, and the last order that did it."""

    took_away: bool = False
    is_new: bool = False
    order_keys: list[UUID] = field(default_factory=list)

    @property
    def order_key(self) -> UUID | None:
        return self.order_keys[-1] if self.order_keys else None

    def by(self, order_key: UUID) -> None:
        if order_key not in self.order_keys[-1:]:
            self.order_keys.append(order_key)


class NeedMembers(Overtaken):
    """The transaction starts anew and takes the locks of these members as well."""

    def __init__(self, members: frozenset[UUID]) -> None:
        super().__init__()
        self.members = members


class EventRef(Table, table=True):
    """The pin of an order event: that it is known, and under which member it was filed."""

    __tablename__ = "event_refs"

    event_key: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    member_id: UUID = column("uuid")


class OrderEvent(Table, table=True):
    """The inbox: a fact as received. Only `outcome` and `reason` ever change."""

    __tablename__ = "order_events"
    __table_args__ = (
        one_of("outcome", OUTCOMES),
        index("order_key"),
        index("program_id", "received_at", "event_key"),
        index("received_at", where="raw IS NOT NULL"),
        index("program_id", where="type LIKE 'customer.%'"),
        index(
            *("program_id", "outcome", "received_at", "event_key"),
            where="outcome IN ('quarantined', 'waiting')",
        ),
    )

    member_id: UUID = column("uuid", key=True)
    event_key: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    source: str = column("text")
    event_id: str = column("text")
    type: str = column("text")
    order_key: UUID | None = column("uuid", null=True)
    version: str | None = column("version", null=True)
    occurred_at: datetime | None = column("instant", null=True)
    received_at: datetime = column("instant")
    content_hash: bytes = column("bytes")
    parsed: dict[str, Any] | None = column("json", null=True)
    raw: bytes | None = column("bytes", null=True)
    headers: dict[str, Any] | None = column("json", null=True)  # that reading the raw bytes needs
    outcome: str = column("text")
    reason: str | None = column("text", null=True)
    detail: str | None = column("text", null=True)


class OrderRef(Table, table=True):
    """The pin of an order: which member it counts for."""

    __tablename__ = "order_refs"

    order_key: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    member_id: UUID = column("uuid")
    first_seen_at: datetime = column("instant")


class Order(Table, table=True):
    """What all facts of one order say together. `version` null: only refunds are known yet.

    `history` and `refunds` keep what later facts may need; `counted_*` follow from the rest.
    """

    __tablename__ = "orders"
    __table_args__ = (
        one_of("excluded_because", EXCLUSIONS),
        at_least("counted_amount", 0),
        index("member_id", "counted_on"),
        index("member_id", where="excluded_because = 'unconverted'"),
        index("program_id", "customer_id"),
        index("program_id", "currency", "counted_on", where="rate_from = 'table'"),
        index("program_id", "source", "map_revision", where="map_revision IS NOT NULL"),
    )

    member_id: UUID = column("uuid", key=True)
    order_key: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    source: str = column("text")
    order_id: str = column("text")
    customer_id: UUID | None = column("uuid", null=True)
    organization_id: UUID | None = column("uuid", null=True)
    version: str | None = column("version", null=True)
    state: dict[str, Any] | None = column("json", null=True)  # the winning state, as sent
    history: list[Any] = column("json")
    refunds: dict[str, Any] = column("json")
    currency: str | None = column("text", null=True)
    rate_from: str | None = column("text", null=True)  # order, table, or null (own currency)
    refunded: Decimal = column("number", default="0")
    over_refunded: bool = column("flag", default="false")
    date_substituted: bool = column("flag", default="false")
    basis_substituted: bool = column("flag", default="false")
    counted_on: date | None = column("day", null=True)
    counted_amount: int = column("bigint", default="0")  # minor units, net of refunds
    excluded_because: str | None = column("text", null=True)
    map_revision: int | None = column("integer", null=True)  # null: no state has a raw status
    multiplier: Decimal | None = column("number", null=True)  # of points; null: it never counted


class StatusMapRow(Table, table=True):
    """What a source's raw statuses mean, from a revision on; never updated."""

    __tablename__ = "status_maps"
    __table_args__ = (at_least("revision", 1),)

    program_id: UUID = column("uuid", key=True)
    source: str = column("text", key=True)
    revision: int = column("integer", key=True)
    words: dict[str, Any] = column("json")
    made_at: datetime = column("instant")


class Remap(Table, table=True):
    """A source whose stored orders are to be read by its newest map; done when they are.

    `owes_check`: orders were stored when the map changed, so everybody is checked at the end.
    """

    __tablename__ = "remaps"
    __table_args__ = (at_least("attempts", 0),)

    program_id: UUID = column("uuid", key=True)
    source: str = column("text", key=True)
    owes_check: bool = column("flag")
    attempts: int = column("integer")
    retry_at: datetime = column("instant")


class DayTotal(Table, table=True):
    """What counts for one member on one local day; always derived from the facts of that day."""

    __tablename__ = "day_totals"
    __table_args__ = (
        covering_key(
            "member_id", "day", also=("program_id", "spend", "orders", "largest", "points")
        ),
        at_least("spend", 0),
        at_least("orders", 0),
        at_least("largest", 0),
        index("program_id", "day"),
    )

    member_id: UUID = column("uuid", key=True)
    day: date = column("day", key=True)
    program_id: UUID = column("uuid")
    spend: int = column("bigint")
    orders: int = column("integer")
    largest: int = column("bigint")
    points: int = column("bigint")
