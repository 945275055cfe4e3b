"""Order events as they are sent. Page 4, "Facts"."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from app.kit.schemas import BigCount, CurrencyCode, Day, Id, Instant, Key, Money, Rate, Schema, Text
from app.programs.refusal import refuse

Status = Literal["pending", "paid", "closed", "cancelled"]
MOST_LINES = 500
MOST_REFUNDS = 500


class RefundIn(Schema):
    id: Id
    amount: Money
    at: Instant | None = None


class LineIn(Schema):
    id: Id
    product_id: Id | None = None
    quantity: Money | None = None
    total: Money | None = None
    category_ids: Annotated[list[Id], Field(max_length=100)] | None = None


class OrderIn(Schema):
    """The state of an order. Amounts are in `currency`; what is null is not known."""

    id: Id
    number: Id | None = None
    status: Status
    customer_id: Id | None = None
    organization_id: Id | None = None
    contract_id: Annotated[
        Id | None, Field(description="Of the organization named; it is a member of its own.")
    ] = None
    currency: CurrencyCode
    total: Money
    tax: Money | None = None
    shipping: Money | None = None
    discount: Money | None = None
    other_tender: Money | None = None
    rate: Rate | None = None
    placed_at: Instant | None = None
    paid_at: Instant | None = None
    closed_at: Instant | None = None
    cancelled_at: Instant | None = None
    refunds_complete: bool | None = None
    refunds: Annotated[list[RefundIn], Field(max_length=MOST_REFUNDS)] | None = None
    lines: Annotated[list[LineIn], Field(max_length=MOST_LINES)] | None = None

    @model_validator(mode="after")
    def _contract_of_whom(self) -> Self:
        if self.contract_id is not None and self.organization_id is None:
            refuse("contract_of_nobody", "A contract is named beside its organization.")
        return self


class OrderIdIn(Schema):
    id: Id


class MergeIn(Schema):
    kept_id: Id
    removed_id: Id


class LinkIn(Schema):
    """The customer orders for the organization from then on; null ends it."""

    id: Id
    organization_id: Id | None
    from_: Annotated[Day | None, Field(alias="from")] = None


class RedactIn(Schema):
    id: Id | None = None
    order_ids: Annotated[list[Id], Field(max_length=1000)] | None = None


class EventIn(Schema):
    """`sequence`: set by a source always or never. Order ids are per `source`."""

    type: str
    event_id: Id
    occurred_at: Instant
    sequence: BigCount | None = None
    source: Key = "api"


class SnapshotIn(EventIn):
    """The whole state of an order; the newest state wins."""

    type: Literal["order.snapshot"]
    order: OrderIn


class RefundEventIn(EventIn):
    """One refund; it may come before its order."""

    type: Literal["order.refund"]
    order: OrderIdIn
    refund: RefundIn


class DeletedIn(EventIn):
    """The order is gone; a later state brings it back."""

    type: Literal["order.deleted"]
    order: OrderIdIn


class MergedIn(EventIn):
    """All facts of the removed customer are the kept one's."""

    type: Literal["customer.merged"]
    customer: MergeIn


class LinkedIn(EventIn):
    """A customer has joined or left an organization."""

    type: Literal["customer.linked"]
    customer: LinkIn


class RedactedIn(EventIn):
    """The customer is to be forgotten; sums stay."""

    type: Literal["customer.redacted"]
    customer: RedactIn


OrderEventIn = Annotated[
    SnapshotIn | RefundEventIn | DeletedIn | MergedIn | LinkedIn | RedactedIn,
    Field(discriminator="type"),
]


class OutcomeOut(Schema):
    """What became of an event. `reason` says why it is quarantined, else it is null."""

    event_id: Text | None
    outcome: Literal["accepted", "duplicate", "superseded", "waiting", "unconverted", "quarantined"]
    reason: Text | None


class OutcomesOut(Schema):
    """One result for each event, in their order."""

    results: list[OutcomeOut]


class RatesSet(Schema):
    """The rates of that day now."""

    date: Day
    rates: dict[CurrencyCode, Rate]
