"""The deliveries of one endpoint, made by one process: a few at once, in turns with the database.

While requests are under way no transaction is open. What a turn marks and claims is one
transaction, so a process that ends anywhere leaves only claims behind, which end by themselves.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from app.kit import metrics
from app.kit.clock import Clock
from app.kit.db import Database, Session
from app.kit.logs import log
from app.kit.sealing import Seal
from app.outbound import turns
from app.outbound.outcomes import Sent
from app.outbound.parcels import Claim, Done, Due, Taken, Target
from app.outbound.sending import Send
from app.outbound.turns import LEASE, Next, Turn

AT_ONCE = 4
FIRST_ROOM, MOST_ROOM = 8, 256
ENOUGH = 64  # attempts that are worth a turn
SOON = 0.5  # seconds after which fewer are
RENEW = 10.0
SHIFT = 10.0
PAUSES = (0.5, 1.0, 2.0, 4.0)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Office:
    """What all lanes of a process share; `turns` bounds how many are in the database at once.

    `is_full`: whether endpoints may be waiting for a lane.
    """

    db: Database
    clock: Clock
    seal: Seal
    send: Send
    holder: str
    turns: asyncio.Semaphore
    stops: Callable[[], bool]
    is_full: Callable[[], bool]


class Lane:
    """A claimed endpoint, until nothing is due there."""

    def __init__(self, office: Office, claim: Claim) -> None:
        self._office = office
        self._claim = claim
        self._target: Target | None = None  # None = nothing more is sent
        self._began = asyncio.get_running_loop().time()
        self._held_until = self._renewed = 0.0
        self._waiting: deque[Due] = deque()
        self._flying: dict[int, Taken] = {}
        self._done: list[Done] = []
        self._room = FIRST_ROOM
        self._ended = asyncio.Event()
        self._more = asyncio.Event()

    async def run(self) -> None:
        """Deliver what is due. Raises what the database raised when it was away for long."""
        senders = [asyncio.create_task(self._sends()) for _ in range(AT_ONCE)]
        try:
            while await self._goes_on():
                await self._until(1, RENEW)
                await self._until(min(ENOUGH, self._open), SOON)
            while self._flying:
                await self._until(len(self._done) + 1, RENEW)
            await self._leave()
        finally:
            for sender in senders:
                sender.cancel()

    @property
    def _open(self) -> int:
        return len(self._waiting) + len(self._flying) + len(self._done)

    @property
    def _held(self) -> list[Taken]:
        return [*self._flying.values(), *(one.taken for one in self._waiting)]

    async def _goes_on(self) -> bool:
        """Do a turn; whether there is anything to do until the next."""
        if self._office.stops() or self._is_over():
            self._target = None
            return False
        found = await self._turn()
        self._target = found.target
        self._waiting.extend(found.due)
        self._more.set()
        return self._target is not None and self._open > 0

    def _is_over(self) -> bool:
        """Whether it is time to make room for an endpoint that was served longer ago."""
        served = asyncio.get_running_loop().time() - self._began
        return served > SHIFT and self._office.is_full()

    async def _turn(self) -> Next:
        began = asyncio.get_running_loop().time()
        renews = began - self._renewed > RENEW / 2
        self._renewed = began if renews else self._renewed
        turn = self._said(max(self._room - len(self._waiting), 0), renews=renews)
        found = await self._patiently(lambda session: turns.take(session, self._office.seal, turn))
        self._held_until = began + LEASE.total_seconds()
        self._room = min(max(2 * len(turn.done), FIRST_ROOM), MOST_ROOM)
        return found

    async def _leave(self) -> None:
        turn = self._said(room=0, renews=False)
        await self._patiently(lambda session: turns.leave(session, turn))

    def _said(self, room: int, *, renews: bool) -> Turn:
        done, self._done = tuple(self._done), []
        now = self._office.clock.now()
        return Turn(self._claim, self._office.holder, now, done, self._held, room, renews)

    async def _patiently(self, work: Callable[[Session], Awaitable[Answer]]) -> Answer:
        """`work` in a transaction; a database that is away for a moment loses nothing."""
        for pause in PAUSES:
            try:
                async with self._office.turns:
                    return await self._office.db.run(work)
            except Exception as error:  # noqa: BLE001 - whatever it is may be over soon
                log("delivery_waits", "warning", error=error)
            await asyncio.sleep(pause)
        async with self._office.turns:
            return await self._office.db.run(work)

    async def _until(self, number: int, seconds: float) -> None:
        """So many attempts have been made, or so long has passed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while len(self._done) < number:
                    self._ended.clear()
                    await self._ended.wait()

    async def _sends(self) -> None:
        while True:
            target, due = await self._following()
            self._flying[due.taken.feed_seq] = due.taken
            sent = await self._sent(target, due)
            del self._flying[due.taken.feed_seq]
            self._done.append(Done(due.taken, sent))
            self._ended.set()

    async def _following(self) -> tuple[Target, Due]:
        clock = asyncio.get_running_loop().time
        while True:
            goes_on = clock() < self._held_until and not self._office.stops()
            if self._target and self._waiting and goes_on:
                return self._target, self._waiting.popleft()
            self._more.clear()
            await self._more.wait()

    async def _sent(self, target: Target, due: Due) -> Sent:
        at = self._office.clock.now()
        try:
            sent = await self._office.send(target, due, at)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the lane
            log("delivery_failed", "error", error=error)
            sent = Sent(at, None, 0, "internal")
        metrics.DELIVERIES.labels("failed" if sent.error else "delivered").inc()
        metrics.DELIVERY_SECONDS.observe(sent.milliseconds / 1_000)
        return sent
