"""P10: local days, due dates and windows in every zone, against clocks of another make.

Each zone is asked on a host of another one. What its walls say is told by the C library, what
windows hold and when schedules fire by the model's dates.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from app.checks.agenda import Agenda, InForce, owed
from app.kit.clock import local_date
from app.kit.cron import firings
from app.kit.texts import NOT_PLACES
from app.orders.counting import Counting, dated
from app.orders.fold import Known, learn
from tests.proof import ledger
from tests.proof.campaign import Result, Size, shared
from tests.proof.dates import due
from tests.proof.turning import turned
from tests.proof.walls import (
    DAY,
    HOUR,
    QUARTER,
    Change,
    at_home,
    changes,
    hosted,
    midnight,
    wall,
)

ONE = timedelta(1)
ZONES = {"smoke": 40, "ci": 10_000, "release": 10_000}
YEARS = {"smoke": range(2028, 2029), "ci": range(2025, 2031), "release": range(2025, 2038)}
HOSTS = ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/St_Johns"]
SPARSE = ["0 3 1 * *", "15 1 29 2 *", "0 0 31 * *", "45 23 28-31 * 1"]
HALF = 1_800
NEAR = (-1, 0, 1, 2)  # hours beside the one in which a check is due
AROUND = 30 * HOUR

Found = tuple[int, list[str]]


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: an instant's day is that of the host's zone."""
    asked, years = drawn(ZONES[size], seed), YEARS[size]
    found = [*shared(in_zone, asked, "zones", years=years, blind=blind)]
    found += shared(turned, years, "years")
    failures = [line for _, lines in found for line in lines]
    cases = sum(number for number, _ in found)
    return Result(
        seed, {"zones": len(asked), "cases": cases, "differences": len(failures)}, failures
    )


def drawn(zones: int, seed: int) -> list[tuple[str, str]]:
    """So many zones at the most, each with the zone of the host on which it is asked."""
    rng = Random(f"calendar/{seed}")
    known = sorted(available_timezones() - NOT_PLACES)
    return [(zone, rng.choice(HOSTS)) for zone in rng.sample(known, min(zones, len(known)))]


def in_zone(asked: tuple[str, str], years: range, *, blind: bool) -> Found:
    zone, host = asked
    first, last = date(years[0], 1, 1), date(years[-1] + 1, 1, 1)
    with at_home():
        hosted(zone)
        turns = changes(first, last)
        instants = hazards(turns, first, last)
        walls = {instant: wall(instant) for instant in instants}
        around = {turn: walked(turn) for turn in turns}
        seen = {
            wall(noon).date() for noon in range(midnight(first) + DAY // 2, midnight(last), DAY)
        }
        hosted(host)
        found = [days(zone, walls, blind=blind), dates(zone, seen)]
        found += [dues(zone, turn, around[turn]) for turn in turns]
    failures = [f"{zone} on a host in {host}: {line}" for _, lines in found for line in lines]
    return sum(number for number, _ in found), failures


def hazards(turns: list[Change], first: date, last: date) -> list[int]:
    """The seconds beside changes of the clocks and midnights at the ends of months."""
    ends = [turn.at for turn in turns]
    ends += [midnight(wall(turn.at).date() + n * ONE) for turn in turns for n in (0, 1)]
    months = range(first.year * 12, last.year * 12)
    ends += [midnight(date(n // 12, n % 12 + 1, 1)) for n in months]
    ends += [midnight(date(year, 2, 28) + ONE) for year in range(first.year, last.year)]
    return sorted({end + n for end in ends for n in (-1, 0)})


def walked(turn: Change) -> dict[datetime, int]:
    """What the wall says around a change, and the first instant at which it does."""
    found: dict[datetime, int] = {}
    for instant in range(turn.at - AROUND, turn.at + AROUND + 1, QUARTER):
        found.setdefault(wall(instant), instant)
    return found


def days(zone: str, walls: dict[int, datetime], *, blind: bool) -> Found:
    """The day of each instant, asked as a date of today and as that of an order."""
    rules = Counting("USD", 2, ZoneInfo(zone), frozenset({"paid"}), "counted", "total", Decimal(1))
    failures = []
    for instant, expected in walls.items():
        at = datetime.fromtimestamp(instant, UTC)
        counted = dated(learn(Known(), ledger.read(paid(at))), rules)
        today = at.astimezone().date() if blind else local_date(at, zone)
        if today != expected.date() or counted is None or counted.day != today:
            failures.append(f"{at:%Y-%m-%d %H:%M:%S} is {today}, counted {counted}, on {expected}")
    return len(walls), failures


def paid(at: datetime) -> dict[str, object]:
    order = {"id": "1", "status": "paid", "currency": "USD", "total": "1.00"}
    order |= {"paid_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
    told = {"event_id": "e", "type": "order.snapshot", "occurred_at": order["paid_at"]}
    return {**told, "order": order}


def dates(zone: str, seen: set[date]) -> Found:
    """The dates of schedules that seldom fire."""
    failures, number = [], 0
    for schedule in SPARSE:
        made = []
        for firing in firings(schedule, zone, min(seen) - ONE):
            if firing.on > max(seen):
                break
            made.append(firing.on)
        expected = sorted(day for day in seen if due(schedule, day))
        number += len(expected)
        if made != expected:
            failures.append(f"{schedule}: {sorted({*made} ^ {*expected})}")
    return number, failures


def dues(zone: str, turn: Change, walls: dict[datetime, int]) -> Found:
    """Checks due within half an hour of a change: one for each date, none before its time."""
    failures, number = [], 0
    for late in (-HALF, 0, HALF):
        at = turn.before + timedelta(seconds=late)
        expected = planned(turn, at, late, walls)
        ticks = sorted({tick + n for _, tick in expected for n in NEAR})
        made = ran(zone, turn, f"{at.minute} {at.hour} * * *", ticks)
        number += len(expected)
        if made != expected:
            failures.append(f"daily at {at:%H:%M} around {turn.before}: {made} for {expected}")
    return number, failures


def planned(turn: Change, at: datetime, late: int, walls: dict[datetime, int]) -> list[tuple]:
    """(date, the tick of its run); a wall time that is skipped comes when the old clock had it."""
    found = []
    for n in (-1, 0, 1):
        said = at + n * ONE
        instant = walls.get(said, turn.at + late if n == 0 else None)
        if instant is not None and turn.at - AROUND < instant <= turn.at + AROUND:
            behind = -(-(instant - turn.at) // HOUR)
            found.append((said.date(), behind))
    return found


def ran(zone: str, turn: Change, schedule: str, ticks: list[int]) -> list[tuple]:
    """What a program's agenda plans when it is asked in these hours."""
    begun = datetime.fromtimestamp(turn.at - AROUND, UTC)
    version = InForce(begun, None, schedule, zone, enabled=True)
    found: list[tuple] = []
    for tick in ticks:
        now = datetime.fromtimestamp(turn.at + tick * HOUR, UTC)
        last = found[-1][0] if found else None
        todo = owed(agenda(begun, last, version), now)
        if todo is not None and todo.scheduled:
            found.append((todo.as_of, tick))
    return found


def agenda(begun: datetime, last: date | None, version: InForce) -> Agenda:
    """A program of that schedule alone, checked up to a date."""
    unasked = dict.fromkeys(["recheck_at", "recheck_occasion", "recheck_keep"])
    return Agenda(
        program_id=UUID(int=1), sandbox_day=None, created_at=begun, checked_on=None,
        overrides_on=date.max, last_on=last, busy=False, versions=(version,), **unasked,
    )  # fmt: skip
