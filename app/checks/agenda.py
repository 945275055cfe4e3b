"""What a program owes at an instant: overrides that turn, and one check. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.kit.clock import local_date
from app.kit.cron import Firing, firings

ONE_DAY = timedelta(1)


@dataclass(frozen=True, slots=True)
class InForce:
    """A version's schedule, and from when until when it held; `until` None = the current one."""

    published_at: datetime
    until: datetime | None
    schedule: str
    zone: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class Agenda:
    """`last_on`: the last scheduled date that was planned; `busy`: a check is unfinished.

    `versions`: those in force since then, oldest first.
    """

    program_id: UUID
    sandbox_day: date | None
    created_at: datetime
    checked_on: date | None
    overrides_on: date | None
    recheck_at: datetime | None
    recheck_occasion: str | None
    recheck_keep: int | None
    last_on: date | None
    busy: bool
    versions: tuple[InForce, ...]

    @property
    def current(self) -> InForce:
        return self.versions[-1]

    def today(self, now: datetime) -> date:
        return self.sandbox_day or local_date(now, self.current.zone)

    @property
    def turned_on(self) -> date:
        """The date up to which overrides that turn were evaluated."""
        created_on = local_date(self.created_at, self.versions[0].zone)
        return self.overrides_on or self.sandbox_day or created_on


@dataclass(frozen=True, slots=True)
class Owed:
    """First the overrides that turn through `turns_through`, then the check, if any.

    `occasion` None: no check. `scheduled`: as of a date of the schedule; else an edit asks.
    """

    turns_through: date
    occasion: str | None = None
    scheduled: bool = False

    @property
    def as_of(self) -> date:
        return self.turns_through


def owed(agenda: Agenda, now: datetime) -> Owed | None:
    """The next thing to do, None if nothing is owed. Semantics 9.

    A check that an edit asks for comes before any scheduled one, also before its quiet period
    is over: nobody may be judged by the new rules before those whom `existing: keep` keeps have
    got their floor. Late ones are as of the date on which they were due. A disabled program owes
    nothing; enabling it evaluates everybody.
    """
    if not agenda.current.enabled:
        return None
    due = None if agenda.sandbox_day else first_due(agenda, now)
    if agenda.recheck_at is not None and (due is not None or agenda.recheck_at <= now):
        return recheck(agenda, now)
    if due is not None:
        return Owed(due.on, "check", scheduled=True)
    today = agenda.today(now)
    return Owed(today) if agenda.turned_on < today and not agenda.sandbox_day else None


def recheck(agenda: Agenda, now: datetime) -> Owed:
    """The check that an edit asked for, as of the date on which its quiet period ended."""
    assert agenda.recheck_at is not None
    on = agenda.sandbox_day or local_date(min(agenda.recheck_at, now), agenda.current.zone)
    return Owed(on, agenda.recheck_occasion)


def first_due(agenda: Agenda, now: datetime) -> Firing | None:
    """The earliest scheduled date that is due and was not planned yet.

    Each date is asked of the version in force at its instant: a new schedule changes nothing of
    the past, and dates that passed before the program was last enabled are skipped.
    """
    after = agenda.last_on or date.min
    found = (_first_in(version, agenda, after, now) for version in _enabled_since(agenda))
    return next((firing for firing in found if firing), None)


def _enabled_since(agenda: Agenda) -> tuple[InForce, ...]:
    """The versions since the program was last enabled."""
    off = (number for number, one in enumerate(agenda.versions, 1) if not one.enabled)
    return agenda.versions[max(off, default=0) :]


def _first_in(version: InForce, agenda: Agenda, after: date, now: datetime) -> Firing | None:
    begins = max(version.published_at, agenda.created_at)
    ends = min(version.until or now, now)
    behind = max(after, local_date(begins, version.zone) - ONE_DAY)
    for firing in firings(version.schedule, version.zone, behind):
        if firing.at > ends:
            return None
        if firing.at > begins:
            return firing
    return None
