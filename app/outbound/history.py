"""The changes of one member, told as the feed tells them."""

from uuid import UUID

from app.kit.db import Session
from app.kit.pages import Page, after, page
from app.kit.schemas import MAX_32
from app.outbound.feed import data_of, rules_of
from app.outbound.feeding import FeedRow
from app.outbound.repository import feed as repository
from app.outbound.schemas import ChangeOut
from app.programs.rules import Rules


async def history(
    session: Session, program_id: UUID, member_id: UUID, place: str | None, limit: int
) -> Page[ChangeOut]:
    """A page of a member's changes, the newest first.

    Raises RequestInvalid for a foreign cursor.
    """
    name = f"changes of {member_id}"
    before = after(name, place, int)
    found = await repository.history(
        session, program_id, member_id, before[0] if before else MAX_32, limit + 1
    )
    shown, following = page(name, found, limit, lambda one: (one.seq,))
    rules = await rules_of(session, program_id, shown)
    items = tuple(_change(rules[one.version], one) for one in shown)
    return Page(items=items, next=following)


def _change(rules: Rules, row: FeedRow) -> ChangeOut:
    return ChangeOut(type=row.type, timestamp=row.recorded_at, data=data_of(rules, row))
