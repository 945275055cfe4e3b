"""Endpoints, deliveries and attempts as they are read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

DELIVERY_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(?:t?[1-9][0-9]{0,17})"
PARTS = re.compile(r"(.{36})\.(t?)([0-9]+)")


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """An endpoint as it is shown."""

    id: UUID
    url: str
    events: Sequence[str]
    description: str
    format: str
    enabled: bool
    disabled_reason: str | None
    disabled_at: datetime | None
    old_secret_until: datetime | None
    replay_after: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as it is shown; a test has no `type` of a change."""

    endpoint_id: UUID
    feed_seq: int
    program_id: UUID
    member_id: UUID
    type: str | None
    state: str
    replay: bool
    attempts: int
    retry_at: datetime | None
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """An attempt as it is shown."""

    number: int
    at: datetime
    status: int | None
    milliseconds: int
    error: str | None
    answer: str | None


class Wanted(NamedTuple):
    """The deliveries of an endpoint before a number, in one state or any."""

    program_id: UUID
    endpoint_id: UUID
    before: int
    state: str | None


def delivery_id(endpoint_id: UUID, feed_seq: int) -> str:
    """The endpoint and the number of the change; of a test, a `t` and its own number."""
    return f"{endpoint_id}.t{-feed_seq}" if feed_seq < 0 else f"{endpoint_id}.{feed_seq}"


def parts_of(text: str) -> tuple[UUID, int]:
    """What a checked delivery id names: endpoint and number."""
    found = PARTS.fullmatch(text)
    assert found is not None
    number = int(found[3])
    return UUID(found[1]), -number if found[2] else number
