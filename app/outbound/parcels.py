"""What a process holds while it delivers: an endpoint, its deliveries, and what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.kit.ids import computed_id
from app.outbound.outcomes import MOST_TRIES, Health, Sent


class Message(NamedTuple):
    """What is told of a change; `data` is JSON."""

    feed_seq: int
    type: str
    timestamp: str
    data: bytes


class Post(NamedTuple):
    """One request of an attempt."""

    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """An endpoint that one process delivers to until its lease ends."""

    id: UUID
    program_id: UUID


@dataclass(frozen=True, slots=True)
class Target:
    """A claimed endpoint as it stands now; `secrets` in clear, the newest first."""

    id: UUID
    program_id: UUID
    url: str
    format: str
    secrets: Sequence[str]


@dataclass(frozen=True, slots=True)
class HeldRow:
    """An endpoint under this transaction's lock; `is_ours`: claimed by who asks, and enabled."""

    url: str
    format: str
    enabled: bool
    is_ours: bool
    secret: bytes
    old_secret: bytes | None
    old_secret_until: datetime | None
    failing_since: datetime | None
    slowdown: int
    slowed_until: datetime | None

    @property
    def health(self) -> Health:
        return Health(self.failing_since, self.slowdown, self.slowed_until)


class Taken(NamedTuple):
    """A delivery claimed by this process; `term` is what fences its mark."""

    feed_seq: int
    member_id: UUID
    term: int
    tries: int
    created_at: datetime

    @property
    def is_test(self) -> bool:
        return self.feed_seq < 0

    @property
    def most_tries(self) -> int:
        """A test is made once."""
        return 1 if self.is_test else MOST_TRIES


class Due(NamedTuple):
    """A claimed delivery with what it says."""

    taken: Taken
    message: Message


class Done(NamedTuple):
    """A claimed delivery after its attempt."""

    taken: Taken
    sent: Sent


def message_id(claim: Claim | Target, feed_seq: int) -> UUID:
    """The id of a message: of a change the one that the feed shows, of a test its own."""
    if feed_seq < 0:
        return computed_id(claim.id, "test", str(feed_seq))
    return computed_id(claim.program_id, "change", str(feed_seq))
