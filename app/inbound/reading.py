"""From an order event as sent to a fact in its normal form. Pure."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from app.inbound.schemas.events import EventIn
from app.kit.ids import computed_id
from app.orders.facts import Fact, FactType, content_hash, normal_text, version_of

NOTHING = Decimal(0)
AMOUNTS = frozenset(
    {"total", "tax", "shipping", "discount", "other_tender", "rate", "amount", "quantity"}
)


def order_key(program_id: UUID, source: str, order_id: str) -> UUID:
    """The key of an order: order ids are per source."""
    return computed_id(program_id, "order", source, order_id)


def fact_of(
    program_id: UUID, event: EventIn, received_at: datetime, raw_status: str | None = None
) -> Fact:
    """The fact that an event tells: nulls left out, amounts and instants normalized.

    `raw_status`: what a platform said, where the event's status is mapped from it. It is the
    content then: told again after an edit of the map, the event is the same.
    """
    kind = FactType(event.type)
    body = _body(event, kind)
    if raw_status is not None:
        body["raw_status"] = raw_status
    text = normal_text(body)
    digest = content_hash(text if raw_status is None else normal_text(_unmapped(body)))
    order_id = body.get("order_id", body.get("id")) if kind.of_order else None
    return Fact(
        event_key=computed_id(program_id, "event", event.source, event.event_id),
        event_id=event.event_id,
        source=event.source,
        type=kind,
        occurred_at=event.occurred_at,
        received_at=received_at,
        content_hash=digest,
        body=body,
        order_key=order_key(program_id, event.source, order_id) if order_id else None,
        order_id=order_id,
        version=_version(event, kind, body, digest),
        text=text,
    )


def _body(event: Any, kind: FactType) -> dict[str, Any]:
    match kind:
        case FactType.refund:
            return {**_normal(event.refund), "order_id": event.order.id}
        case FactType.snapshot | FactType.deleted:
            return _normal(event.order)
        case _:
            return _normal(event.customer)


def _unmapped(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "status"}


def _version(event: EventIn, kind: FactType, body: Mapping[str, Any], digest: bytes) -> str:
    refunds = body.get("refunds", ())
    if kind is FactType.refund:
        refunds = [body]
    status = "deleted" if kind is FactType.deleted else body.get("status", "pending")
    refunded = sum((Decimal(one["amount"]) for one in refunds), NOTHING)
    return version_of(event.sequence, event.occurred_at, status, refunded, digest)


def _normal(model: BaseModel) -> dict[str, Any]:
    """What was said, without nulls; amounts without trailing zeros, instants in UTC."""
    return {
        name.rstrip("_"): _value(name, value)
        for name, value in model.__dict__.items()
        if value is not None
    }


def _value(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return plain(value) if name in AMOUNTS else value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, list):
        return [_value(name, one) for one in value]
    if isinstance(value, BaseModel):
        return _normal(value)
    return value if isinstance(value, bool) else str(value)


def plain(amount: str) -> str:
    """The amount without trailing zeros."""
    return amount.rstrip("0").rstrip(".") if "." in amount else amount
