"""The work of checks: slices are claimed under leases, evaluated, ended; whatever happens."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.checks import repository, slicing
from app.checks.errors import ClaimLost
from app.checks.keep import keep
from app.checks.plans import Claim, ClaimedCheck, Ended, Plan
from app.evaluation import service as evaluation
from app.evaluation.runs import Run, Slice
from app.kit.db import Session
from app.policy.decision import Occasion
from app.programs import service as programs
from app.programs.rules import Rules
from app.standings.moves import Applied

LEASE = timedelta(seconds=30)  # of a first attempt; the n-th has n times as long
MOST_ATTEMPTS = 5  # the longest lease too
STATEMENT_LIMIT = "60s"


async def claim(
    session: Session,
    holder: str,
    at: datetime,
    *,
    check_id: UUID | None = None,
    audit: bool = False,
) -> Claim | None:
    """Take the next open slice under a lease; its holder must commit the claim first."""
    return await repository.claim_slice(
        session, holder, at, LEASE, MOST_ATTEMPTS, check_id=check_id, audit=audit
    )


async def work(session: Session, claimed: Claim) -> None:
    """Evaluate the members of a slice and end it, in one transaction.

    While an edit leaves orders to be counted anew, a part of them is counted instead and the
    slice handed back: nobody is evaluated before the last order has come home. Raises ClaimLost
    when another worker has taken the slice: nothing is written then.
    """
    await repository.allow_work(session, STATEMENT_LIMIT)
    check = await repository.claimed_check(session, claimed.check_id)
    run, part = await _run_of(session, claimed, check), _slice_of(claimed)
    if check.counts_first and not await evaluation.count_on(session, run, part):
        if not await hand_back(session, claimed):
            raise ClaimLost
        return
    if check.dry_run:
        trial = await session.begin_nested()
        applied = await _evaluate_range(session, run, check, part)
        await trial.rollback()
    else:
        applied = await _evaluate_range(session, run, check, part)
    members = slicing.share(check.members_total, check.slices, claimed.range.slice)
    if not await repository.finish_slice(session, claimed, members, (applied.up, applied.down)):
        raise ClaimLost


async def fail(
    session: Session, claimed: Claim, error: str, at: datetime, *, counts: bool = True
) -> None:
    """Give a slice back to be tried later; after MOST_ATTEMPTS that count the check has failed."""
    pause = timedelta(seconds=2 ** (min(claimed.attempts, MOST_ATTEMPTS) - 1))
    is_ours = await repository.retry_slice(session, claimed, at + pause, counts=counts)
    if is_ours and counts and claimed.attempts >= MOST_ATTEMPTS:
        await repository.end_check(
            session, claimed.program_id, claimed.check_id, "failed", error, at
        )


async def hand_back(session: Session, claimed: Claim) -> bool:
    """Let anybody go on with a slice as if it had not been tried; False if the claim was lost."""
    return await repository.hand_back(session, claimed)


async def give_back(session: Session, holder: str) -> None:
    """Let others have at once what a stopping worker holds."""
    await repository.give_back(session, holder)


async def ended(session: Session, check_id: UUID | None = None) -> Ended | None:
    """A check whose slices are all done and which is not finished yet."""
    return await repository.all_done(session, check_id)


async def finish(session: Session, check: Ended, at: datetime) -> None:
    """End a check; the next scheduled one starts from its date. Doing it twice is once."""
    if check.moves_checked_on:
        await repository.checked(session, check.program_id, check.as_of, check.version)
    await repository.finish_check(session, check, at)


async def do_at_once(
    session: Session, rules: Rules, plan: Plan, members: int, at: datetime
) -> None:
    """Plan, do and finish a check of few members within the transaction."""
    check_id = uuid4()
    run = Run(rules, Occasion(plan.occasion), plan.as_of, at, check_id)
    everybody = Slice(run.program_id, slicing.NOBODY, slicing.LAST)
    applied = await _evaluate_range(session, run, plan, everybody)
    await repository.insert_done(session, check_id, plan, members, (applied.up, applied.down), at)
    if plan.scheduled:
        await repository.checked(session, plan.program_id, plan.as_of, plan.version)
    if plan.serves_edit:
        await repository.recheck_taken(session, plan.program_id)


async def _run_of(session: Session, claimed: Claim, check: ClaimedCheck) -> Run:
    rules = await programs.hold(session, claimed.program_id)
    occasion = Occasion(check.occasion)
    return Run(rules, occasion, check.as_of, claimed.at, claimed.check_id, check.force)


def _slice_of(claimed: Claim) -> Slice:
    return Slice(claimed.program_id, claimed.range.after, claimed.range.through)


async def _evaluate_range(
    session: Session, run: Run, check: ClaimedCheck | Plan, part: Slice
) -> Applied:
    """Evaluate one range of members: first those whom an edit may not lower get their floor."""
    if check.keep_version is not None:
        await keep(session, run, check.keep_version, part)
    return await evaluation.check_slice(session, run, part, check.since)
