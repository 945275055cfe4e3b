"""The program's exchange rates, one a currency and day."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from app.kit.db import Session, rows, run, sql
from app.programs import repository

SET_RATES = sql(__file__, "set_rates")
RATES_ON = sql(__file__, "rates_on")


async def set_rates(
    session: Session, program_id: UUID, day: date, given: Mapping[str, Decimal], at: datetime
) -> None:
    """The last value set is kept. `given`: units of the program's currency for one of it.

    Waits for the facts that are being recorded, so that none is counted without the rate. Lock
    no member before.
    """
    await repository.lock_program(session, program_id)
    currencies = sorted(given)
    binds = {"currencies": currencies, "rates": [given[one] for one in currencies]}
    await run(session, SET_RATES, program_id=program_id, day=day, at=at, **binds)


async def rates_on(session: Session, program_id: UUID, day: date) -> dict[str, Decimal]:
    """Currency → rate of that day."""
    found = await rows(session, RATES_ON, program_id=program_id, day=day)
    return {row.currency: row.rate for row in found}
