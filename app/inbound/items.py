"""One event of several: a fact, or what cannot be one and why. Pure."""

import json
import re
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError

from app.inbound.quarantine import UNREAD, Unusable
from app.inbound.reading import fact_of
from app.inbound.schemas.events import OrderEventIn
from app.kit.errors import faults
from app.kit.strict_json import DuplicateKey, Unparsable, parse_json
from app.orders.facts import Fact

MOST_ID = 255
PLAIN = (str, datetime, int)
BLANK_AFTER_QUOTE = re.compile(rb'"[ \t\r\n]')

EVENT: TypeAdapter[Any] = TypeAdapter(OrderEventIn)


class Item(NamedTuple):
    event_id: str | None
    fact: Fact | None
    unusable: Unusable | None


def item_of_line(program_id: UUID, line: bytes, now: datetime) -> Item:
    """The event of one line of JSON."""
    event = _plain_event(line)
    if event is not None:
        return Item(event.event_id, fact_of(program_id, event, now), None)
    try:
        value = parse_json(line)
    except Unparsable as error:
        return _refused(line, {}, "not_parsable", str(error))
    except DuplicateKey as error:
        return _refused(line, {}, "not_valid", str(error))
    return item_of(program_id, value, now)


def item_of(program_id: UUID, value: Any, now: datetime) -> Item:
    """The event of a JSON value."""
    try:
        event = EVENT.validate_python(value)
    except ValidationError as error:
        return _refused(json.dumps(value).encode(), value, "not_valid", said_of(error, value))
    return Item(event.event_id, fact_of(program_id, event, now), None)


def said_of(error: ValidationError, value: Any) -> str:
    """The first thing that is wrong with a value: where, and why."""
    told = [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]
    first = faults(told, value)[0]
    return f"{first.pointer}: {first.detail}"


def _plain_event(line: bytes) -> Any:
    """The event, if the line surely names no key twice: the fast way that most lines go.

    The validator's own parser lets a later key win. No fewer quotes stand before a colon than
    there are keys; so where none are more than the keys that were read, none was read twice.
    """
    try:
        event = EVENT.validate_json(line)
    except ValidationError:
        return None
    if BLANK_AFTER_QUOTE.search(line):
        return None
    return event if line.count(b'":') == _keys(event) else None


def _keys(model: BaseModel) -> int:
    """How many keys its JSON had, with those of the objects in it."""
    found = len(model.model_fields_set)
    for value in model.__dict__.values():
        if value is None or isinstance(value, PLAIN):
            continue
        if isinstance(value, BaseModel):
            found += _keys(value)
        elif isinstance(value, list):
            found += sum(_keys(one) for one in value if isinstance(one, BaseModel))
    return found


def _refused(said: bytes, value: Any, reason: str, detail: str) -> Item:
    event_id = _text(value, "event_id")
    unusable = Unusable(
        event_id=event_id or "",
        source=_text(value, "source") or "api",
        type=UNREAD,
        said=said,
        reason=reason,
        detail=detail,
    )
    return Item(event_id, None, unusable)


def _text(value: Any, name: str) -> str | None:
    """A field of something that was refused, if it is fit to be kept."""
    found = value.get(name) if isinstance(value, dict) else None
    fit = isinstance(found, str) and 0 < len(found) <= MOST_ID and found.isprintable()
    return found if fit else None
