"""What a member held on a date that has passed, as its changes tell it."""

from datetime import date
from uuid import UUID

from app.kit.db import Session, row, sql
from app.policy.standing import Standing, State

HELD_THEN = sql(__file__, "held_then")


async def held_then(
    session: Session, program_id: UUID, member_id: UUID, ladder: str, as_of: date
) -> Standing:
    """The standing at the end of that date; a grace as it was last announced.

    Changes tell no other state, and not when a grace ended without a move.
    """
    binds = {"member_id": member_id, "ladder": ladder, "as_of": as_of}
    found = await row(session, HELD_THEN, program_id=program_id, **binds)
    if found is None:
        return Standing()
    grace = date.fromisoformat(found.grace_until) if found.grace_until else None
    state = State.at_risk if grace else State.held
    return Standing(found.to_level, found.as_of, state, grace)
