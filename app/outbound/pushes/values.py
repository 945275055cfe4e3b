"""What is read and written about push targets, as values."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID


class TargetRow(NamedTuple):
    """A target as its owner sees it."""

    id: UUID
    program_id: UUID
    platform: str
    url: str
    ladder: str
    mapping: dict[str, str]
    sealed: bytes
    per_second: int
    enabled: bool
    description: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    ready_at: datetime | None
    failures: int
    error: str | None
    error_at: datetime | None


class Lease(NamedTuple):
    """A target under the lease of one worker, known by its term."""

    id: UUID
    program_id: UUID
    platform: str
    url: str
    ladder: str
    mapping: dict[str, str]
    sealed: bytes
    per_second: int
    term: int
    deleted: bool


class Renewed(NamedTuple):
    """What has become of a leased target. `ready`: its shop may be asked now."""

    feed_seq: int
    ready: bool
    failures: int


class Due(NamedTuple):
    """A push to be done. `given`: the values that may be ours in the shop by then."""

    member_id: UUID
    external_id: str | None
    desired: dict[str, str | None]
    given: list[str]
    attempts: int


class Told(NamedTuple):
    """A change as targets read it."""

    feed_seq: int
    type: str
    member_id: UUID


class Standing(NamedTuple):
    """A level held on the ladder of a target."""

    member_id: UUID
    level_key: str
    grace_until: date | None


@dataclass(frozen=True, slots=True)
class Goal:
    """What a shop is to say of a member, or why it is told nothing of it."""

    member_id: UUID
    desired: dict[str, str | None]
    reason: str | None
    priority: int


class Walk(NamedTuple):
    """A walk over everybody, and the member behind which it goes on."""

    key: str
    rereads: bool
    after_member: UUID | None


class OpenWalk(NamedTuple):
    """How far a walk is."""

    target_id: UUID
    occasion: str
    members_done: int
    created_at: datetime


class PushRow(NamedTuple):
    """A push as it is listed."""

    member_id: UUID
    kind: str
    external_id: str | None
    state: str
    desired: dict[str, Any]
    acknowledged: dict[str, Any] | None
    reason: str | None
    attempts: int
    retry_at: datetime
    error: str | None
    acknowledged_at: datetime | None


class Night(NamedTuple):
    """What decides whether a target owes its nightly walk."""

    id: UUID
    program_id: UUID
    created_at: datetime
    zone: str
    last_key: str | None
