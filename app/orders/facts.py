"""A fact about one order, as a value, and the version that says which state wins."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

RANKS = {"pending": 0, "paid": 1, "closed": 2, "cancelled": 3, "deleted": 4}
STATUSES = tuple(RANKS)
REFUND_DIGITS = 30
REFUND_SCALE = 8
NORMAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


class FactType(StrEnum):
    snapshot = "order.snapshot"
    refund = "order.refund"
    deleted = "order.deleted"
    merged = "customer.merged"
    linked = "customer.linked"
    redacted = "customer.redacted"
    activity = "activity"

    @property
    def of_order(self) -> bool:
        return self.value.startswith("order.")


@dataclass(frozen=True, slots=True)
class Fact:
    """An order event in its normal form: nulls left out, amounts and instants normalized.

    `body` is the order object as sent, the refund, or what a customer event says; `text` the
    same as JSON. `version` orders the states of one order; events that are no states have it for
    ties alone. Where the status was mapped from a platform's own word, `body` has that word as
    `raw_status`, and the hash leaves the status out.
    """

    event_key: UUID
    event_id: str
    source: str
    type: FactType
    occurred_at: datetime
    received_at: datetime
    content_hash: bytes
    body: Mapping[str, Any]
    order_key: UUID | None = None
    order_id: str | None = None
    version: str = ""
    text: str = ""


def key_of(fact: Fact) -> UUID:
    """The key of the order that a fact of an order is about."""
    assert fact.order_key is not None, fact.type
    return fact.order_key


def normal_text(normal: Any) -> str:
    """The normal form as JSON with sorted keys and no spaces."""
    return NORMAL.encode(normal)


def content_hash(text: str) -> bytes:
    """SHA-256 of the normal form's text. Semantics 15."""
    return sha256(text.encode()).digest()


def version_of(
    sequence: int | None, occurred_at: datetime, status: str, refunded: Decimal, digest: bytes
) -> str:
    """(sequence or -1, occurred_at, rank, content hash) as text of fixed width.

    Compared byte by byte, the greater is the newer: semantics 3, rank by page 7 section 5.
    """
    number = -1 if sequence is None else sequence
    minor = int(refunded.scaleb(REFUND_SCALE)) if refunded else 0
    rank = f"{RANKS[status]}{minor:0{REFUND_DIGITS}d}"
    return f"{moment(number, occurred_at)}.{rank}.{digest.hex()}"


def moment(sequence: int, occurred_at: datetime) -> str:
    """The part of a version that tells when: (sequence, occurred_at)."""
    return f"{sequence + 1:020d}.{instant_text(occurred_at)}"


def status_received(version: str) -> str:
    """The status that a state had when it was received: its version keeps it for ever."""
    return STATUSES[int(version[MOMENT + 1])]


def instant_text(instant: datetime) -> str:
    """UTC with microseconds, of fixed width, so that text sorts as time does."""
    return f"{instant.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


MOMENT = len(moment(-1, datetime(2000, 1, 1, tzinfo=UTC)))
