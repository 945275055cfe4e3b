"""Orders that notifications only name, fetched from the shop's API. Page 7, section 2."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from app.inbound.adapters.contract import Headers, Unreadable
from app.inbound.errors import ClaimLost
from app.inbound.fetching import fetched
from app.inbound.fetching.apis import HOPELESS, Shops, pause
from app.inbound.fetching.conversing import ApiFailed, converse
from app.inbound.fetching.models import POLLED, ClaimedFetch
from app.inbound.items import Item
from app.inbound.models import Source
from app.inbound.platforms import PLATFORMS
from app.inbound.platforms.contract import Documents, OrderUnknown
from app.inbound.repository import apis as repository
from app.kit.db import Session
from app.orders import notified
from app.orders.models import Outcome

TOGETHER = timedelta(seconds=1)  # one change makes several notifications within moments
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 12  # about a day and a half
NEEDS_FETCH = "needs_fetch"
SEQUENCE = "x-shopware-sequence"
UNKNOWN = "The shop knows no such order."


class Verdict(NamedTuple):
    """What became of an order that was asked for; `detail`: why it was not fetched."""

    outcome: Outcome
    detail: str | None = None


TOLD = Verdict(Outcome("accepted"))


async def ask_fetches(
    session: Session, source: Source, order_ids: Iterable[str], notification: UUID, at: datetime
) -> None:
    """Orders are to be fetched; when they are, the kept `notification` is settled.

    Without credentials they wait until there are some. Nothing for a platform without an API.
    """
    asked = sorted(set(order_ids))
    if asked and source.platform in PLATFORMS:
        asking = repository.Asking(source.program_id, source.id, notification)
        await repository.ask_fetches(session, asking, asked, at, at + TOGETHER)


@dataclass(frozen=True, slots=True)
class FetchErrand:
    """One order as the unit of a loop."""

    shops: Shops

    async def claim(self, session: Session, now: datetime) -> ClaimedFetch | None:
        return await repository.claim_fetch(session, uuid4(), now, LEASE)

    async def run(self, unit: ClaimedFetch) -> None:
        """Fetch it, record what it says, and settle who asked."""
        try:
            api = self.shops.opened(unit.api)
            asked = PLATFORMS[unit.api.platform].order(api, unit.order_id)
            documents = await converse(self.shops.outgoing, asked)
        except OrderUnknown:
            await self._end(unit, _refused(NEEDS_FETCH, UNKNOWN))
        except ApiFailed as failed:
            await self._later(unit, failed)
        else:
            await self._take(unit, documents)

    async def fail(self, session: Session, unit: ClaimedFetch, now: datetime) -> None:
        await repository.retry_fetch(session, unit, now + pause(unit.attempts), "failed")

    async def _take(self, unit: ClaimedFetch, documents: Documents) -> None:
        source, headers = await self._read_anew(unit)
        if source is None:
            return
        told = {**documents, **_sequence(headers)}
        at = self.shops.clock.now()
        try:
            items = fetched.items(source, unit.order_id, told, at)
        except Unreadable as error:
            await self._keep(unit, source, fetched.unusable(source, unit.order_id, told, error, at))
            return
        await self.shops.record(source, items, at)
        await self._end(unit, TOLD)

    async def _keep(self, unit: ClaimedFetch, source: Source, kept: Sequence[Item]) -> None:
        """What cannot be read is quarantined: the notifications that are kept, else itself."""
        if set(unit.notifications) == {POLLED}:
            await self.shops.record(source, kept, self.shops.clock.now())
        [unusable] = [one.unusable for one in kept if one.unusable]
        await self._end(unit, _refused(unusable.reason, unusable.detail))

    async def _read_anew(self, unit: ClaimedFetch) -> tuple[Source | None, list[Headers]]:
        """The source as it is now, and the headers of the notifications."""

        async def work(session: Session) -> tuple[Source | None, list[Headers]]:
            program_id = unit.api.program_id
            source = await self.shops.sources.by_id(session, program_id, unit.api.source_id)
            return source, await notified.headers_of(session, program_id, unit.notifications)

        return await self.shops.db.run(work)

    async def _later(self, unit: ClaimedFetch, failed: ApiFailed) -> None:
        """Try again; while a shop cannot be asked at all, its orders wait without an end."""
        if unit.attempts >= MOST_ATTEMPTS and failed.word not in HOPELESS:
            detail = f"The shop's API failed {unit.attempts} times, at last: {failed.word}."
            await self._end(unit, _refused(NEEDS_FETCH, detail), failed)
            return
        due_at = self.shops.clock.now() + max(pause(unit.attempts), failed.pause)

        async def work(session: Session) -> None:
            await repository.retry_fetch(session, unit, due_at, failed.word)
            await self.shops.note(session, unit.api, failed)

        await self.shops.db.run(work)

    async def _end(
        self, unit: ClaimedFetch, verdict: Verdict, failed: ApiFailed | None = None
    ) -> None:
        """Raises ClaimLost when another worker has taken the order meanwhile."""
        keys = [one for one in unit.notifications if one != POLLED]

        async def work(session: Session) -> None:
            if not await repository.end_fetch(session, unit):
                raise ClaimLost
            await notified.settle(session, unit.api.program_id, keys, *verdict)
            await self.shops.note(session, unit.api, failed)

        await self.shops.db.run(work)


def _refused(reason: str, detail: str | None) -> Verdict:
    return Verdict(Outcome("quarantined", reason), detail)


def _sequence(headers: Iterable[Mapping[str, str]]) -> dict[str, int]:
    """That of the last notification: the state that is fetched is not older. Page 7, section 5."""
    told = [one[SEQUENCE] for one in headers if one.get(SEQUENCE, "").isdecimal()]
    return {"sequence": max(map(int, told))} if told else {}
