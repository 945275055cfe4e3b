"""What follows from an attempt: ended or when again, and how its endpoint fares. Page 7. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

PAUSES = (
    *(timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)),
    *(timedelta(hours=number) for number in (2, 5, 10, 14, 20, 24)),
)
MOST_TRIES = len(PAUSES) + 1
SPREAD = 0.1
LONGEST_WAIT = timedelta(hours=24)
FAILING_FOR = timedelta(hours=120)
SLOW = frozenset({429, 502, 504})
FIRST_SLOWDOWN, MOST_DOUBLINGS = timedelta(seconds=1), 6
LONGEST_SLOWDOWN = timedelta(hours=1)
GONE = 410
NO_TIME = timedelta(0)


class Sent(NamedTuple):
    """What came of one POST; `error` is the class of the failure, None when it was taken.

    `wait`: what the answer's Retry-After asks for.
    """

    at: datetime
    status: int | None
    milliseconds: int
    error: str | None
    answer: str | None = None
    wait: timedelta = NO_TIME


class Fate(NamedTuple):
    """What becomes of a delivery after an attempt; `retry_at` None = it has ended."""

    state: str
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint fares. `slowdown`: how often in a row it asked for less."""

    failing_since: datetime | None = None
    slowdown: int = 0
    slowed_until: datetime | None = None
    disabled_because: str | None = None


def fate(sent: Sent, tries: int, most_tries: int, spread: float) -> Fate:
    """What follows from the attempt number `tries` of its round.

    `spread`: from -1 to 1, where in ±10 % the pause shall lie.
    """
    if sent.error is None:
        return Fate("delivered", None)
    if tries >= most_tries:
        return Fate("exhausted", None)
    pause = PAUSES[min(tries, len(PAUSES)) - 1] * (1 + SPREAD * spread)
    return Fate("pending", sent.at + max(pause, sent.wait))


def health(before: Health, sent: Sequence[Sent]) -> Health:
    """How an endpoint fares after further attempts, in the order in which they were made."""
    taken = any(one.error is None for one in sent)
    failures = [one.at for one in sent if one.error is not None]
    slow = [one for one in sent if one.status in SLOW]
    since = None if taken else before.failing_since or min(failures, default=None)
    found = replace(before, failing_since=since, disabled_because=_disabled(since, sent))
    if slow:
        return _slowed(found, slow)
    return replace(found, slowdown=0, slowed_until=None) if taken else found


def asked_wait(headers: Mapping[str, str], at: datetime) -> timedelta:
    """The pause that Retry-After asks for, at most a day; none where it says nothing readable."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said)
    except (OverflowError, ValueError):
        return NO_TIME
    asked = (until if until.tzinfo else until.replace(tzinfo=UTC)) - at
    return min(max(asked, NO_TIME), LONGEST_WAIT)


def _disabled(since: datetime | None, sent: Sequence[Sent]) -> str | None:
    if any(one.status == GONE for one in sent):
        return "gone"
    last = max((one.at for one in sent), default=None)
    if since is not None and last is not None and last - since >= FAILING_FOR:
        return "failing"
    return None


def _slowed(found: Health, slow: Sequence[Sent]) -> Health:
    doubled = FIRST_SLOWDOWN * 2 ** min(found.slowdown, MOST_DOUBLINGS)
    pause = max(doubled, min(max(one.wait for one in slow), LONGEST_SLOWDOWN))
    last = max(one.at for one in slow)
    return replace(found, slowdown=found.slowdown + 1, slowed_until=last + pause)
