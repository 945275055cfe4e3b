"""Who holds what, since when, and why: writes positions and their history together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.kit.db import Session
from app.policy.decision import Direction
from app.standings import repository
from app.standings.listed import Holding, Listed, Wanted
from app.standings.moves import Applied, Cause, Verdict


async def apply(session: Session, cause: Cause, verdicts: Iterable[Verdict]) -> Applied:
    """Write what the verdicts say: positions, and a change for each move and notice.

    A member that was touched since its case was read is left out and named in the answer.
    """
    wanted = sorted((one for one in verdicts if one.writes), key=lambda one: one.member_id)
    if not wanted:
        return Applied()
    versions = {one.member_id: one.member_version for one in wanted}
    tells = Counter(one.member_id for one in wanted if one.tells)
    claims = [(member, version, tells[member]) for member, version in versions.items()]
    last = await repository.claim_seqs(session, cause.program_id, claims)
    written = [one for one in wanted if one.member_id in last]
    await _write(session, cause, written, {one: last[one] - tells[one] for one in last})
    return Applied(
        up=sum(one.decision.direction is Direction.up for one in written if one.moves),
        down=sum(one.decision.direction is Direction.down for one in written if one.moves),
        overtaken=frozenset(versions.keys() - last.keys()),
    )


async def ask_review(
    session: Session, program_id: UUID, members: Sequence[UUID], ladders: Sequence[str], on: date
) -> None:
    """Have a check as of `on` or later look at these locked members, on each ladder."""
    if members and ladders:
        await repository.ask_review(session, program_id, members, ladders, on)


async def members(
    session: Session, program_id: UUID, wanted: Wanted, after: tuple[str, str], number: int
) -> list[Listed]:
    """The next `number` members that are wanted, behind a kind and external id."""
    return await repository.members(session, program_id, wanted, after, number)


async def holdings(
    session: Session, program_id: UUID, members: Sequence[UUID]
) -> dict[UUID, list[Holding]]:
    """What these members hold; who was never on a ladder is no key."""
    found: dict[UUID, list[Holding]] = {}
    for one in await repository.holdings(session, program_id, members):
        found.setdefault(one.member_id, []).append(one)
    return found


async def _write(
    session: Session, cause: Cause, verdicts: Sequence[Verdict], seqs: dict[UUID, int]
) -> None:
    """`seqs`: member → the last number given before, raised as changes are made."""
    positions, changes = [], []
    for one in verdicts:
        seqs[one.member_id] += one.tells
        positions.append(_position(cause, one, seqs[one.member_id]))
        if one.tells:
            changes.append(_change(cause, one, seqs[one.member_id]))
    if positions:
        await repository.write_positions(session, positions)
    if changes:
        await repository.write_changes(session, changes)


def _position(cause: Cause, one: Verdict, seq: int) -> Mapping[str, Any]:
    decision = one.decision
    return {
        "member_id": one.member_id,
        "ladder": one.ladder,
        "program_id": cause.program_id,
        "position": decision.position if one.moves else one.held.position,
        "level_key": decision.level,
        "since_on": decision.since,
        "state": decision.state,
        "grace_until": decision.grace_until,
        "review_on": one.review_on,
        "change_seq": seq if one.moves else one.held.change_seq,
    }


def _change(cause: Cause, one: Verdict, seq: int) -> Mapping[str, Any]:
    decision = one.decision
    return {
        "member_id": one.member_id,
        "seq": seq,
        "program_id": cause.program_id,
        "type": one.event_type,
        "ladder": one.ladder,
        "from_level": one.held.standing.level,
        "to_level": decision.level,
        "from_position": one.held.position,
        "to_position": decision.position,
        "direction": decision.direction if one.moves else None,
        "occasion": cause.occasion,
        "reason": decision.reason,
        "version": cause.version,
        "as_of": cause.as_of,
        "recorded_at": cause.at.isoformat(),
        "metrics": one.metrics,
        "order_key": one.order_key,
        "check_id": cause.check_id,
        "override_id": decision.override.id if decision.override else None,
        "data": {} if one.moves else {"grace_until": decision.grace_until},
    }
