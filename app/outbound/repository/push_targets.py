"""Statements about push targets: their edits, their leases, and the walks that they owe."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.kit.db import Session, constraint, row, rows, rows_as, run, sql
from app.outbound.pushes.errors import PushTargetExists
from app.outbound.pushes.values import Lease, Night, OpenWalk, Renewed, TargetRow, Walk

ADD = sql(__file__, "push_target_add")
CLAIM = sql(__file__, "push_claim_target")
COUNTS = sql(__file__, "push_counts")
DROP_LOOKS = sql(__file__, "push_look_drop")
DROP_SWEEPS = sql(__file__, "push_drop_sweeps")
DROP_TARGET = sql(__file__, "push_drop_target")
EDIT = sql(__file__, "push_target_edit")
FOLLOWED = sql(__file__, "push_followed")
GIVE_BACK = sql(__file__, "push_give_back")
LOCK = sql(__file__, "push_target_lock")
NIGHTS = sql(__file__, "push_nights")
RECOVERED = sql(__file__, "push_recovered")
RELEASE = sql(__file__, "push_release")
REMOVE = sql(__file__, "push_target_remove")
RENEW = sql(__file__, "push_renew")
SWEEP_ADD = sql(__file__, "push_sweep_add")
SWEEP_DONE = sql(__file__, "push_sweep_done")
SWEEP_NEXT = sql(__file__, "push_sweep_next")
SWEEP_OVERTAKE = sql(__file__, "push_sweep_overtake")
SWEEPS_FORGET = sql(__file__, "push_sweeps_forget")
SWEEPS_OPEN = sql(__file__, "push_sweeps_open")
TARGETS = sql(__file__, "push_targets")
TROUBLED = sql(__file__, "push_troubled")


async def add(session: Session, target: TargetRow) -> bool:
    """False when the shop has a target for this ladder already."""
    written = await run(
        session,
        ADD,
        id=target.id,
        program_id=target.program_id,
        platform=target.platform,
        ladder=target.ladder,
        at=target.created_at,
        **_content(target),
    )
    return written == 1


async def targets(
    session: Session, program_id: UUID, after: tuple[datetime, UUID] | None, most: int
) -> list[TargetRow]:
    """Behind a place in their order, the oldest first."""
    after_at, after_id = after or (None, None)
    binds = {"after_at": after_at, "after_id": after_id, "most": most, "id": None}
    return await rows_as(session, TargetRow, TARGETS, program_id=program_id, **binds)


async def target(session: Session, program_id: UUID, id_: UUID) -> TargetRow | None:
    binds = {"after_at": None, "after_id": None, "most": 1, "id": id_}
    found = await rows_as(session, TargetRow, TARGETS, program_id=program_id, **binds)
    return found[0] if found else None


async def lock(session: Session, program_id: UUID, id_: UUID) -> TargetRow | None:
    """The target, held still until the transaction ends."""
    if await row(session, LOCK, program_id=program_id, id=id_) is None:
        return None
    return await target(session, program_id, id_)


async def edit(session: Session, edited: TargetRow, at: datetime, quiet_at: datetime) -> None:
    """Store it; `quiet_at`: when the last request of whoever works for it has ended.

    Raises PushTargetExists when the shop has another target for the ladder.
    """
    binds = {"program_id": edited.program_id, "id": edited.id, "at": at, "quiet_at": quiet_at}
    try:
        await run(session, EDIT, **binds, **_content(edited))
    except IntegrityError as error:
        if constraint(error) == "push_targets_shop_key":
            raise PushTargetExists from None
        raise


async def remove(session: Session, program_id: UUID, id_: UUID, at: datetime) -> None:
    await run(session, REMOVE, program_id=program_id, id=id_, at=at)


async def counts(
    session: Session, program_id: UUID, ids: Sequence[UUID]
) -> dict[tuple[UUID, str], int]:
    """(target, state) → how many members."""
    found = await rows(session, COUNTS, program_id=program_id, target_ids=list(ids))
    return {(one.target_id, one.state): one.members for one in found}


async def claim(session: Session, holder: str, at: datetime, until: datetime) -> Lease | None:
    """A target that has something to do, leased to `holder`."""
    found = await rows_as(session, Lease, CLAIM, holder=holder, at=at, until=until)
    return found[0] if found else None


async def renew(session: Session, lease: Lease, at: datetime, until: datetime) -> Renewed | None:
    """The target, locked until the transaction ends; None when the term is over."""
    found = await rows_as(session, Renewed, RENEW, at=at, until=until, **_fence(lease))
    return found[0] if found else None


async def release(session: Session, lease: Lease, ready_at: datetime) -> None:
    """Give it up; the shop is not asked before `ready_at`."""
    await run(session, RELEASE, ready_at=ready_at, **_fence(lease))


async def give_back(session: Session, holder: str) -> None:
    """Give up everything that `holder` has."""
    await run(session, GIVE_BACK, holder=holder)


async def followed(session: Session, lease: Lease, feed_seq: int) -> None:
    await run(session, FOLLOWED, feed_seq=feed_seq, **_fence(lease))


async def recovered(session: Session, lease: Lease) -> None:
    await run(session, RECOVERED, **_fence(lease))


async def troubled(
    session: Session, lease: Lease, error: str, at: datetime, *, ready_at: datetime | None
) -> None:
    """`ready_at` set: it is the shop's or the credentials' failure, and nothing is asked till then.

    None: it is that of one customer.
    """
    failures = 0 if ready_at is None else 1
    binds = {"error": error, "at": at, "ready_at": ready_at, "failures": failures}
    await run(session, TROUBLED, **binds, **_fence(lease))


async def drop(session: Session, lease: Lease) -> None:
    """The last of a target whose pushes are gone."""
    await run(session, DROP_SWEEPS, target_id=lease.id)
    await run(session, DROP_LOOKS, target_id=lease.id)
    await run(session, DROP_TARGET, id=lease.id)


async def owe_walk(
    session: Session,
    program_id: UUID,
    target_id: UUID,
    occasion: str,
    at: datetime,
    *,
    key: str,
    rereads: bool = True,
) -> bool:
    """Owe a walk, unless its key has one; those after a publication replace one another."""
    if occasion == "published":
        await run(session, SWEEP_OVERTAKE, target_id=target_id)
    binds = {"target_id": target_id, "key": f"{occasion}:{key}", "occasion": occasion}
    written = await run(session, SWEEP_ADD, program_id=program_id, rereads=rereads, at=at, **binds)
    return written == 1


async def next_walk(session: Session, lease: Lease) -> Walk | None:
    binds = {"program_id": lease.program_id, "target_id": lease.id}
    found = await rows_as(session, Walk, SWEEP_NEXT, **binds)
    return found[0] if found else None


async def walked(
    session: Session,
    lease: Lease,
    walk: Walk,
    members: Sequence[UUID],
    finished_at: datetime | None,
) -> None:
    """A slice is done; the walk is, with `finished_at`."""
    last = members[-1] if members else walk.after_member
    binds = {"after_member": last, "members": len(members), "finished_at": finished_at}
    await run(session, SWEEP_DONE, target_id=lease.id, key=walk.key, **binds)


async def open_walks(
    session: Session, program_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, OpenWalk]:
    binds = {"program_id": program_id, "target_ids": list(ids)}
    return {one.target_id: one for one in await rows_as(session, OpenWalk, SWEEPS_OPEN, **binds)}


async def forget_walks(session: Session, before: datetime) -> None:
    await run(session, SWEEPS_FORGET, before=before)


async def nights(session: Session) -> list[Night]:
    """What decides which targets owe a nightly walk."""
    return await rows_as(session, Night, NIGHTS)


def _content(target: TargetRow) -> dict[str, object]:
    return {
        "url": target.url,
        "mapping": json.dumps(target.mapping),
        "sealed": target.sealed,
        "per_second": target.per_second,
        "enabled": target.enabled,
        "description": target.description,
    }


def _fence(lease: Lease) -> dict[str, object]:
    return {"id": lease.id, "term": lease.term}
