"""Keeps shops equal to what members hold: a reconciler of desired against acknowledged.

A worker takes a target under a lease, so that one member at a time is told to a shop. Whatever
dies between a request and its acknowledgement is looked up in the shop by the next attempt.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from app.kit.clock import Clock
from app.kit.db import Database, Session
from app.kit.outgoing import Outgoing
from app.kit.sealing import Seal, Unsealable
from app.outbound.pushes import nights, wanting
from app.outbound.pushes.credentials import opened
from app.outbound.pushes.sending import SECONDS, Failure, retry_at, shop_of, told
from app.outbound.pushes.values import Due, Lease
from app.outbound.repository import push_targets, pushes
from app.outbound.targets.contract import Shop, Trouble

LEASE = timedelta(seconds=2 * SECONDS)
MOST_A_TURN = 50
DROPPED_AT_ONCE = 2_000

Pause = Callable[[float], Awaitable[None]]


class LeaseLost(Exception):
    """Another worker has the target, or it was edited: what was done does not count."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one look at a target."""

    moved_on: bool  # the feed, a look or a walk
    due: Due | None


@dataclass(frozen=True, slots=True)
class Pusher:
    """Takes turns with the targets of all programs. `pause`: waits between two members."""

    db: Database
    clock: Clock
    seal: Seal
    outgoing: Outgoing
    holder: str
    pause: Pause = asyncio.sleep
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def turn(self) -> bool:
        """Work for one target that has something to do, a while; whether there was one."""
        lease = await self.db.run(self._claim)
        if lease is None:
            return False
        try:
            await (self._end(lease) if lease.deleted else self._serve(lease))
        except LeaseLost:
            return True
        await self.db.run(lambda session: self._release(session, lease))
        return True

    async def owe_nights(self) -> None:
        """Owe the walks of the night to the targets that have had none yet."""
        await self.db.run(lambda session: nights.owe(session, self.clock.now()))

    async def give_back(self, session: Session) -> None:
        """Let others take at once what this worker holds."""
        await push_targets.give_back(session, self.holder)

    async def _serve(self, lease: Lease) -> None:
        shop = self._shop(lease)
        for _ in range(MOST_A_TURN):
            found = await self.db.run(lambda session: self._round(session, lease))
            if found.due is not None:
                await self._push(lease, shop, found.due)
                await self.pause(1 / lease.per_second)
            if self.stopping.is_set() or not (found.due or found.moved_on):
                return

    async def _push(self, lease: Lease, shop: Shop | None, due: Due) -> None:
        """Tell the shop outside any transaction, then write down what came of it."""
        sealed = Failure(Trouble.denied, "credentials_unsealable")
        failure = await told(self.outgoing, self.clock, lease, shop, due) if shop else sealed
        await self.db.run(lambda session: self._settle(session, lease, due, failure))

    def _shop(self, lease: Lease) -> Shop | None:
        """None when the credentials were sealed with another key."""
        try:
            return shop_of(lease, opened(self.seal, lease.id, lease.sealed))
        except Unsealable:
            return None

    async def _claim(self, session: Session) -> Lease | None:
        now = self.clock.now()
        return await push_targets.claim(session, self.holder, now, now + LEASE)

    async def _round(self, session: Session, lease: Lease) -> Round:
        """Read on in the feed, do a slice of a walk, and begin the next push."""
        now = self.clock.now()
        renewed = await push_targets.renew(session, lease, now, now + LEASE)
        if renewed is None:
            raise LeaseLost
        followed = await wanting.follow(session, lease, renewed.feed_seq, now)
        looked = await wanting.look(session, lease, now)
        walked = await wanting.walk(session, lease, now)
        due = await pushes.claim(session, lease, now) if renewed.ready else None
        return Round(followed or looked or walked, due)

    async def _settle(
        self, session: Session, lease: Lease, due: Due, failure: Failure | None
    ) -> None:
        now = self.clock.now()
        renewed = await push_targets.renew(session, lease, now, now + LEASE)
        if renewed is None:
            raise LeaseLost
        if failure is None:
            await pushes.acknowledge(session, lease, due, now)
            if renewed.failures:
                await push_targets.recovered(session, lease)
        else:
            await self._settle_failure(session, lease, due, failure, renewed.failures)

    async def _settle_failure(
        self, session: Session, lease: Lease, due: Due, failure: Failure, failures: int
    ) -> None:
        now = self.clock.now()
        if failure.trouble is Trouble.absent:
            await pushes.skip(session, lease, due)
            return
        if failure.trouble is not Trouble.denied:
            await pushes.fail(session, lease, due, failure.word, retry_at(due.attempts, now))
        wait = failure.pause(failures)
        ready_at = None if wait is None else now + wait
        await push_targets.troubled(session, lease, failure.word, now, ready_at=ready_at)

    async def _end(self, lease: Lease) -> None:
        """Delete what is left of a target, slice by slice."""
        while await self.db.run(lambda session: self._drop(session, lease)):
            pass

    async def _drop(self, session: Session, lease: Lease) -> bool:
        now = self.clock.now()
        if await push_targets.renew(session, lease, now, now + LEASE) is None:
            raise LeaseLost
        if await pushes.drop(session, lease, DROPPED_AT_ONCE):
            return True
        await push_targets.drop(session, lease)
        return False

    async def _release(self, session: Session, lease: Lease) -> None:
        soonest = timedelta(seconds=1 / lease.per_second)
        await push_targets.release(session, lease, self.clock.now() + soonest)
