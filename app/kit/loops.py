"""Background loops. The row is the job: a step claims one unit, does it, and commits."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from app.kit.clock import Clock
from app.kit.db import Database, Session
from app.kit.logs import log

Unit = TypeVar("Unit")

LEAST_WAIT, MOST_WAIT = 0.05, 5.0


class Job(Protocol[Unit]):
    """What a `jobs.py` module holds; the module itself is the job."""

    async def claim(self, session: Session, now: datetime) -> Unit | None:
        """The next unit, locked by SKIP LOCKED or by a lease; a value, not a row."""
        ...

    async def work(self, session: Session, unit: Unit) -> None:
        """Do one unit."""
        ...

    async def fail(self, session: Session, unit: Unit, now: datetime) -> None:
        """Count the failure and set when to try again; `attempts` means "at least"."""
        ...


async def step(db: Database, clock: Clock, job: Job[Unit], *, leased: bool = False) -> bool:
    """Claim and do one unit; whether there was one.

    Both happen in one transaction, so that the row's lock is the claim. With `leased` the claim
    is committed first: others see it, and `work` must fence what it writes by its lease. Raises
    what `work` raised, after `fail` was committed.
    """
    claimed: list[Unit] = []

    async def take(session: Session) -> Unit | None:
        claimed.clear()
        unit = await job.claim(session, clock.now())
        if unit is None:
            return None
        claimed.append(unit)
        if not leased:
            await job.work(session, unit)
        return unit

    try:
        unit = await db.run(take)
        if unit is not None and leased:
            await db.run(lambda session: job.work(session, unit))
    except Exception:
        if claimed:
            async with db.transaction() as session:
                await job.fail(session, claimed[0], clock.now())
        raise
    return unit is not None


class Repeating:
    """A step done again and again: at once while there is work, else more and more rarely.

    `done` is called after each step that did something, to wake who waits for it. `most_wait`:
    seconds between two looks at most.
    """

    def __init__(
        self, name: str, done: Callable[[], None] = lambda: None, most_wait: float = MOST_WAIT
    ) -> None:
        self._name = name
        self._done = done
        self._most_wait = most_wait
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    async def work(self) -> bool:
        """Whether there was something to do. Raises what went wrong with it."""
        raise NotImplementedError

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=self._name)

    def wake(self) -> None:
        """There may be work: look now."""
        self._wake.set()

    async def stop(self, drain: float = 15.0) -> None:
        """Claim nothing more; end the unit in work, or cancel it after `drain` seconds."""
        self._stopping = True
        self.wake()
        if self._task is None:
            return
        done, _ = await asyncio.wait([self._task], timeout=drain)
        if not done:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        pause = LEAST_WAIT
        while not self._stopping:
            if await self._step():
                self._done()
                pause = LEAST_WAIT
                continue
            woken = await self._rest(pause)
            pause = LEAST_WAIT if woken else min(2 * pause, self._most_wait)

    async def _step(self) -> bool:
        try:
            return await self.work()
        except Exception as error:  # noqa: BLE001 - a loop outlives every failure of a unit
            log("job_failed", "error", job=self._name, error=error)
            return False

    async def _rest(self, seconds: float) -> bool:
        """Whether somebody called meanwhile."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return False
        self._wake.clear()
        return True


class Loop(Repeating, Generic[Unit]):
    """Repeats a job's step."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        job: Job[Unit],
        *,
        name: str,
        leased: bool = False,
        done: Callable[[], None] = lambda: None,
        most_wait: float = MOST_WAIT,
    ) -> None:
        super().__init__(name, done, most_wait)
        self._db = db
        self._clock = clock
        self._job = job
        self._leased = leased

    async def work(self) -> bool:
        return await step(self._db, self._clock, self._job, leased=self._leased)


class Errand(Protocol[Unit]):
    """Work that leaves the house: it is done between transactions, never inside one."""

    async def claim(self, session: Session, now: datetime) -> Unit | None:
        """The next unit, under a lease that is longer than the work takes."""
        ...

    async def run(self, unit: Unit) -> None:
        """Do one unit; what is written is fenced by its lease."""
        ...

    async def fail(self, session: Session, unit: Unit, now: datetime) -> None:
        """What was not foreseen has happened: set when to try again."""
        ...


class ErrandLoop(Repeating, Generic[Unit]):
    """Repeats an errand; several of them do several at the same time."""

    def __init__(self, db: Database, clock: Clock, errand: Errand[Unit], *, name: str) -> None:
        super().__init__(name)
        self._db = db
        self._clock = clock
        self._errand = errand

    async def work(self) -> bool:
        unit = await self._db.run(self._claim)
        if unit is None:
            return False
        try:
            await self._errand.run(unit)
        except Exception:
            async with self._db.transaction() as session:
                await self._errand.fail(session, unit, self._clock.now())
            raise
        return True

    async def _claim(self, session: Session) -> Unit | None:
        return await self._errand.claim(session, self._clock.now())
