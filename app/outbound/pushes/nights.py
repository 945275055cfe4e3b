"""The nightly look at everybody: once a night of the program's zone, whoever asks how often."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.kit.clock import local_date
from app.kit.db import Session
from app.outbound.pushes.values import Night
from app.outbound.repository import push_targets

HOUR = 3  # local; an hour that a change to summer time leaves out has passed by the next one
KEPT = timedelta(days=30)


async def owe(session: Session, now: datetime) -> None:
    """Owe each target in use its walk of this night, unless it has it; forget old walks."""
    for night in await push_targets.nights(session):
        key = due(night, now)
        if key is not None:
            place = (night.program_id, night.id)
            await push_targets.owe_walk(session, *place, "nightly", now, key=key)
    await push_targets.forget_walks(session, now - KEPT)


def due(night: Night, now: datetime) -> str | None:
    """The date of the night that is owed, as text. The day of the backfill has none."""
    here = now.astimezone(ZoneInfo(night.zone))
    today = here.date().isoformat()
    if here.hour < HOUR or local_date(night.created_at, night.zone).isoformat() >= today:
        return None
    return None if night.last_key == f"nightly:{today}" else today
