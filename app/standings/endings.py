"""The end of a member: its positions end with a last move, whatever the policy would say."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.kit.db import Session, rows, sql
from app.policy.decision import Decision, Direction, Reason, Standing, State
from app.standings import repository, service
from app.standings.moves import Cause, Held, Verdict

HELD = sql(__file__, "held")


async def end(session: Session, cause: Cause, member_id: UUID, reason: Reason) -> None:
    """Everything the member holds ends, asleep or not; its lock is held. Semantics 3."""
    found = await rows(session, HELD, program_id=cause.program_id, member_id=member_id)
    verdicts = [_ended(cause, member_id, row, reason) for row in found if row.ladder is not None]
    await service.apply(session, cause, verdicts)


async def tell(
    session: Session, cause: Cause, member_id: UUID, kind: str, data: Mapping[str, Any]
) -> None:
    """Write a notice: a change without direction. The member's lock is held."""
    found = await rows(session, HELD, program_id=cause.program_id, member_id=member_id)
    claims = [(member_id, found[0].version, 1)]
    seqs = await repository.claim_seqs(session, cause.program_id, claims)
    notice = {
        "member_id": member_id,
        "seq": seqs[member_id],
        "program_id": cause.program_id,
        "type": kind,
        "occasion": cause.occasion,
        "reason": Reason.redacted,
        "version": cause.version,
        "as_of": cause.as_of,
        "recorded_at": cause.at.isoformat(),
        "metrics": [],
        "data": data,
    }
    await repository.write_changes(session, [notice])


def _ended(cause: Cause, member_id: UUID, row: Any, reason: Reason) -> Verdict:
    standing = Standing(row.level_key, row.since_on, State(row.state), row.grace_until)
    held = Held(standing, row.position, row.review_on, row.change_seq, exists=True)
    moved = held.position > 0
    decision = Decision(
        level=None,
        position=0,
        since=cause.as_of if moved else standing.since,
        state=State.held,
        grace_until=None,
        moved=moved,
        direction=Direction.down if moved else None,
        reason=reason,
        row=0,
        earned=0,
        earned_level=None,
        target=0,
        override=None,
        at_risk_notice=False,
        review_on=None,
    )
    return Verdict(member_id, row.version, row.ladder, held, decision, None, ())
