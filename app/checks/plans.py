"""Values of checks: what is planned, claimed, done, and shown."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.checks.slicing import Range

SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class Asked:
    """A check that somebody asks for by hand; `as_of` None = today."""

    program_id: UUID
    as_of: date | None
    dry_run: bool
    force: bool
    reason: str | None
    author: str
    request_id: str | None

    def plan(self, today: date, version: int) -> "Plan":
        return Plan(
            program_id=self.program_id,
            occasion="check",
            as_of=self.as_of or today,
            version=version,
            dry_run=self.dry_run,
            force=self.force,
            reason=self.reason,
            author=self.author,
            request_id=self.request_id,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """A check to be run. `since` None: every member; else those who may differ since that date.

    `keep_version`: nobody falls below what that version gave, for the edits since alone.
    """

    program_id: UUID
    occasion: str
    as_of: date
    version: int
    since: date | None = None
    keep_version: int | None = None
    scheduled: bool = False
    dry_run: bool = False
    force: bool = False
    reason: str | None = None
    author: str = SCHEDULE
    request_id: str | None = None

    @property
    def serves_edit(self) -> bool:
        """Whether this is the check that an edit asked for."""
        asked_for = self.occasion in {"rules_changed", "resync"} or self.keep_version is not None
        return asked_for and not self.dry_run


@dataclass(frozen=True, slots=True)
class Claim:
    """A slice in the hands of one worker, known by `holder` and `attempts` together."""

    check_id: UUID
    program_id: UUID
    range: Range
    holder: str
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedCheck:
    """What a slice needs to know of its check."""

    occasion: str
    as_of: date
    since: date | None
    keep_version: int | None
    dry_run: bool
    force: bool
    members_total: int
    slices: int

    @property
    def counts_first(self) -> bool:
        """Whether orders are counted anew before anybody is evaluated.

        Not where it is a trial, nor where floors have to see what was counted before.
        """
        return not self.dry_run and self.keep_version is None


@dataclass(frozen=True, slots=True)
class Ended:
    """A running check all of whose slices are done. `moves_checked_on`: it was a scheduled one."""

    id: UUID
    program_id: UUID
    as_of: date
    version: int
    moves_checked_on: bool
    occasion: str
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckStatus:
    """A check and how far it is."""

    id: UUID
    state: str
    occasion: str
    as_of: date
    version: int
    scheduled: bool
    dry_run: bool
    force: bool
    reason: str | None
    author: str
    members_total: int
    members_done: int
    moves_up: int
    moves_down: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None

    @property
    def has_ended(self) -> bool:
        return self.state not in {"queued", "running"}
