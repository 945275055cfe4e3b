"""One neutral event of ours, signed as Standard Webhooks. The shortest way in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from app.inbound.adapters.contract import FactEvent, Headers, Reading, Reason, Rules, Unreadable
from app.inbound.adapters.documents import Part
from app.inbound.adapters.signatures import signed_by_standard, standard_signed_at
from app.inbound.adapters.values import content_id, signed_id
from app.inbound.schemas.events import OrderEventIn
from app.kit.errors import faults

STATUS_MAP: Mapping[str, str] = {}  # the sender says our words
EVENT: TypeAdapter[Any] = TypeAdapter(OrderEventIn)


def verify(secrets: Sequence[str], headers: Headers, body: bytes) -> bool:
    """Standard Webhooks 1.0, `svix-*` headers too. Never raises."""
    return signed_by_standard(secrets, headers, body)


def signed_at(headers: Headers) -> datetime | None:
    """The instant that the signature covers."""
    return standard_signed_at(headers)


def event_id(_headers: Headers, body: bytes) -> str:
    """The event's own. Never raises."""
    try:
        return signed_id(Part.of_body(body).text("event_id") or "", body)
    except Unreadable:
        return content_id("", body)


def read(_headers: Headers, body: bytes, _rules: Rules) -> Reading:
    """The event as it is; `source` is the service's to say. Raises Unreadable."""
    said = {**Part.of_body(body).value}
    said.pop("source", None)
    try:
        EVENT.validate_python(said)
    except ValidationError as error:
        told = [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]
        first = faults(told, said)[0]
        raise Unreadable(Reason.not_valid, first.pointer, first.detail) from None
    return Reading(events=(FactEvent(said),))
