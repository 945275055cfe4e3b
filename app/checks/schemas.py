from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from app.access.caller import Caller
from app.checks.auditing import Audited
from app.checks.errors import ReasonMissing
from app.checks.plans import Asked, CheckStatus
from app.kit.schemas import Day, Reason, Schema


class CheckIn(Schema):
    """A check by hand. `as_of` left out: today. `force` needs a reason."""

    as_of: Day | None = Field(None, examples=["2026-11-22"])
    dry_run: bool = Field(default=False, description="Count the moves and write none.")
    force: bool = Field(
        default=False, description="Lower also where minimum stay, grace or settings postpone it."
    )
    reason: Reason | None = Field(None, examples=["Season ends today"])


class CheckStarted(Schema):
    id: UUID
    state: str = Field(examples=["queued"])


class Moves(Schema):
    up: int
    down: int


class CheckOut(Schema):
    """`members_done` grows to `members_total`; `version` is the one in force when it began."""

    id: UUID
    state: str = Field(examples=["finished"])
    occasion: str = Field(examples=["check"])
    as_of: date
    version: int
    scheduled: bool
    dry_run: bool
    force: bool
    reason: str | None
    author: str
    members_total: int
    members_done: int
    moves: Moves
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class QueryOut(Schema):
    """An audit query; anything but 0 is a bug."""

    code: str = Field(examples=["A1"])
    violations: int = Field(examples=[0])


class MismatchOut(Schema):
    """`member` is our own id: an external one would outlive an erase here."""

    member: str
    ladder: str | None
    code: str = Field(examples=["standing"])
    stored: str | None
    proved: str | None


class AuditOut(Schema):
    """`share`: members proved of all with an identity, rounded down. At most 100 mismatches."""

    id: UUID
    as_of: date
    version: int
    started_at: datetime
    finished_at: datetime
    members_total: int
    members_proved: int
    share: str = Field(examples=["1.000000"])
    queries: tuple[QueryOut, ...]
    mismatches: tuple[MismatchOut, ...]


class ClockIn(Schema):
    today: Day = Field(examples=["2026-11-22"])


class ClockOut(Schema):
    today: date


def asked(wanted: CheckIn, caller: Caller) -> Asked:
    """A check in the caller's name. Raises ReasonMissing."""
    if wanted.force and wanted.reason is None:
        raise ReasonMissing
    return Asked(
        program_id=caller.program_id,
        as_of=wanted.as_of,
        dry_run=wanted.dry_run,
        force=wanted.force,
        reason=wanted.reason,
        author=caller.author,
        request_id=caller.request_id,
    )


def audit_out(found: Audited) -> AuditOut:
    """An audit as the API tells it."""
    report = found.report
    return AuditOut(
        id=found.id,
        as_of=found.as_of,
        version=found.version,
        started_at=found.started_at,
        finished_at=found.finished_at,
        members_total=report.members_total,
        members_proved=report.members_proved,
        share=report.share,
        queries=tuple(QueryOut(code=code, violations=n) for code, n in report.violations.items()),
        mismatches=tuple(MismatchOut(**asdict(one)) for one in report.mismatches),
    )


def shown(status: CheckStatus) -> CheckOut:
    """A check as the API tells it."""
    own = {name: getattr(status, name) for name in CheckOut.model_fields if name != "moves"}
    return CheckOut(moves=Moves(up=status.moves_up, down=status.moves_down), **own)
