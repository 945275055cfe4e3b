"""From an order event as sent to a fact in its normal form. Pure."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel

from app.inbound.schemas.events import EventIn
from app.kit.ids import computed_id
from app.orders.facts import Fact, FactType, content_hash, normal_text, version_of

NOTHING = Decimal(0)
AMOUNTS = frozenset(
    {"total", "tax", "shipping", "discount", "other_tender", "rate", "amount", "quantity"}
)


class Named(NamedTuple):
    """What an event is, without what it says."""

    event_id: str
    source: str
    type: FactType
    occurred_at: datetime
    received_at: datetime


class Content(NamedTuple):
    text: str
    digest: bytes
    version: str


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
    named = Named(event.event_id, event.source, kind, event.occurred_at, received_at)
    text, digest = _content(body)
    return _fact(
        program_id, named, body, Content(text, digest, _version(event, kind, body, digest))
    )


def as_said(fact: Fact) -> bytes:
    """All of a fact that `fact_again` needs, but for its receipt."""
    said = {
        "event_id": fact.event_id,
        "source": fact.source,
        "type": fact.type.value,
        "occurred_at": fact.occurred_at.isoformat(),
        "version": fact.version,
        "body": dict(fact.body),
    }
    return normal_text(said).encode()


def fact_again(program_id: UUID, said: bytes, received_at: datetime) -> Fact:
    """The fact that `as_said` wrote down."""
    told = json.loads(said)
    occurred_at = datetime.fromisoformat(told["occurred_at"])
    kind = FactType(told["type"])
    named = Named(told["event_id"], told["source"], kind, occurred_at, received_at)
    return _fact(program_id, named, told["body"], Content(*_content(told["body"]), told["version"]))


def _content(body: Mapping[str, Any]) -> tuple[str, bytes]:
    """The normal form, and its hash; a raw status is hashed, not what it was mapped to."""
    text = normal_text(body)
    hashed = text if "raw_status" not in body else normal_text(_unmapped(body))
    return text, content_hash(hashed)


def _fact(program_id: UUID, named: Named, body: Mapping[str, Any], content: Content) -> Fact:
    order_id = body.get("order_id", body.get("id")) if named.type.of_order else None
    return Fact(
        event_key=computed_id(program_id, "event", named.source, named.event_id),
        event_id=named.event_id,
        source=named.source,
        type=named.type,
        occurred_at=named.occurred_at,
        received_at=named.received_at,
        content_hash=content.digest,
        body=body,
        order_key=order_key(program_id, named.source, order_id) if order_id else None,
        order_id=order_id,
        version=content.version,
        text=content.text,
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
