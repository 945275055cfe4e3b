"""Shops' APIs as errands reach them, and what is known of how they answer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.inbound.fetching.conversing import ApiFailed
from app.inbound.fetching.models import ClaimedApi
from app.inbound.intake import Intake
from app.inbound.items import Item
from app.inbound.models import Source
from app.inbound.platforms.contract import Api
from app.inbound.repository import apis as repository
from app.inbound.sources.known import KnownSources
from app.kit import metrics
from app.kit.clock import Clock
from app.kit.db import Database, Session
from app.kit.outgoing import Outgoing
from app.kit.sealing import Seal, Unsealable

FIRST_PAUSE, MOST_PAUSE = timedelta(seconds=10), timedelta(hours=6)
SHUT_OUT = timedelta(minutes=5)
TROUBLED = timedelta(seconds=30)
UNSEALABLE = "unsealable"  # sealed under another TIERS_SECRET_KEY
HOPELESS = frozenset({"unauthorized", "address_refused", "url_refused", UNSEALABLE})


@dataclass(frozen=True, slots=True)
class Shops:
    """What errands to shops need; one per process."""

    db: Database
    clock: Clock
    seal: Seal
    outgoing: Outgoing
    sources: KnownSources
    intake: Intake

    def opened(self, api: ClaimedApi) -> Api:
        """The API with its credentials in clear. Raises ApiFailed."""
        try:
            credentials = self.seal.open(api.sealed, place(api.source_id))
        except Unsealable as error:
            raise ApiFailed(UNSEALABLE) from error
        return Api(api.url, json.loads(credentials))

    async def record(self, source: Source, items: Sequence[Item], at: datetime) -> None:
        """Record what a shop told, decide, and count it."""
        for outcome in await self.intake.record(source.program_id, items, at):
            metrics.FACTS.labels(source.key, outcome.word).inc()

    async def note(self, session: Session, api: ClaimedApi, failed: ApiFailed | None) -> None:
        """How a request ended. A shop in trouble is left in peace for a while."""
        if failed is None:
            await repository.note_api(session, api, self.clock.now(), None, timedelta())
            return
        rest = max(failed.pause, SHUT_OUT if failed.word in HOPELESS else TROUBLED)
        await repository.note_api(session, api, self.clock.now(), failed.word, rest)


def place(source_id: object) -> str:
    """What the credentials are sealed for."""
    return f"api {source_id}"


def pause(attempts: int) -> timedelta:
    """Before the next attempt: four times as long each time."""
    times: int = 4 ** min(attempts - 1, 10)
    return min(FIRST_PAUSE * times, MOST_PAUSE)
