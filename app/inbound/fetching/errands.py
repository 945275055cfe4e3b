"""The loops that ask shops: some at a time, so that a slow shop holds up no other."""

import asyncio
from typing import Any

from app.inbound.coalescer import Coalescer
from app.inbound.fetching.apis import Shops
from app.inbound.fetching.notified import FetchErrand
from app.inbound.fetching.reconciling import PollErrand
from app.inbound.intake import Intake
from app.inbound.pipeline import Pipeline
from app.inbound.sources.known import KnownSources
from app.kit.clock import Clock
from app.kit.db import Database
from app.kit.loops import ErrandLoop
from app.kit.outgoing import Outgoing
from app.kit.sealing import Seal

FETCHERS, POLLERS = 4, 2


class Errands:
    """One per process that works in the background."""

    def __init__(self, shops: Shops) -> None:
        fetch, poll = FetchErrand(shops), PollErrand(shops)
        self._loops: list[ErrandLoop[Any]] = [
            *(ErrandLoop(shops.db, shops.clock, fetch, name="fetches") for _ in range(FETCHERS)),
            *(ErrandLoop(shops.db, shops.clock, poll, name="polls") for _ in range(POLLERS)),
        ]

    def start(self) -> None:
        for one in self._loops:
            one.start()

    async def stop(self) -> None:
        await asyncio.gather(*(one.stop() for one in self._loops))


def shops_of(db: Database, clock: Clock, seal: Seal, outgoing: Outgoing) -> Shops:
    """What errands need, of a process that takes no requests."""
    pipeline = Pipeline(db)
    intake = Intake(pipeline, Coalescer(pipeline))
    return Shops(db, clock, seal, outgoing, KnownSources(db, seal), intake)
