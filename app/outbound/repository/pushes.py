"""Statements about what a target says of members, and from what that follows."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.kit.db import Session, rows, rows_as, run, sql
from app.outbound.pushes.values import Due, Goal, Lease, PushRow, Standing, Told
from app.policy.override import Override, OverrideMode

ACKNOWLEDGE = sql(__file__, "push_acknowledge")
CHANGES = sql(__file__, "push_changes")
CLAIM = sql(__file__, "push_claim")
DROP = sql(__file__, "push_drop")
FAIL = sql(__file__, "push_fail")
FORGET = sql(__file__, "push_forget")
MEMBERS = sql(__file__, "push_members")
OVERRIDES = sql(__file__, "push_overrides")
PUSHES_OF = sql(__file__, "pushes_of")
SKIP = sql(__file__, "push_skip")
STANDINGS = sql(__file__, "push_standings")
WRITE = sql(__file__, "push_write")

REREAD_LAST = 3  # behind everything that has changed


async def changes(session: Session, program_id: UUID, after: int, most: int) -> list[Told]:
    """Whom the feed is about behind a number, in order."""
    return await rows_as(session, Told, CHANGES, program_id=program_id, after=after, most=most)


async def members(session: Session, program_id: UUID, after: UUID | None, most: int) -> list[UUID]:
    """The next customers and organizations, in id order."""
    found = await rows(session, MEMBERS, program_id=program_id, after=after, most=most)
    return [one.member_id for one in found]


async def standings(
    session: Session, program_id: UUID, members: Sequence[UUID], ladder: str
) -> dict[UUID, Standing]:
    """What these members hold on a ladder; who holds nothing is no key."""
    binds = {"program_id": program_id, "member_ids": list(members), "ladder": ladder}
    return {one.member_id: one for one in await rows_as(session, Standing, STANDINGS, **binds)}


async def overrides(
    session: Session, program_id: UUID, members: Sequence[UUID], ladder: str, on: date
) -> dict[UUID, list[Override]]:
    """What is decided by hand about these members and in force."""
    binds = {"program_id": program_id, "member_ids": list(members), "ladder": ladder, "on": on}
    found: dict[UUID, list[Override]] = {}
    for one in await rows(session, OVERRIDES, **binds):
        told = {**one._asdict(), "mode": OverrideMode(one.mode)}
        found.setdefault(told.pop("member_id"), []).append(Override(**told))
    return found


async def write(
    session: Session, lease: Lease, goals: Sequence[Goal], at: datetime, *, rereads: bool
) -> None:
    """Let these be what the shop is to say."""
    await run(
        session,
        WRITE,
        target_id=lease.id,
        program_id=lease.program_id,
        member_ids=[one.member_id for one in goals],
        desired=[json.dumps(one.desired) for one in goals],
        reasons=[one.reason for one in goals],
        priorities=[one.priority for one in goals],
        rereads=rereads,
        last=REREAD_LAST,
        at=at,
    )


async def forget(session: Session, lease: Lease, gone: Sequence[UUID]) -> None:
    await run(
        session, FORGET, program_id=lease.program_id, target_id=lease.id, member_ids=list(gone)
    )


async def claim(session: Session, lease: Lease, at: datetime) -> Due | None:
    """The next push that is due, noted as begun."""
    binds = {"program_id": lease.program_id, "target_id": lease.id, "at": at}
    found = await rows_as(session, Due, CLAIM, **binds)
    return found[0] if found else None


async def acknowledge(session: Session, lease: Lease, due: Due, at: datetime) -> None:
    """The shop says of the member what `due` desired."""
    value = due.desired["value"]
    given = [] if value is None else [value]
    sent = json.dumps(due.desired)
    await run(session, ACKNOWLEDGE, sent=sent, given=given, at=at, **_place(lease, due))


async def fail(session: Session, lease: Lease, due: Due, error: str, retry_at: datetime) -> None:
    await run(session, FAIL, error=error, retry_at=retry_at, **_place(lease, due))


async def skip(session: Session, lease: Lease, due: Due) -> None:
    """The shop does not know the member."""
    await run(session, SKIP, **_place(lease, due))


async def pushes_of(
    session: Session,
    program_id: UUID,
    target_id: UUID,
    state: str | None,
    after: UUID | None,
    most: int,
) -> list[PushRow]:
    """In id order behind a member; in one state or in all."""
    binds = {"target_id": target_id, "state": state, "after": after, "most": most}
    return await rows_as(session, PushRow, PUSHES_OF, program_id=program_id, **binds)


async def drop(session: Session, lease: Lease, most: int) -> int:
    """Delete some pushes of a target that has ended; how many."""
    return await run(session, DROP, target_id=lease.id, most=most)


def _place(lease: Lease, due: Due) -> dict[str, object]:
    return {
        "program_id": lease.program_id,
        "target_id": lease.id,
        "member_id": due.member_id,
    }
