"""From what a shop's API told to events. Touches nothing."""

import json
from collections.abc import Sequence
from datetime import datetime

from app.inbound.adapters.contract import Failure, Reading, Unreadable
from app.inbound.adapters.values import content_id, dated_id
from app.inbound.items import Item
from app.inbound.models import Delivery, Source
from app.inbound.platforms import LISTING, READERS
from app.inbound.platforms.contract import Documents
from app.inbound.receiving.bodies import FAILED, Told, facts_of, items_of, kept_headers, storable
from app.kit.logs import log

TOPIC = "fetched"


def items(source: Source, order_id: str, documents: Documents, at: datetime) -> Sequence[Item]:
    """The events of one order; nothing for a test order of a source that is none.

    What they say is their id, so telling it twice is once. Raises Unreadable.
    """
    reading = _read(source, order_id, documents)
    if reading.test and not source.test:
        return ()
    event_id = content_id(TOPIC, text(documents))
    if any(one.said.get("occurred_at") is None for one in reading.events):
        event_id = dated_id(event_id, at)
    told = facts_of(source, event_id, reading, at)
    return items_of(source, told, _delivery(source, order_id, documents, at))


def unusable(
    source: Source, order_id: str, documents: Documents, error: Unreadable, at: datetime
) -> Sequence[Item]:
    """What is kept of an order that cannot be read: a replay reads it as a delivery."""
    failure = Failure(order_id, error.reason, storable(f"{error.pointer}: {error.detail}"))
    told = [Told(content_id(TOPIC, text(documents)), None, failure)]
    return items_of(source, told, _delivery(source, order_id, documents, at))


def text(documents: object) -> bytes:
    """As JSON, its amounts as texts."""
    return json.dumps(documents, sort_keys=True, default=str).encode()


def _read(source: Source, order_id: str, documents: Documents) -> Reading:
    try:
        return READERS[source.platform].read_documents(order_id, documents, source.rules)
    except Unreadable:
        raise
    except Exception as error:
        log("adapter_failed", "error", error=error, source=source.key, kind=source.platform)
        raise Unreadable(FAILED) from error


def _delivery(source: Source, order_id: str, documents: Documents, at: datetime) -> Delivery:
    platform = LISTING.get(source.platform)
    if platform is None:
        return Delivery({}, text(documents), at)
    said = platform.delivered(order_id, documents)
    return Delivery(kept_headers(said.headers), text(said.value), at)
