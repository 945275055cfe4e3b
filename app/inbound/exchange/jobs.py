"""The errand of reading what an older 1C pushed and never asked to import."""

from datetime import datetime, timedelta

from app.inbound.coalescer import Coalescer
from app.inbound.exchange.models import HeldFile
from app.inbound.exchange.reading import LEASE, Reader
from app.inbound.intake import Intake
from app.inbound.pipeline import Pipeline
from app.inbound.repository import exchange as repository
from app.inbound.sources.known import KnownSources
from app.kit.clock import Clock
from app.kit.db import Database, Session
from app.kit.loops import ErrandLoop
from app.kit.sealing import Seal

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


def exchange_loop(db: Database, clock: Clock, seal: Seal) -> ErrandLoop[HeldFile]:
    """The loop of this errand, with all that it needs."""
    pipeline = Pipeline(db)
    intake = Intake(pipeline, Coalescer(pipeline))
    reader = Reader(db, clock, intake, KnownSources(db, seal))
    return ErrandLoop(db, clock, ExchangeErrand(reader), name="exchange")
