"""What an adapter is: pure functions that turn bytes and headers into neutral events.

An adapter is a module of this package, named as its platform, with

    STATUS_MAP: Mapping[str, str]                                       raw status → ours
    CURRENCY_MAP: Mapping[str, str]                                     optional
    verify(secrets, headers, body) -> bool                              never raises
    event_id(headers, body) -> str                                      never raises
    read(headers, body, rules) -> Reading                               raises Unreadable
    signed_at(headers) -> datetime | None                               where a timestamp is signed

No clock, no network, no database, no settings, no logging. Header names are lower-case.
Page 7, section 2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

Headers = Mapping[str, str]


class Reason(StrEnum):
    """Why something authentic is quarantined. Page 7, section 3."""

    not_parsable = "not_parsable"
    not_valid = "not_valid"
    missing_field = "missing_field"
    bad_amount = "bad_amount"
    bad_time = "bad_time"
    bad_flag = "bad_flag"
    unknown_currency = "unknown_currency"
    unmapped_status = "unmapped_status"
    topic_mismatch = "topic_mismatch"
    sequence_missing = "sequence_missing"
    refund_without_order = "refund_without_order"
    needs_fetch = "needs_fetch"
    event_conflict = "event_conflict"
    customer_redacted = "customer_redacted"


NO_INSTANT = "@"
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the source says about reading. `currency_map` key "": orders that state none."""

    status_map: Mapping[str, str] = field(default_factory=dict)
    currency_map: Mapping[str, str] = field(default_factory=dict)
    time_zone: ZoneInfo = UTC


@dataclass(frozen=True, slots=True)
class FactEvent:
    """A neutral event. `said`: page 4's JSON, amounts as texts, instants as RFC 3339 texts.

    `said["occurred_at"]` None: nothing tells it, the receipt stands in. `said["event_id"]`
    absent: the service makes it of `event_id()`. `raw_status`: what the status was mapped from.
    """

    said: Mapping[str, Any]
    raw_status: str | None = None


class Failure(NamedTuple):
    """One bad order of several; `order_id` "" when it has none that can be read."""

    order_id: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a body says. `fetch`: order ids that only the platform's API can tell.

    `ignored`: the reason when there is nothing for us; `test`: a test delivery.
    """

    events: tuple[FactEvent, ...] = ()
    fetch: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    ignored: str | None = None
    test: bool = False


class Unreadable(Exception):
    """The body cannot be used; `reason` is one of page 7 section 3, `pointer` where."""

    def __init__(self, reason: str, pointer: str = "", detail: str = "") -> None:
        super().__init__(reason, pointer, detail)
        self.reason = reason
        self.pointer = pointer
        self.detail = detail


class Adapter(Protocol):
    """The module of a platform."""

    STATUS_MAP: Mapping[str, str]

    def verify(self, secrets: Sequence[str], headers: Headers, body: bytes) -> bool:
        """Whether one of the secrets signed these bytes. Never raises."""
        ...

    def event_id(self, headers: Headers, body: bytes) -> str:
        """What makes a duplicate. Ends with `@` where the receipt instant is to be appended."""
        ...

    def read(self, headers: Headers, body: bytes, rules: Rules) -> Reading:
        """What the body says. Raises Unreadable."""
        ...

    def signed_at(self, headers: Headers) -> datetime | None:
        """The instant that the signature covers, if any."""
        ...
