"""Orders updated since: what notifications have lost is found by asking. Page 7, section 2."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from app.inbound.adapters.contract import Unreadable
from app.inbound.errors import ClaimLost
from app.inbound.fetching import fetched
from app.inbound.fetching.apis import Shops, pause
from app.inbound.fetching.conversing import ApiFailed, converse
from app.inbound.fetching.models import POLLED, ClaimedPoll
from app.inbound.items import Item
from app.inbound.models import Source
from app.inbound.platforms import LISTING
from app.inbound.platforms.contract import OrderUnknown, Page
from app.inbound.repository import apis as repository
from app.inbound.repository.apis import Asking, Turn
from app.kit.db import Session

LEASE = timedelta(minutes=2)
STALE_AFTER = 3
OVERLAP = timedelta(minutes=10)  # clocks differ, and changes are committed after their instant


@dataclass(frozen=True, slots=True)
class PollErrand:
    """One page of a source's changed orders as the unit of a loop."""

    shops: Shops

    async def claim(self, session: Session, now: datetime) -> ClaimedPoll | None:
        return await repository.claim_poll(session, uuid4(), now, LEASE)

    async def run(self, unit: ClaimedPoll) -> None:
        """Read the page, record what it says, and turn it."""
        try:
            api = self.shops.opened(unit.api)
            asked = LISTING[unit.api.platform].updated(api, unit.window, unit.page)
            page = await converse(self.shops.outgoing, asked)
        except OrderUnknown:
            await self._later(unit, ApiFailed(NOT_FOUND))
        except ApiFailed as failed:
            await self._later(unit, failed)
        else:
            await self._take(unit, page)

    async def fail(self, session: Session, unit: ClaimedPoll, now: datetime) -> None:
        await repository.retry_poll(session, unit, now + pause(unit.attempts))

    async def _take(self, unit: ClaimedPoll, page: Page) -> None:
        source = await self._source(unit)
        if source is None:
            return
        at = self.shops.clock.now()
        items = [one for order in page.orders for one in _items(source, order, page, at)]
        await self.shops.record(source, items, at)
        turn = turned(unit, page, at)

        async def work(session: Session) -> None:
            if not await repository.turn_poll(session, unit, turn):
                raise ClaimLost
            if page.fetch:
                asking = Asking(source.program_id, source.id, POLLED)
                await repository.ask_fetches(session, asking, sorted(set(page.fetch)), at, at)
            await self.shops.note(session, unit.api, None)

        await self.shops.db.run(work)

    async def _source(self, unit: ClaimedPoll) -> Source | None:
        async def work(session: Session) -> Source | None:
            api = unit.api
            return await self.shops.sources.by_id(session, api.program_id, api.source_id)

        return await self.shops.db.run(work)

    async def _later(self, unit: ClaimedPoll, failed: ApiFailed) -> None:
        """The same page again: nothing behind it may be lost, so there is no last attempt.

        A cursor may have become too old for the shop: then the window begins anew.
        """
        due_at = self.shops.clock.now() + max(min(pause(unit.attempts), unit.every), failed.pause)

        async def work(session: Session) -> None:
            if failed.word == REFUSED and unit.page and unit.attempts >= STALE_AFTER:
                anew = Turn(*unit.window, None, due_at, 0, None)
                await repository.turn_poll(session, unit, anew)
            else:
                await repository.retry_poll(session, unit, due_at)
            await self.shops.note(session, unit.api, failed)

        await self.shops.db.run(work)


def turned(unit: ClaimedPoll, page: Page, at: datetime) -> Turn:
    """The next page, or the next run: it begins a while before the end of this one."""
    since, until = unit.window
    told = len(page.orders) + len(page.fetch)
    if page.following is not None:
        return Turn(since, until, page.following, at, told, None)
    return Turn(max(since, until - OVERLAP), None, None, at + unit.every, told, at)


def _items(source: Source, order_id: str, page: Page, at: datetime) -> list[Item]:
    documents = page.orders[order_id]
    try:
        return list(fetched.items(source, order_id, documents, at))
    except Unreadable as error:
        return list(fetched.unusable(source, order_id, documents, error, at))


NOT_FOUND, REFUSED = "not_found", "refused"
