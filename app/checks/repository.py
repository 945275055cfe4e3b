"""Statements about checks and slices, and what a program's row says of its schedule."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from app.checks.agenda import Agenda, InForce
from app.checks.ending import count_ended
from app.checks.plans import CheckStatus, Claim, ClaimedCheck, Ended, Plan
from app.checks.slicing import EVERYBODY, Range
from app.evaluation.runs import Slice
from app.kit.db import Session, row, rows, rows_as, run, sql

AGENDAS = sql(__file__, "agendas")
ALLOW_WORK = sql(__file__, "allow_work")
ALL_DONE = sql(__file__, "all_done")
CHECKED = sql(__file__, "checked")
CHECK_OF = sql(__file__, "check_of")
CHECKS_OF = sql(__file__, "checks_of")
CLAIM_SLICE = sql(__file__, "claim_slice")
CLAIMED_CHECK = sql(__file__, "claimed_check")
DROP_CLAIMS = sql(__file__, "drop_claims")
END_CHECK = sql(__file__, "end_check")
FINISH_CHECK = sql(__file__, "finish_check")
FINISH_SLICE = sql(__file__, "finish_slice")
GIVE_BACK = sql(__file__, "give_back")
HOLDERS = sql(__file__, "holders")
INSERT_CHECK = sql(__file__, "insert_check")
INSERT_DONE_CHECK = sql(__file__, "insert_done_check")
INSERT_SLICES = sql(__file__, "insert_slices")
LOCK_PROGRAM = sql(__file__, "lock_program")
MEMBERS_OF = sql(__file__, "members_of")
MOVE_CLOCK = sql(__file__, "move_clock")
OVERRIDES_DONE = sql(__file__, "overrides_done")
PUBLISHER = sql(__file__, "publisher")
RECHECK_TAKEN = sql(__file__, "recheck_taken")
HAND_BACK = sql(__file__, "hand_back")
RETRY_SLICE = sql(__file__, "retry_slice")
START_CHECK = sql(__file__, "start_check")
UNFINISHED = sql(__file__, "unfinished")

PROGRAM_FIELDS = (
    "program_id",
    "sandbox_day",
    "created_at",
    "checked_on",
    "overrides_on",
    "recheck_at",
    "recheck_occasion",
    "recheck_keep",
    "last_on",
    "busy",
)
VERSION_FIELDS = ("published_at", "until", "schedule", "zone", "enabled")


async def agendas(session: Session, at: datetime, program_id: UUID | None = None) -> list[Agenda]:
    """What decides which checks are owed, of one program or of all that may owe one by now."""
    found = await rows(session, AGENDAS, program_id=program_id, at=at)
    together = groupby(found, key=lambda one: one.program_id)
    return [_agenda(list(versions)) for _, versions in together]


async def agenda(session: Session, program_id: UUID, at: datetime) -> Agenda:
    """What decides which checks a program owes."""
    [found] = await agendas(session, at, program_id)
    return found


async def lock_program(session: Session, program_id: UUID) -> None:
    """Hold the program still until the transaction ends."""
    await run(session, LOCK_PROGRAM, program_id=program_id)


async def members_of(session: Session, program_id: UUID) -> int:
    """How many customers and organizations the program knows."""
    found = await row(session, MEMBERS_OF, program_id=program_id)
    return int(found.members) if found else 0


async def insert_check(session: Session, id_: UUID, plan: Plan, members: int, at: datetime) -> bool:
    """Plan it; False when the program is busy with another, or this date was planned already."""
    planned = await rows(
        session,
        INSERT_CHECK,
        id=id_,
        members_total=members,
        at=at,
        dry_run=plan.dry_run,
        force=plan.force,
        reason=plan.reason,
        **_common(plan),
    )
    return bool(planned)


async def insert_slices(
    session: Session, id_: UUID, program_id: UUID, cuts: Sequence[Range]
) -> None:
    await run(
        session,
        INSERT_SLICES,
        check_id=id_,
        program_id=program_id,
        slices=[one.slice for one in cuts],
        after=[one.after for one in cuts],
        through=[one.through for one in cuts],
    )


async def insert_done(
    session: Session, id_: UUID, plan: Plan, members: int, moves: tuple[int, int], at: datetime
) -> None:
    """Record a check whose work was done in this transaction. `moves`: up, down."""
    await run(
        session,
        INSERT_DONE_CHECK,
        id=id_,
        at=at,
        members_total=members,
        up=moves[0],
        down=moves[1],
        after=EVERYBODY.after,
        through=EVERYBODY.through,
        **_common(plan),
    )
    count_ended(session, plan.occasion, "finished", at, at)


async def claim_slice(
    session: Session,
    holder: str,
    at: datetime,
    lease: timedelta,
    longest: int,
    *,
    check_id: UUID | None,
    audit: bool,
) -> Claim | None:
    """The next open slice, leased to `holder`; of one check, or of any. `longest`: in leases."""
    claimed = await row(
        session,
        CLAIM_SLICE,
        holder=holder,
        at=at,
        lease=lease,
        longest=longest,
        check_id=check_id,
        audit=audit,
    )
    if claimed is None:
        return None
    await run(session, START_CHECK, id=claimed.check_id, at=at)
    cut = Range(claimed.slice, claimed.after_member, claimed.through_member)
    return Claim(claimed.check_id, claimed.program_id, cut, claimed.holder, claimed.attempts, at)


async def claimed_check(session: Session, id_: UUID) -> ClaimedCheck:
    return (await rows_as(session, ClaimedCheck, CLAIMED_CHECK, id=id_))[0]


async def finish_slice(
    session: Session, claim: Claim, members: int, moves: tuple[int, int]
) -> bool:
    """End it with its counts; False when the claim was lost."""
    counts = {"members": members, "up": moves[0], "down": moves[1]}
    return await run(session, FINISH_SLICE, **counts, **_fence(claim)) == 1


async def hand_back(session: Session, claim: Claim) -> bool:
    """Let it be claimed again as if nobody had tried; False when the claim was lost."""
    return await run(session, HAND_BACK, **_fence(claim)) == 1


async def retry_slice(session: Session, claim: Claim, retry_at: datetime, *, counts: bool) -> bool:
    """Give it back, the attempt counted or not; False when the claim was lost."""
    fence = _fence(claim)
    return await run(session, RETRY_SLICE, retry_at=retry_at, counts=counts, **fence) == 1


async def give_back(session: Session, holder: str) -> None:
    await run(session, GIVE_BACK, holder=holder)


async def unfinished(session: Session, program_id: UUID) -> UUID | None:
    """The check of a program that has not ended."""
    found = await row(session, UNFINISHED, program_id=program_id)
    return found.id if found else None


async def end_check(
    session: Session, program_id: UUID, id_: UUID, state: str, error: str | None, at: datetime
) -> bool:
    """End it as cancelled or failed; False when it had ended. No claim on it can finish then."""
    await run(session, DROP_CLAIMS, id=id_)
    ended = await row(
        session, END_CHECK, id=id_, program_id=program_id, state=state, error=error, at=at
    )
    if ended is None:
        return False
    count_ended(session, ended.occasion, state, ended.started_at, at)
    return True


async def all_done(session: Session, check_id: UUID | None) -> Ended | None:
    """A running check whose slices are all done: this one, or any."""
    found = await rows_as(session, Ended, ALL_DONE, check_id=check_id)
    return found[0] if found else None


async def checked(session: Session, program_id: UUID, as_of: date, version: int) -> None:
    """Let the next scheduled check start from this date, unless an edit came meanwhile."""
    await run(session, CHECKED, program_id=program_id, as_of=as_of, version=version)


async def finish_check(session: Session, check: Ended, at: datetime) -> None:
    if await run(session, FINISH_CHECK, id=check.id, at=at):
        count_ended(session, check.occasion, "finished", check.started_at, at)


async def check_of(session: Session, program_id: UUID, id_: UUID) -> CheckStatus | None:
    found = await rows_as(session, CheckStatus, CHECK_OF, program_id=program_id, id=id_)
    return found[0] if found else None


async def checks_of(
    session: Session, program_id: UUID, before: tuple[datetime, UUID] | None, most: int
) -> list[CheckStatus]:
    """Checks of a program, the newest first, behind a place in that order."""
    before_at, before_id = before or (None, None)
    return await rows_as(
        session,
        CheckStatus,
        CHECKS_OF,
        program_id=program_id,
        before=before_at,
        before_id=before_id,
        most=most,
    )


async def holders(session: Session, part: Slice) -> list[UUID]:
    """The members of a range that hold a level, in id order."""
    return [one.member_id for one in await rows(session, HOLDERS, **part._asdict())]


async def publisher(session: Session, program_id: UUID, version: int) -> tuple[str, str | None]:
    """Who published a version, and by which request."""
    [found] = await rows(session, PUBLISHER, program_id=program_id, version=version)
    return found.author, found.request_id


async def recheck_taken(session: Session, program_id: UUID) -> None:
    await run(session, RECHECK_TAKEN, program_id=program_id)


async def overrides_done(session: Session, program_id: UUID, day: date) -> None:
    await run(session, OVERRIDES_DONE, program_id=program_id, day=day)


async def move_clock(session: Session, program_id: UUID, day: date) -> None:
    await run(session, MOVE_CLOCK, program_id=program_id, day=day)


async def allow_work(session: Session, limit: str) -> None:
    """Let the statements of this transaction take so long, like "60s"."""
    await rows(session, ALLOW_WORK, limit=limit)


def _common(plan: Plan) -> dict[str, Any]:
    names = "program_id occasion as_of since version keep_version scheduled author request_id"
    return {name: getattr(plan, name) for name in names.split()}


def _fence(claim: Claim) -> dict[str, Any]:
    return {
        "check_id": claim.check_id,
        "slice": claim.range.slice,
        "holder": claim.holder,
        "attempts": claim.attempts,
    }


def _agenda(versions: Sequence[Any]) -> Agenda:
    program = {name: getattr(versions[-1], name) for name in PROGRAM_FIELDS}
    spans = tuple(
        InForce(**{name: getattr(one, name) for name in VERSION_FIELDS}) for one in versions
    )
    return Agenda(**program, versions=spans)
