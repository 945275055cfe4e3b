"""The relay: gives committed changes their numbers in the feed, 1, 2, 3 … for each program.

A number is given after the commit of the change and by one relay at a time, so what a cursor has
passed never gains a change. The lease says who; its row's lock is what makes it true.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from app.kit import metrics
from app.kit.db import Overtaken, Session, once_committed
from app.kit.errors import Unavailable
from app.kit.failures import shown
from app.kit.logs import log
from app.outbound.repository import deliveries
from app.outbound.repository import feed as repository
from app.outbound.repository.feed import OwedChange

LEASE = timedelta(seconds=10)
REST = timedelta(seconds=60)  # of a program whose changes cannot be numbered
NAME = "relay"
AT_ONCE = 2_000


class Batch(NamedTuple):
    """Changes without a number, and the instant at which they get theirs."""

    changes: Sequence[OwedChange]
    at: datetime


@dataclass(frozen=True, slots=True)
class RelayJob:
    """A batch of changes as the unit of a loop: claimed, numbered and owed in one transaction.

    `resting`: programs whose changes could not be numbered, and when they are tried again.
    """

    holder: str
    resting: dict[UUID, datetime] = field(default_factory=dict)

    async def claim(self, session: Session, now: datetime) -> Batch | None:
        if not await repository.is_owed(session):
            return None
        term = await repository.take_lease(session, NAME, self.holder, now, now + LEASE)
        if term is None:
            return None
        metrics.RELAY_TERM.set(term)
        resting = [one for one, until in self.resting.items() if until > now]
        changes = await repository.owed(session, AT_ONCE, resting)
        return Batch(changes, now) if changes else None

    async def work(self, session: Session, unit: Batch) -> None:
        failure = await _failure(session, unit)
        done = [*unit.changes] if failure is None else await self._apart(session, unit)
        once_committed(session, lambda: count_moves(done))

    async def fail(self, session: Session, unit: Batch, now: datetime) -> None:
        pass

    async def _apart(self, session: Session, unit: Batch) -> list[OwedChange]:
        """Each program by itself; the changes of those that did not fail."""
        done: list[OwedChange] = []
        in_programs = sorted(unit.changes, key=attrgetter("program_id"))
        for program_id, found in groupby(in_programs, attrgetter("program_id")):
            changes = list(found)
            failure = await _failure(session, Batch(changes, unit.at))
            if failure is None:
                done += changes
                continue
            self.resting[program_id] = unit.at + REST
            metrics.RELAY_FAILURES.inc()
            log("relay_failed", "error", program=program_id, error=failure)
        return done


async def _failure(session: Session, unit: Batch) -> Exception | None:
    """Why these changes, and what they owe, cannot be written; None when they are.

    Raises what may pass by itself, and is nobody's fault.
    """
    try:
        async with session.begin_nested():
            await deliver(session, await number(session, unit.changes), unit.at)
    except Overtaken:
        raise
    except Exception as error:
        if isinstance(shown(error), Unavailable):
            raise
        return error
    return None


async def number(session: Session, changes: Sequence[OwedChange]) -> list[tuple[OwedChange, int]]:
    """Give changes the next numbers of their programs' feeds, in the given order.

    Raises Overtaken when one of them has a number already.
    """
    counts = Counter(change.program_id for change in changes)
    last = await repository.lengthen(session, dict(sorted(counts.items())))
    given = {program_id: last[program_id] - count for program_id, count in counts.items()}
    numbered = [(change, _next(given, change.program_id)) for change in changes]
    if await repository.number(session, numbered) != len(numbered):
        raise Overtaken
    return numbered


async def deliver(
    session: Session, numbered: Sequence[tuple[OwedChange, int]], at: datetime
) -> None:
    """Owe numbered changes to the endpoints that want them; locks them last, and for short."""
    programs = sorted({change.program_id for change, _ in numbered})
    endpoints = await deliveries.hold_subscribers(session, programs)
    if endpoints:
        await deliveries.add_deliveries(session, endpoints, numbered, at)


def count_moves(changes: Sequence[OwedChange]) -> None:
    """Each committed move is numbered once, by one of all processes: so it is counted here."""
    for one in changes:
        if one.direction is not None:
            metrics.MOVES.labels(one.ladder, one.direction, one.occasion).inc()


async def give_back(session: Session, holder: str) -> None:
    """Let another relay take over at once."""
    await repository.drop_lease(session, NAME, holder)


def _next(given: dict[UUID, int], program_id: UUID) -> int:
    given[program_id] += 1
    return given[program_id]
