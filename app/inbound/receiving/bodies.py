"""From the bytes of a delivery to facts, whoever brings them: a webhook, a replay, a file.

Touches no database. Page 7, section 3.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from app.inbound.adapters import ADAPTERS
from app.inbound.adapters.contract import (
    NO_INSTANT,
    FactEvent,
    Failure,
    Headers,
    Reading,
    Unreadable,
)
from app.inbound.items import EVENT, MOST_ID, Item, said_of
from app.inbound.models import Delivery, Source
from app.inbound.quarantine import Unusable
from app.inbound.reading import fact_of
from app.kit.logs import log
from app.orders.facts import Fact

SEPARATOR = "#"
NAMED = 20  # orders that the detail of a quarantined body names
KEPT_HEADERS = re.compile("content-type|(x|webhook|svix|saleor|shopware|sw)-.+")
SECRET_HEADERS = re.compile("sign|hmac|auth|token|secret|key|cookie|forwarded|real-ip")
MOST_HEADER = 1_000
FAILED = "failed"


class Told(NamedTuple):
    """One event of a body: a fact, or why it is none."""

    event_id: str
    fact: Fact | None
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class Received:
    """What a delivery holds. `items` in the order of the body; `fetch` and `ignored` as read.

    What only the platform's API can tell is among the items too, as unusable, `needs_fetch`.
    """

    items: Sequence[Item] = ()
    fetch: tuple[str, ...] = ()
    ignored: str | None = None


def received(source: Source, delivery: Delivery) -> Received:
    """What an authentic delivery holds. Every body has an answer."""
    event_id = event_id_of(source, delivery)
    try:
        reading = read_with(source, delivery.headers, delivery.body)
    except Unreadable as error:
        failure = Failure("", error.reason, _said(error.pointer, error.detail))
        told = [Told(event_id, None, failure)]
        return Received(items_of(source, told, delivery))
    if reading.ignored is not None:
        return Received(ignored=reading.ignored)
    if reading.test and not source.test:
        return Received(ignored="test_event")
    thin = [Failure(order_id, "needs_fetch") for order_id in reading.fetch]
    reading = replace(reading, failed=(*reading.failed, *thin))
    told = facts_of(source, event_id, reading, delivery.received_at)
    return Received(items_of(source, told, delivery), reading.fetch)


def event_id_of(source: Source, delivery: Delivery) -> str:
    """What makes a duplicate of a delivery."""
    found = ADAPTERS[source.platform].event_id(delivery.headers, delivery.body)
    if found.endswith(NO_INSTANT):
        found += delivery.received_at.astimezone(UTC).isoformat()
    return _fit(found)


def read_with(source: Source, headers: Headers, body: bytes) -> Reading:
    """What the source's adapter reads. Raises Unreadable, and nothing else for any bytes."""
    try:
        return ADAPTERS[source.platform].read(headers, body, source.rules)
    except Unreadable:
        raise
    except Exception as error:
        log("adapter_failed", "error", error=error, source=source.key, kind=source.platform)
        raise Unreadable(FAILED) from error


def facts_of(source: Source, event_id: str, reading: Reading, received_at: datetime) -> list[Told]:
    """The events of a reading as facts, in their order, then its failures.

    An event without an id gets `event_id`, and one of several `<event_id>#<order id>`. One
    without an instant happened at the receipt.
    """
    several = len(reading.events) + len(reading.failed) > 1
    names = Names(event_id, several=several)
    told = [_told(source, names, one, received_at) for one in reading.events]
    failed = [Told(names.of(one.order_id), None, one) for one in reading.failed]
    return told + failed


def items_of(source: Source, told: Iterable[Told], delivery: Delivery) -> list[Item]:
    """Facts, and what is kept of the failures: the delivery, once for each reason there is."""
    events = list(told)
    by_reason: dict[str, list[Told]] = {}
    for one in events:
        if one.failure is not None:
            by_reason.setdefault(one.failure.reason, []).append(one)
    kept = {reason: _unusable(source, some, delivery) for reason, some in by_reason.items()}
    return [
        Item(one.event_id, one.fact, kept[one.failure.reason] if one.failure else None)
        for one in events
    ]


class Names:
    """Event ids of the events of one body; an order that it names twice gets a number."""

    def __init__(self, event_id: str, *, several: bool) -> None:
        self._event_id = event_id
        self._several = several
        self._given: Counter[str] = Counter()

    def of(self, order_id: str) -> str:
        name = f"{self._event_id}{SEPARATOR}{order_id}" if self._several else self._event_id
        self._given[name] += 1
        times = self._given[name]
        return _fit(name if times == 1 else f"{name}{SEPARATOR}{times}")


def _told(source: Source, names: Names, event: FactEvent, received_at: datetime) -> Told:
    order_id = _order_id(event.said)
    event_id = event.said.get("event_id") or names.of(order_id)
    said = {
        **event.said,
        "event_id": event_id,
        "occurred_at": event.said.get("occurred_at") or received_at.isoformat(),
        "source": source.key,
    }
    try:
        checked = EVENT.validate_python(said)
    except ValidationError as error:
        return Told(
            _fit(str(event_id)),
            None,
            Failure(order_id, "not_valid", said_of(error, said).removeprefix(": ")),
        )
    return Told(event_id, fact_of(source.program_id, checked, received_at, event.raw_status), None)


def _order_id(said: Any) -> str:
    order = said.get("order") or {}
    return str(order.get("id", "")) if isinstance(order, dict) else ""


def _unusable(source: Source, failed: Sequence[Told], delivery: Delivery) -> Unusable:
    """The body as it came; a replay reads it whole, and what is known of it already stays."""
    failures = [one.failure for one in failed if one.failure]
    named = [one.order_id for one in failures if one.order_id]
    orders = f"Orders {', '.join(named[:NAMED])}: " if len(failures) > 1 else ""
    return Unusable(
        event_id=failed[0].event_id,
        source=source.key,
        type="unknown",
        said=delivery.body,
        reason=failures[0].reason,
        detail=storable(f"{orders}{failures[0].detail}") or None,
        headers=kept_headers(delivery.headers),
    )


def kept_headers(headers: Headers) -> dict[str, str]:
    """The headers that reading may need; none that signs, and nobody's address."""
    return {
        name: value
        for name, value in headers.items()
        if KEPT_HEADERS.fullmatch(name)
        and not SECRET_HEADERS.search(name)
        and value.isprintable()
        and len(value) <= MOST_HEADER
    }


def storable(text: str) -> str:
    """The text as far as it can be kept and shown."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text[:500])


def _said(pointer: str, detail: str) -> str:
    return f"{pointer}: {detail}" if pointer and detail else pointer or detail


def _fit(event_id: str) -> str:
    """The id, or what stands for one that is too long or cannot be shown."""
    if 0 < len(event_id) <= MOST_ID and event_id.isprintable():
        return event_id
    return hashlib.sha256(event_id.encode(errors="surrogatepass")).hexdigest()[:32]
