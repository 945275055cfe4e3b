"""Schedules by local dates: when a cron expression of five fields first fires on a date.

Only the clock on the wall is asked, so a change of the clocks neither doubles nor drops a date.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cronsim import CronSim


class Firing(NamedTuple):
    """A scheduled date and the instant from which it is due."""

    on: date
    at: datetime


@lru_cache(maxsize=8_192)
def next_date(expression: str, on_or_after: date) -> date | None:
    """The first date from `on_or_after` on which the schedule fires; None: never again."""
    firing = _first(expression, on_or_after)
    return firing.date() if firing else None


def firings(expression: str, zone: str, after: date) -> Iterator[Firing]:
    """Every scheduled date behind `after`, in order, each with its first instant.

    A wall time that the clocks skip fires as long after midnight as it says; a date that a zone
    skips whole does not fire.
    """
    local = _first(expression, after + timedelta(1))
    while local is not None:
        if _exists(local.date(), zone):
            yield Firing(local.date(), local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
        local = _first(expression, local.date() + timedelta(1))


def _exists(day: date, zone: str) -> bool:
    """Whether a zone that crossed the date line left the date out."""
    noon = datetime.combine(day, time(12), ZoneInfo(zone))
    return noon.astimezone(UTC).astimezone(ZoneInfo(zone)).date() == day


def _first(expression: str, on_or_after: date) -> datetime | None:
    """The first wall time on or after a date."""
    before = datetime.combine(on_or_after, time.min) - timedelta(seconds=1)
    return next(CronSim(expression, before), None)
