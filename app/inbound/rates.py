"""Exchange rates: a rate that is set counts at once for the orders of its day."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from app.customers import service as customers
from app.customers.models import Who
from app.evaluation import service as evaluation
from app.evaluation.runs import Run
from app.kit.db import Database, Session
from app.orders import service as orders
from app.orders.models import NeedMembers
from app.orders.resolving import Book
from app.policy.decision import Occasion
from app.programs import rates
from app.programs import service as programs


async def set_rates(
    db: Database, program_id: UUID, day: date, given: Mapping[str, Decimal], now: datetime
) -> dict[str, Decimal]:
    """Set the program's rates of a day and decide about the members whose orders they convert.

    The last value set is the one that counts. Answers all rates of the day.
    """
    more: set[UUID] = set()

    async def work(session: Session) -> dict[str, Decimal]:
        await rates.set_rates(session, program_id, day, given, now)
        rules = await programs.hold(session, program_id)
        run = Run(rules, Occasion.order, programs.today(rules, now), now)
        try:
            await _count(session, run, day, list(given), more)
        except NeedMembers as needed:
            more.update(needed.members)
            raise
        return await rates.rates_on(session, program_id, day)

    return await db.run(work)


async def _count(
    session: Session, run: Run, day: date, currencies: list[str], more: set[UUID]
) -> None:
    book = Book(run.rules, run.on, run.at)
    converted = await orders.converted_on(session, run.program_id, day, currencies)
    if not converted:
        return
    wanted = [Who.existing(one) for one in {*converted.values(), *more}]
    locked = await customers.lock_members(
        session, run.program_id, run.rules.counting, wanted, run.on, run.at
    )
    touches = await orders.convert_anew(session, book, converted, locked)
    await evaluation.evaluate(session, run, touches, touches)
