"""Deliveries as platforms send them: known, authentic, then facts. Page 7, section 3."""

import asyncio
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

from app.access.gate import Gate
from app.inbound.coalescer import Coalescer
from app.inbound.errors import SignatureRefused, SourceNotFound
from app.inbound.items import Item
from app.inbound.models import Delivery, Source
from app.inbound.quarantine import keep
from app.inbound.receiving.authentic import NotAuthentic, signer
from app.inbound.receiving.bodies import Received, received
from app.inbound.schemas.events import OutcomeOut
from app.inbound.schemas.sources import InboundOut
from app.inbound.sources.known import KnownSources
from app.inbound.sources.tally import Tally
from app.kit import metrics
from app.kit.db import Database, Session
from app.kit.logs import log
from app.orders.facts import Fact
from app.orders.models import Outcome

NEEDS_FETCH = "needs_fetch"
PING = re.compile(rb"webhook_id=[0-9]{1,20}")
FORM = "application/x-www-form-urlencoded"


class Ask(Protocol):
    """Asks for orders in the transaction that keeps the notification of them."""

    async def __call__(
        self,
        session: Session,
        source: Source,
        order_ids: Iterable[str],
        notification: UUID,
        at: datetime,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Receiver:
    """What the routes of deliveries depend on; one per process."""

    db: Database
    coalescer: Coalescer
    gate: Gate
    sources: KnownSources
    tally: Tally
    ask: Ask | None = None

    async def source(self, token: str, address: str) -> Source:
        """The source addressed. Raises SourceNotFound, and TooManyRequests."""
        found = await self.sources.by_token(token)
        if found is None:
            self.gate.failed(address)
            raise SourceNotFound
        return found

    async def receive(self, token: str, delivery: Delivery, address: str) -> InboundOut:
        """What became of a delivery, once it is committed.

        Raises SourceNotFound, SignatureRefused, TooManyRequests and Unavailable.
        """
        source = await self.source(token, address)
        if _is_ping(source, delivery):
            return _nothing("handshake")
        self._verify(source, delivery, address)
        self.gate.pace_source(str(source.id))
        return await self.take(source, delivery)

    async def take(self, source: Source, delivery: Delivery) -> InboundOut:
        """What became of a delivery that is authentic. Raises Unavailable."""
        got = received(source, delivery)
        if got.ignored is not None:
            self.tally.ignored(source, got.ignored, delivery.received_at)
            return _nothing(got.ignored)
        await self._keep(source, got, delivery.received_at)
        facts = [one.fact for one in got.items if one.fact is not None]
        outcomes = iter(await self._submit(source, facts))
        results = [_result(one, outcomes) for one in got.items]
        _observe(source, facts, results)
        return InboundOut.model_construct(results=results, ignored=None)

    def _verify(self, source: Source, delivery: Delivery, address: str) -> None:
        try:
            secret = signer(source, delivery, address)
        except NotAuthentic as error:
            self.refuse(source, error.reason, delivery.received_at, address)
            raise SignatureRefused from None
        self.tally.used(source, secret, delivery.received_at)

    def refuse(self, source: Source, reason: str, at: datetime, address: str) -> None:
        """Count and log a request that is not authentic."""
        self.gate.failed(address)
        self.tally.refused(source, reason, at)
        log(
            "signature_refused",
            "warning",
            source=source.key,
            program=str(source.program_id),
            reason=reason,
            address=address,
        )

    async def _keep(self, source: Source, got: Received, at: datetime) -> None:
        """Keep what cannot be used, and ask for the orders that were only named, at once."""
        unusable = {id(one.unusable): one.unusable for one in got.items if one.unusable}
        if not unusable:
            return

        async def work(session: Session) -> None:
            await keep(session, source.program_id, unusable.values(), at)
            thin = [one for one in unusable.values() if one.reason == NEEDS_FETCH]
            if self.ask is not None and thin:
                notification = thin[0].key(source.program_id)
                await self.ask(session, source, got.fetch, notification, at)

        await self.db.run(work)

    async def _submit(self, source: Source, facts: Sequence[Fact]) -> list[Outcome]:
        """What became of the facts, in order; all are waited for, whatever becomes of one."""
        if len(facts) == 1:
            return [await self.coalescer.submit(source.program_id, facts[0])]
        waits = [self.coalescer.submit(source.program_id, fact) for fact in facts]
        outcomes = await asyncio.gather(*waits, return_exceptions=True)
        for one in outcomes:
            if isinstance(one, BaseException):
                raise one
        return [one for one in outcomes if not isinstance(one, BaseException)]


def _is_ping(source: Source, delivery: Delivery) -> bool:
    """WooCommerce asks so whether the address is there, before it signs anything."""
    form = delivery.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM
    unsigned = "x-wc-webhook-signature" not in delivery.headers
    pings = source.platform == "woocommerce" and form and unsigned
    return pings and PING.fullmatch(delivery.body) is not None


def _nothing(reason: str) -> InboundOut:
    return InboundOut.model_construct(results=[], ignored=reason)


def _result(item: Item, outcomes: Iterator[Outcome]) -> OutcomeOut:
    if item.unusable is not None:
        return _said(item.event_id, "quarantined", item.unusable.reason)
    outcome = next(outcomes)
    word = "quarantined" if outcome.word == "conflict" else outcome.word
    return _said(item.event_id, word, outcome.reason)


def _said(event_id: str | None, word: str, reason: str | None) -> OutcomeOut:
    return OutcomeOut.model_construct(event_id=event_id, outcome=cast("Any", word), reason=reason)


def _observe(source: Source, facts: Iterable[Fact], results: Iterable[OutcomeOut]) -> None:
    for one in results:
        metrics.FACTS.labels(source.key, one.outcome).inc()
    for fact in facts:
        delay = (fact.received_at - fact.occurred_at).total_seconds()
        metrics.FACT_DELAY_SECONDS.labels(source.key).observe(max(delay, 0.0))
