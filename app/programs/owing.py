"""Which check an edit owes, and when it is due. Semantics 9."""

from datetime import datetime, timedelta
from typing import NamedTuple

from app.kit.clock import local_date
from app.kit.cron import firings
from app.policy.ladder import Ladder
from app.programs.definition import Definition
from app.programs.edit import Apply, Existing
from app.programs.models import ProgramRow, Recheck

ONE_DAY = timedelta(1)
NOTHING = Recheck()


class Rewritten(NamedTuple):
    """A definition before and after an edit, with its ladders."""

    before: Definition
    after: Definition
    ladders_before: tuple[Ladder, ...]
    ladders_after: tuple[Ladder, ...]

    @property
    def enables(self) -> bool:
        return self.after.settings.enabled and not self.before.settings.enabled

    @property
    def disables(self) -> bool:
        return self.before.settings.enabled and not self.after.settings.enabled

    @property
    def counts_anew(self) -> bool:
        """Whether stored orders count otherwise than before."""
        return _counting(self.before) != _counting(self.after)

    @property
    def affects_members(self) -> bool:
        """Whether the edit itself may move somebody; names and benefits move nobody."""
        before, after = self.before.settings, self.after.settings
        begins = before.starts_on != after.starts_on
        wakes = before.effective_tier != after.effective_tier
        moves = self.ladders_before != self.ladders_after
        return begins or wakes or self.counts_anew or moves


class Wanted(NamedTuple):
    """When the caller wants the edit to take effect, and on whom."""

    apply: Apply | None
    existing: Existing


def owed(
    program: ProgramRow, edit: Rewritten, wanted: Wanted, now: datetime
) -> tuple[Recheck, datetime | None]:
    """What the program owes after the edit, and when this edit's part of it is due.

    Edits that wait share one check: the latest instant, the first version that is kept; a resync
    stays one.
    """
    pending = Recheck(program.recheck_at, program.recheck_occasion, program.recheck_keep)
    if not edit.after.settings.enabled:
        return NOTHING, None
    if edit.enables:
        return Recheck(now, "resync", _kept(program, wanted)), now
    if not edit.affects_members:
        return pending, None
    if wanted.apply == "next_check":
        due = pending.at or _next_check(program, edit.after, now)
        forgets = pending.at is None
        return pending._replace(keep=_kept(program, wanted), forget_checks=forgets), due
    at = _due(program, edit.after, wanted.apply, now)
    occasion = pending.occasion or "rules_changed"
    return Recheck(at, occasion, _kept(program, wanted)), at


def _kept(program: ProgramRow, wanted: Wanted) -> int | None:
    """The version below which nobody may fall: the one before the first edit that waits."""
    asked = program.version if wanted.existing == "keep" else None
    return program.recheck_keep or asked


def _due(program: ProgramRow, after: Definition, apply: Apply | None, now: datetime) -> datetime:
    if apply == "now":
        return now
    quiet = now + timedelta(seconds=after.settings.debounce_seconds)
    return max(program.recheck_at or quiet, quiet)


def _next_check(program: ProgramRow, after: Definition, now: datetime) -> datetime | None:
    """The instant of the next scheduled check; a sandbox has had that of its today."""
    zone, schedule = after.settings.time_zone, after.settings.check_schedule
    sandbox = program.sandbox_day
    behind = sandbox or local_date(now, zone) - ONE_DAY
    following = firings(schedule, zone, behind)
    return next((one.at for one in following if sandbox or one.at > now), None)


def _counting(definition: Definition) -> tuple[object, ...]:
    settings = definition.settings
    return (
        settings.counted_statuses,
        settings.dated_by,
        settings.amount_basis,
        settings.pooling,
        settings.points_per_unit,
    )
