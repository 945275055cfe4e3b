"""The errand of reading what an older 1C pushed and never asked to import."""

from datetime import datetime, timedelta

from app.inbound.exchange_models import HeldFile
from app.inbound.exchange_reading import LEASE, Reader
from app.inbound.repository import exchange as repository
from app.kit.db import Session

IDLE = timedelta(minutes=5)


class ExchangeErrand:
    """A file that has not grown for a while is whole."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def claim(self, session: Session, now: datetime) -> HeldFile | None:
        return await repository.claim(session, now, now - IDLE, now + LEASE)

    async def run(self, unit: HeldFile) -> None:
        await self._reader.read(unit)

    async def fail(self, session: Session, unit: HeldFile, _now: datetime) -> None:
        await self._reader.give_up(session, unit)
