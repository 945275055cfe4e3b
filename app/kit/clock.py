"""The only place that reads a clock. Everything else is told the instant."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from starlette.requests import Request


class Clock(Protocol):
    """Roots, routers and jobs hold one; services are given what it says."""

    def now(self) -> datetime:
        """The instant, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def clock_of(request: Request) -> Clock:
    """The application's clock; the root puts it into the state."""
    clock: Clock = request.app.state.clock
    return clock


def local_date(instant: datetime, zone: str) -> date:
    """The calendar date of an instant in a time zone."""
    return instant.astimezone(ZoneInfo(zone)).date()
