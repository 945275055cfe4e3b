"""An event in quarantine read again with today's maps, as of its own receipt. Page 7, section 3."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.inbound.errors import InboundEventNotFound, NotReplayable
from app.inbound.items import Item, item_of_line
from app.inbound.models import Delivery, Source
from app.inbound.pipeline import Pipeline
from app.inbound.quarantine import Unusable, keep
from app.inbound.reading import fact_again
from app.inbound.receiving.bodies import FAILED, Received, received
from app.inbound.receiving.webhooks import NEEDS_FETCH, Ask
from app.inbound.sources.known import KnownSources
from app.kit.db import Database, Session
from app.kit.errors import Unavailable
from app.kit.failures import shown
from app.kit.logs import log
from app.orders import kept, notified
from app.orders.facts import Fact
from app.orders.kept import KeptEvent
from app.orders.models import Outcome

NEVER = ("event_conflict", "customer_redacted")
WHY_NEVER = {
    "event_conflict": "Its event id is known with other content, which stays.",
    "customer_redacted": "It is of somebody who was erased.",
}
SETTLED = frozenset({"accepted", "superseded", "unconverted"})  # what an unread event may become


class Result(NamedTuple):
    """What became of one event of what was read."""

    event_id: str | None
    outcome: Outcome


class Replayed(NamedTuple):
    """What became of the kept event, and of each event that it holds, in order."""

    outcome: Outcome
    results: Sequence[Result]


class Verdict(NamedTuple):
    outcome: Outcome
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Replayer:
    """Reads events again; one per process. `ask`: for orders that only the shop can tell."""

    pipeline: Pipeline
    sources: KnownSources
    ask: Ask | None = None

    @property
    def db(self) -> Database:
        return self.pipeline.db

    async def replay(self, program_id: UUID, event_key: UUID, now: datetime) -> Replayed:
        """Read an event again and record what it says, with the effect it would have had.

        Its facts have the receipt instant that they had, so their ids, days and versions do not
        depend on when it is mended; positions are decided as of today. Recorded twice is once,
        so a replay that was cut short is simply done again. Raises InboundEventNotFound and
        NotReplayable.
        """

        async def look(session: Session) -> tuple[KeptEvent, Source | None]:
            found = await replayable(session, program_id, event_key)
            return found, await self._source(session, program_id, found)

        event, source = await self.db.run(look)
        got = _read(program_id, event, source)
        results = [await self._result(program_id, one, now) for one in got.items]
        verdict = _verdict(program_id, event, got, results)
        await self.db.run(lambda session: self._settle(session, event, source, got, verdict, now))
        return Replayed(verdict.outcome, results)

    async def _source(self, session: Session, program_id: UUID, event: KeptEvent) -> Source | None:
        """Whose adapter reads it; None for what came by API."""
        if event.headers is None:
            return None
        found = await self.sources.by_key(session, program_id, event.source)
        if found is None:
            detail = "Its source was deleted."
            raise NotReplayable(detail)
        return found

    async def _result(self, program_id: UUID, item: Item, now: datetime) -> Result:
        if item.fact is None:
            reason = item.unusable.reason if item.unusable else None
            return Result(item.event_id, Outcome("quarantined", reason))
        return Result(item.event_id, await self._take(program_id, item.fact, now))

    async def _take(self, program_id: UUID, fact: Fact, now: datetime) -> Outcome:
        try:
            if not fact.type.of_order:
                return await self.pipeline.take_person(program_id, fact, now)
            [outcome] = await self.pipeline.take(program_id, [fact], now, together=True)
        except Exception as error:
            if isinstance(shown(error), Unavailable):
                raise
            log("fact_failed", "error", error=error)
            return Outcome("quarantined", FAILED)
        return outcome

    async def _settle(  # one transaction's worth of what is known by now
        self,
        session: Session,
        event: KeptEvent,
        source: Source | None,
        got: Received,
        verdict: Verdict,
        now: datetime,
    ) -> None:
        """What it became; what else of it cannot be read is kept beside it."""
        program_id = event.program_id
        if verdict.outcome.word != "quarantined":
            await keep(session, program_id, _unusable(got), event.received_at)
        await notified.settle(session, program_id, [event.event_key], *verdict)
        if self.ask is not None and source is not None and got.fetch:
            waits = verdict.outcome.reason == NEEDS_FETCH
            thin = (one.key(program_id) for one in _unusable(got) if one.reason == NEEDS_FETCH)
            notification = event.event_key if waits else next(thin, event.event_key)
            await self.ask(session, source, got.fetch, notification, now)


async def replayable(session: Session, program_id: UUID, event_key: UUID) -> KeptEvent:
    """The event, if it can be read again. Raises InboundEventNotFound and NotReplayable."""
    found = await kept.event(session, program_id, event_key)
    if found is None:
        raise InboundEventNotFound
    if detail := why_not(found):
        raise NotReplayable(detail)
    return found


def why_not(event: KeptEvent) -> str | None:
    """Why an event cannot be read again; None if it can."""
    if event.outcome != "quarantined":
        return "It is not in quarantine."
    if event.reason in NEVER:
        return WHY_NEVER[event.reason]
    return None if event.raw is not None else "Its body is no longer kept."


def _read(program_id: UUID, event: KeptEvent, source: Source | None) -> Received:
    """By the adapter of its source; what came by API as it came, or the fact that it was."""
    raw = event.raw or b""
    if source is not None:
        return received(source, Delivery(event.headers or {}, raw, event.received_at))
    if event.reason == FAILED:
        fact = fact_again(program_id, raw, event.received_at)
        return Received((Item(fact.event_id, fact, None),))
    return Received((item_of_line(program_id, raw, event.received_at),))


def _verdict(
    program_id: UUID, event: KeptEvent, got: Received, results: Sequence[Result]
) -> Verdict:
    """It stays in quarantine while what it stands for cannot be read or recorded."""
    for left in _unusable(got):
        if left.reason == event.reason or left.key(program_id) == event.event_key:
            return Verdict(Outcome("quarantined", left.reason), left.detail)
    taken = [
        one.outcome for one, item in zip(results, got.items, strict=True) if item.fact is not None
    ]
    if any(one.reason == FAILED for one in taken):
        return Verdict(Outcome("quarantined", event.reason), "It could be read but not recorded.")
    if refused := next((one for one in taken if one.word in {"quarantined", "conflict"}), None):
        return Verdict(Outcome("quarantined", refused.reason))
    if got.ignored is not None:
        return Verdict(Outcome("accepted", got.ignored))
    only = taken[0].word if len(taken) == 1 else "accepted"
    return Verdict(Outcome(only if only in SETTLED else "accepted"))


def _unusable(got: Received) -> list[Unusable]:
    return [one.unusable for one in got.items if one.unusable is not None]
