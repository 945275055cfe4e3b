"""What is told of orders. Amounts are decimal strings."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from app.kit.schemas import Schema


class HomeOut(Schema):
    """A customer, an organization, or a contract as `organization/contract`."""

    kind: str
    id: str


class StateOut(Schema):
    """One state that was told of an order; `raw_status` as the platform named it."""

    status: str
    raw_status: str | None
    occurred_at: datetime


class OrderOut(Schema):
    """An order as its newest state says, and how it counts.

    `customer_id`, `organization_id`, `contract_id` as sent. `counts_for`: null for a guest's.
    `total` and `refunded` in `currency`, `counted_amount` in the program's; `rate_from`: order,
    table, or null for the program's own currency. `excluded_because` null: it counts.
    """

    id: str
    source: str
    number: str | None
    status: Annotated[str | None, Field(description="Null while only refunds are known.")]
    raw_status: Annotated[str | None, Field(description="As the platform named it.")]
    customer_id: str | None
    organization_id: str | None
    contract_id: str | None
    counts_for: HomeOut | None
    currency: str | None
    total: str | None
    placed_at: datetime | None
    paid_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    refunded: str
    over_refunded: bool
    rate_from: str | None
    counted: bool
    counted_on: date | None
    counted_amount: str
    excluded_because: str | None
    date_substituted: bool
    basis_substituted: bool


class OrderWhole(OrderOut):
    """Also the newest snapshot as it was sent, and every state, the oldest first."""

    snapshot: dict[str, Any] | None
    states: tuple[StateOut, ...]
