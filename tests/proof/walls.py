"""Clocks on walls by the C library, which reads the zones' files by code of its own.

The zone of the host is what it reads, so `hosted` first, then ask.
"""

import os
import time
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

DAY, HOUR, QUARTER = 86_400, 3_600, 900


class Change(NamedTuple):
    """`at`: the first second of the new offset; `before`: what the wall would have said then."""

    at: int
    before: datetime


def hosted(zone: str) -> None:
    """Let this process be on a host of that zone."""
    os.environ["TZ"] = f":{_file(zone)}"
    time.tzset()


@contextmanager
def at_home() -> Iterator[None]:
    """The host is put back where it was."""
    before = os.environ.get("TZ")
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def _file(zone: str) -> Path:
    for folder in zoneinfo.TZPATH:
        if (path := Path(folder, zone)).is_file():
            return path
    return Path(str(files("tzdata").joinpath("zoneinfo", *zone.split("/"))))


def wall(instant: int) -> datetime:
    """What the wall of the host says."""
    return datetime(*time.localtime(instant)[:6])  # noqa: DTZ001 - a wall knows no zone


def offset(instant: int) -> int:
    return time.localtime(instant).tm_gmtoff


def second(day: date) -> int:
    """The first second of the day in UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def midnight(day: date) -> int:
    """The first second of the day on the wall, or of what the wall says instead."""
    begun = second(day)
    found = begun - offset(begun - offset(begun))
    return found if wall(found - 1).date() < day <= wall(found).date() else _searched(day)


def _searched(day: date) -> int:
    before, after = second(day) - DAY, second(day) + DAY
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if wall(middle).date() < day else (before, middle)
    return after


def changes(first: date, last: date) -> list[Change]:
    """Every change of the clocks that lasts for a day at least."""
    found = []
    for start in range(second(first), second(last), DAY):
        before, after = start, start + DAY
        if (old := offset(before)) == offset(after):
            continue
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (middle, after) if offset(middle) == old else (before, middle)
        found.append(Change(after, datetime.fromtimestamp(after + old, UTC).replace(tzinfo=None)))
    return found
