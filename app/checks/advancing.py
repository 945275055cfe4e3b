"""Brings programs up to date: overrides that turn, then the next check that is owed."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from app.checks import repository, service
from app.checks.agenda import Agenda, Owed, owed
from app.checks.plans import Plan
from app.evaluation.runs import Run
from app.evaluation.turning import bring_home, evaluate_turning, turning_dates
from app.kit.clock import Clock
from app.kit.db import Database, Session
from app.kit.logs import log
from app.policy.decision import Occasion
from app.programs import service as programs
from app.programs.rules import Rules


class Tick(NamedTuple):
    """`did`: something was done; `waits`: a program owes more behind its unfinished check."""

    did: bool
    waits: bool


async def tick(db: Database, clock: Clock) -> Tick:
    """Do what every program owes by now. What fails in one is logged and holds up no other."""
    async with db.transaction() as session:
        found = await repository.agendas(session, clock.now())
    due = [one for one in found if owed(one, clock.now()) is not None]
    did = False
    for program_id in (one.program_id for one in due if not one.busy):
        try:
            while await db.run(partial(advance, program_id=program_id, now=clock.now())):
                did = True
        except Exception as error:  # noqa: BLE001 - one program's failure holds up no other
            log("schedule_failed", "error", program=program_id, error=error)
    return Tick(did, any(one.busy for one in due))


async def advance(session: Session, program_id: UUID, now: datetime) -> bool:
    """Do the next thing that a program owes, in this transaction; whether there was one."""
    await repository.lock_program(session, program_id)
    agenda = await repository.agenda(session, program_id, now)
    todo = None if agenda.busy else owed(agenda, now)
    if todo is None:
        return False
    rules = await programs.hold(session, program_id)
    if await _turn(session, rules, agenda, todo, now):
        return True
    await repository.overrides_done(session, program_id, todo.turns_through)
    if todo.occasion is None:
        return False
    return await service.start(session, plan_of(rules, agenda, todo), now) is not None


def plan_of(rules: Rules, agenda: Agenda, todo: Owed) -> Plan:
    """The check that is owed. Scheduled ones look at whom something may have changed for."""
    assert todo.occasion is not None
    return Plan(
        program_id=rules.program_id,
        occasion=todo.occasion,
        as_of=todo.as_of,
        version=rules.version,
        since=agenda.checked_on if todo.scheduled else None,
        keep_version=agenda.recheck_keep,  # without a recheck the next check gives the floors
        scheduled=todo.scheduled,
    )


async def turn(session: Session, rules: Rules, day: date, now: datetime) -> None:
    """Let happen what `day` brings about: overrides and representatives that turn."""
    await evaluate_turning(session, Run(rules, Occasion.override, day, now))
    await repository.overrides_done(session, rules.program_id, day)


async def _turn(session: Session, rules: Rules, agenda: Agenda, todo: Owed, now: datetime) -> bool:
    """One date on which something turns, the first that is owed; whether there was one.

    After a program was disabled orders come home; who holds what is for the resync to say.
    """
    first = agenda.turned_on + timedelta(1)
    days = await turning_dates(session, rules, first, todo.turns_through)
    if days and todo.occasion == Occasion.resync:
        await bring_home(session, Run(rules, Occasion.membership, days[0], now))
        await repository.overrides_done(session, rules.program_id, days[0])
    elif days:
        await turn(session, rules, days[0], now)
    return bool(days)
