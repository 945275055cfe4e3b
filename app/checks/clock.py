"""The clock of a sandbox program: moved by its owner, forward only, a day at a time."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from app.checks import repository, service, slices, slicing
from app.checks.advancing import plan_of, turn
from app.checks.agenda import Agenda, Owed, recheck
from app.checks.errors import ClockBackwards, ClockTooFar, NotASandbox
from app.evaluation.turning import turning_dates
from app.kit.clock import Clock
from app.kit.cron import next_date
from app.kit.db import Database, Session
from app.programs import service as programs
from app.programs.rules import Rules

ONE_DAY = timedelta(1)
MOST_CHECKS = 400


async def today(session: Session, program_id: UUID) -> date:
    """The sandbox's today. Raises NotASandbox."""
    rules = await programs.rules_of(session, program_id)
    if rules.sandbox_day is None:
        raise NotASandbox
    return rules.sandbox_day


async def move(db: Database, clock: Clock, program_id: UUID, to: date) -> date:
    """Let the days pass through `to`, each with its overrides and its check, in order.

    A day is one transaction, or begins with one when its check has several slices: stopped
    anywhere, the next move goes on from there. A quiet period after an edit ends with the day.
    Raises NotASandbox, ClockBackwards and ClockTooFar.
    """
    await db.run(lambda session: _refuse_too_far(session, program_id, to))
    while True:
        reached = await db.run(lambda session: _pass_day(session, program_id, to, clock.now()))
        if isinstance(reached, UUID):
            await service.run_to_end(db, clock, program_id, reached)
        elif reached == to:
            return to


async def _refuse_too_far(session: Session, program_id: UUID, to: date) -> None:
    """A request ends in time only with so many checks in it."""
    rules = await programs.rules_of(session, program_id)
    day = rules.sandbox_day if rules.enabled else None
    for _ in range(MOST_CHECKS + 1):
        day = day and next_date(rules.check_schedule, day + ONE_DAY)
        if day is None or day > to:
            return
    raise ClockTooFar(MOST_CHECKS)


async def _pass_day(session: Session, program_id: UUID, to: date, now: datetime) -> date | UUID:
    """The next day that was reached, or the check that has to end first."""
    await repository.lock_program(session, program_id)
    rules = await programs.hold(session, program_id)
    if rules.sandbox_day is None:
        raise NotASandbox
    if to < rules.sandbox_day:
        raise ClockBackwards(rules.sandbox_day)
    agenda = await repository.agenda(session, program_id, now)
    if agenda.busy and (unfinished := await repository.unfinished(session, program_id)):
        return unfinished
    if to == rules.sandbox_day:
        return to
    if agenda.recheck_at is not None:
        return await _check(session, rules, agenda, recheck(agenda, now), now)
    return await _begin_day(session, rules, agenda, to, now)


async def _begin_day(
    session: Session, rules: Rules, agenda: Agenda, to: date, now: datetime
) -> date | UUID:
    """Move on to the next day on which anything happens, and let it happen."""
    assert rules.sandbox_day is not None
    first = rules.sandbox_day + ONE_DAY
    turning = await turning_dates(session, rules, first, to)
    checked = next_date(rules.check_schedule, first) if rules.enabled else None
    day = min(one for one in (*turning[:1], checked, to) if one is not None)
    await repository.move_clock(session, rules.program_id, day)
    rules = replace(rules, sandbox_day=day)
    if day in turning:
        await turn(session, rules, day, now)
    if day != checked:
        return day
    return await _check(session, rules, agenda, Owed(day, "check", scheduled=True), now)


async def _check(
    session: Session, rules: Rules, agenda: Agenda, todo: Owed, now: datetime
) -> date | UUID:
    """Do the check at once when it is small; else plan it, to be ended before anything else."""
    plan = plan_of(rules, agenda, todo)
    members = await service.looked_at(session, plan)
    if members > (slicing.SLICE_MEMBERS if plan.since is None else slicing.SLICE_CANDIDATES):
        planned = await service.start(session, plan, now, members)
        return planned or todo.as_of
    await slices.do_at_once(session, rules, plan, members, now)
    return todo.as_of
