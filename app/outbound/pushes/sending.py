"""Telling one shop of one member: look, compare, ask. No transaction is open meanwhile."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from app.kit.clock import Clock
from app.kit.outgoing import Outgoing, SendFailed
from app.outbound.pushes.values import Due, Lease
from app.outbound.targets import PLATFORMS, Platform
from app.outbound.targets.contract import Ask, PushFailed, Shop, Trouble, Wanted

SECONDS = 60.0  # for all requests of one member: less than a lease, and what an edit waits for
MOST_ANSWER = 1_000_000
DENIED_WAIT = 600.0
RETRIES = (5.0, 30.0, 120.0, 600.0, 3_600.0, 21_600.0)
MOST_BUSY_WAIT = 300.0


class Failure(NamedTuple):
    """Why a shop did not say what it was to say."""

    trouble: Trouble
    word: str
    wait: float = 0.0

    def pause(self, failures: int) -> timedelta | None:
        """How long the shop is left alone after so many failures in a row; None: not at all."""
        if self.trouble is Trouble.denied:
            return timedelta(seconds=DENIED_WAIT)
        if self.trouble is not Trouble.busy:
            return None
        grown = min(2.0 ** min(failures, 30), MOST_BUSY_WAIT)
        return timedelta(seconds=max(self.wait, grown))


def shop_of(lease: Lease, credentials: dict[str, str]) -> Shop:
    return Shop(lease.url, credentials, lease.ladder, frozenset(lease.mapping.values()))


async def told(
    outgoing: Outgoing, clock: Clock, lease: Lease, shop: Shop, due: Due
) -> Failure | None:
    """Have the shop say what is wanted of a member. None: it says so."""
    platform = PLATFORMS[lease.platform]
    customer = platform.customer_of(due.external_id or "")
    if customer is None:
        return Failure(Trouble.absent, "foreign_id")
    try:
        async with asyncio.timeout(SECONDS):
            await _tell(_Line(outgoing, clock, platform), _with(shop, due), customer, due)
    except PushFailed as error:
        return Failure(error.trouble, error.word, error.wait)
    except SendFailed as error:
        return Failure(Trouble.busy, error.word)
    except TimeoutError:
        return Failure(Trouble.busy, "timeout")
    return None


def retry_at(attempts: int, now: datetime) -> datetime:
    """When a push that failed so often is tried again."""
    return now + timedelta(seconds=RETRIES[min(attempts, len(RETRIES)) - 1])


class _Line(NamedTuple):
    """The way to one shop."""

    outgoing: Outgoing
    clock: Clock
    platform: Platform

    async def ask(self, asked: Ask) -> Any:
        answer = await self.outgoing.send(
            asked.method, asked.url, headers=asked.headers, body=asked.body, most=MOST_ANSWER
        )
        return self.platform.judge(answer, self.clock.now())


async def _tell(line: _Line, shop: Shop, customer: str, due: Due) -> None:
    held = await line.ask(line.platform.look(shop, customer))
    steps = line.platform.steps(shop, customer, Wanted(**due.desired), held)
    for step in steps:
        await line.ask(step)


def _with(shop: Shop, due: Due) -> Shop:
    return Shop(shop.url, shop.credentials, shop.ladder, shop.ours | set(due.given))
