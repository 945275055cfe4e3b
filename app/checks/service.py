"""Checks: asked for by hand, planned by schedules and edits, done in slices."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from app.checks import repository, slices, slicing
from app.checks.errors import (
    CheckDue,
    CheckEnded,
    CheckNotFound,
    CheckRunning,
    DateNotCome,
)
from app.checks.plans import Asked, CheckStatus, Plan
from app.evaluation import service as evaluation
from app.evaluation.runs import Slice
from app.kit.clock import Clock
from app.kit.db import Database, Session, once_committed
from app.kit.failures import is_outage
from app.kit.logs import NOTICE, log
from app.programs import service as programs

POLL_SECONDS = 0.05
LANES = 2  # while the database reads one slice, another one is decided


async def ask(session: Session, wanted: Asked, at: datetime) -> CheckStatus:
    """Plan a check by hand of every member, as of a date that has come, default today.

    A check of today also serves an edit that waits for its check; one of the past would judge
    by new rules too early, so it has to wait. Raises CheckRunning, CheckDue and DateNotCome.
    """
    await _refuse_while_busy(session, wanted.program_id, at)
    await repository.lock_program(session, wanted.program_id)
    rules = await programs.hold(session, wanted.program_id)
    today = programs.today(rules, at)
    plan = wanted.plan(today, rules.version)
    if plan.as_of > today:
        raise DateNotCome
    agenda = await repository.agenda(session, plan.program_id, at)
    if (agenda.recheck_occasion or agenda.recheck_keep) and not plan.dry_run:
        if plan.as_of != today:
            raise CheckDue
        occasion = agenda.recheck_occasion or plan.occasion
        plan = replace(plan, occasion=occasion, keep_version=agenda.recheck_keep)
    check_id = await start(session, plan, at)
    if check_id is None:
        raise CheckRunning
    return await check_of(session, plan.program_id, check_id)


async def _refuse_while_busy(session: Session, program_id: UUID, at: datetime) -> None:
    """A running check holds the program: say so without waiting for it."""
    if (await repository.agenda(session, program_id, at)).busy:
        raise CheckRunning


async def start(
    session: Session, plan: Plan, at: datetime, members: int | None = None
) -> UUID | None:
    """Plan a check with its slices; None when one is unfinished or the date was planned.

    A check that an edit asked for takes the request from the program's row. `members`: how many
    it looks at, where they are counted already.
    """
    check_id = uuid4()
    if members is None:
        members = await looked_at(session, plan)
    if not await repository.insert_check(session, check_id, plan, members, at):
        return None
    each = slicing.SLICE_MEMBERS if plan.since is None else slicing.SLICE_CANDIDATES
    await repository.insert_slices(session, check_id, plan.program_id, slicing.cut(members, each))
    if plan.serves_edit:
        await repository.recheck_taken(session, plan.program_id)
    if plan.force:
        named = {"program": plan.program_id, "request_id": plan.request_id}
        once_committed(session, lambda: log("check_forced", NOTICE, check_id=check_id, **named))
    return check_id


async def looked_at(session: Session, plan: Plan) -> int:
    """How many members a check looks at: everybody, or whom something may have changed for."""
    if plan.since is None:
        return await repository.members_of(session, plan.program_id)
    rules = await programs.rules_of(session, plan.program_id)
    everybody = Slice(plan.program_id, slicing.NOBODY, slicing.LAST)
    return await evaluation.looked_at(session, rules, everybody, plan.since, plan.as_of)


async def check_of(session: Session, program_id: UUID, check_id: UUID) -> CheckStatus:
    """One check and how far it is. Raises CheckNotFound."""
    found = await repository.check_of(session, program_id, check_id)
    if found is None:
        raise CheckNotFound
    return found


async def checks_of(
    session: Session, program_id: UUID, before: tuple[datetime, UUID] | None, most: int
) -> list[CheckStatus]:
    """Checks of a program, the newest first, behind a place in that order."""
    return await repository.checks_of(session, program_id, before, most)


async def cancel(session: Session, program_id: UUID, check_id: UUID, at: datetime) -> CheckStatus:
    """End a check early; slices that are done stay done. Raises CheckNotFound and CheckEnded."""
    await check_of(session, program_id, check_id)
    if not await repository.end_check(session, program_id, check_id, "cancelled", None, at):
        raise CheckEnded
    return await check_of(session, program_id, check_id)


async def run_to_end(
    db: Database,
    clock: Clock,
    program_id: UUID,
    check_id: UUID,
    progress: Callable[[CheckStatus], None] | None = None,
) -> CheckStatus:
    """Work on a check, beside whoever else does, until it has ended; tells how far it is.

    A slice that fails is tried again, with a bound, so the check may end as failed.
    """
    while True:
        worked = await _work_in_lanes(db, clock, check_id)
        status = await db.run(lambda session: _settle(session, program_id, check_id, clock.now()))
        if progress is not None:
            progress(status)
        if status.has_ended:
            return status
        if not worked:
            await asyncio.sleep(POLL_SECONDS)


async def _work_in_lanes(db: Database, clock: Clock, check_id: UUID) -> bool:
    """Whether any lane found a slice. Raises what one of them raised, when all have ended."""
    try:
        async with asyncio.TaskGroup() as group:
            lanes = [group.create_task(_work_on(db, clock, check_id)) for _ in range(LANES)]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed  # callers know its kind, and no group's
    return any(lane.result() for lane in lanes)


async def _work_on(db: Database, clock: Clock, check_id: UUID) -> bool:
    """One slice, if one is open; its failure is written down and ends the check in time."""
    holder = uuid4().hex
    claimed = await db.run(
        lambda session: slices.claim(session, holder, clock.now(), check_id=check_id)
    )
    if claimed is None:
        return False
    try:
        await db.run(lambda session: slices.work(session, claimed))
    except Exception as error:  # noqa: BLE001 - a loop: bounded by the attempts of the slice
        log("slice_failed", "error", check_id=check_id, attempts=claimed.attempts, error=error)
        async with db.transaction() as session:
            counts = not is_outage(error)
            await slices.fail(
                session, claimed, type(error).__qualname__, clock.now(), counts=counts
            )
    return True


async def _settle(session: Session, program_id: UUID, check_id: UUID, at: datetime) -> CheckStatus:
    """How far the check is, ended if all is done."""
    if done := await slices.ended(session, check_id):
        await slices.finish(session, done, at)
    return await check_of(session, program_id, check_id)
