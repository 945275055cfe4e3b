"""Repair: orders and day totals anew from the facts, then everybody is decided again. Page 6.

Facts and changes are never edited. It may be killed and run again, and beside a serving service.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from app.checks import repository, service, slicing
from app.checks.errors import CheckRunning
from app.checks.plans import Plan
from app.checks.refolding import folded
from app.checks.slices import STATEMENT_LIMIT
from app.kit.clock import Clock
from app.kit.db import Database, Session, rows, sql
from app.orders.rebuilding import rebuild_days, rebuild_orders
from app.orders.resolving import Book
from app.programs import service as programs

MEMBERS = sql(__file__, "rebuild/members")
ORDERS = sql(__file__, "rebuild/orders")
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many orders and members were gone through, and whom the check moved.

    `checked`: False for a program that is disabled; enabling it checks everybody.
    """

    orders: int
    members: int
    checked: bool
    moves: int


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """Of one program. `told` hears how many orders and members are done."""

    db: Database
    clock: Clock
    program_id: UUID
    told: Callable[[int], None] = lambda _: None

    async def run(self, author: str) -> Rebuilt:
        """Everything to its end. Raises CheckRunning; what was rebuilt stays so."""
        orders = await self._walk(self._orders)
        members = await self._walk(self._members)
        check_id = await self.db.run(lambda session: self._plan(session, author))
        if check_id is None:
            return Rebuilt(orders, members, checked=False, moves=0)
        done = await service.run_to_end(self.db, self.clock, self.program_id, check_id)
        moves = done.moves_up + done.moves_down
        return Rebuilt(orders, members, checked=done.state == "finished", moves=moves)

    async def _walk(self, chunk: Callable[[Session, UUID], Awaitable[list[UUID]]]) -> int:
        """Chunk after chunk, each in a transaction; how many there were."""
        total, after = 0, slicing.NOBODY
        while done := await self._next(chunk, after):
            after = done[-1]
            total += len(done)
            self.told(len(done))
        return total

    async def _next(
        self, chunk: Callable[[Session, UUID], Awaitable[list[UUID]]], after: UUID
    ) -> list[UUID]:
        return await self.db.run(lambda session: chunk(session, after))

    async def _orders(self, session: Session, after: UUID) -> list[UUID]:
        """Some orders anew; their keys, none at the end."""
        book = await self._book(session)
        binds = {"program_id": self.program_id, "after": after, "most": AT_ONCE}
        homes = {one.order_key: one.member_id for one in await rows(session, ORDERS, **binds)}
        facts = await folded(session, self.program_id, list(homes))
        await rebuild_orders(session, book, homes, facts)
        return list(homes)

    async def _members(self, session: Session, after: UUID) -> list[UUID]:
        """The days of some members anew; their ids, none at the end."""
        book = await self._book(session)
        binds = {"program_id": self.program_id, "after": after, "most": AT_ONCE}
        found = [one.member_id for one in await rows(session, MEMBERS, **binds)]
        await rebuild_days(session, book, found)
        return found

    async def _book(self, session: Session) -> Book:
        await repository.allow_work(session, STATEMENT_LIMIT)
        rules = await programs.hold(session, self.program_id)
        at = self.clock.now()
        return Book(rules, programs.today(rules, at), at)

    async def _plan(self, session: Session, author: str) -> UUID | None:
        at = self.clock.now()
        await repository.lock_program(session, self.program_id)
        rules = await programs.hold(session, self.program_id)
        if not rules.enabled:
            return None
        today = programs.today(rules, at)
        plan = Plan(self.program_id, "resync", today, rules.version, author=author)
        check_id = await service.start(session, plan, at)
        if check_id is None:
            raise CheckRunning
        return check_id
