"""The two bodies of the batch route: a JSON object of events, or lines of them."""

from codecs import BOM_UTF8
from collections.abc import Mapping
from email.message import Message
from typing import Any

from app.inbound.errors import BatchRefused
from app.kit import strict_json
from app.kit.errors import Fault, Unparsable, UnsupportedMediaType

JSON, LINES = "application/json", "application/x-ndjson"
MOST_EVENTS, MOST_LINES = 500, 20_000
MOST_KEYS = 200_000
COMPRESSED = "Send the body uncompressed."


def kind_of(headers: Mapping[str, str]) -> str:
    """Raises UnsupportedMediaType for anything but the two, in UTF-8 and uncompressed."""
    content_type = headers.get("content-type")
    message = Message()
    message["content-type"] = content_type or ""
    named = message.get_content_type() if content_type else ""
    charset = str(message.get_param("charset", "utf-8")).lower()
    if named not in {JSON, LINES} or charset not in {"utf-8", "utf8"}:
        detail = f"Send {JSON} or {LINES} in UTF-8."
        raise UnsupportedMediaType(detail)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType(COMPRESSED)
    return named


def events_of(body: bytes) -> list[Any]:
    """The events, not yet looked into. Raises Unparsable and BatchRefused."""
    try:
        value = strict_json.parse_json(body, MOST_KEYS)
    except strict_json.Unparsable as error:
        raise Unparsable(str(error)) from None
    except strict_json.DuplicateKey as error:
        raise BatchRefused(Fault("", "duplicate_key", str(error))) from None
    if not isinstance(value, dict) or set(value) != {"events"}:
        raise BatchRefused(
            Fault("", "not_a_batch", 'Send an object with "events" and nothing else.')
        )
    events = value["events"]
    if not isinstance(events, list):
        raise BatchRefused(Fault("/events", "list_type", "Send a list."))
    if not 1 <= len(events) <= MOST_EVENTS:
        raise BatchRefused(Fault("/events", "too_long", f"Send 1 to {MOST_EVENTS} events."))
    return events


def lines_of(body: bytes) -> list[bytes]:
    """The lines that hold anything; a mark that says UTF-8 is none. Raises BatchRefused."""
    lines = [line for line in body.removeprefix(BOM_UTF8).split(b"\n") if line.strip()]
    if not 1 <= len(lines) <= MOST_LINES:
        raise BatchRefused(Fault("", "too_long", f"Send 1 to {MOST_LINES} lines."))
    return lines
