"""What persons have decided, by when it ends: who falls back to automation next."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from app.access.caller import Caller
from app.evaluation.schemas.overrides import EndingOut
from app.kit import pages
from app.kit.db import Session
from app.kit.pages import Page
from app.programs import service as programs
from app.standings import overrides
from app.standings.overrides import Ending, MembersOverride

START = (date.min, UUID(int=0))


class Wanted(NamedTuple):
    """`ends_by` None: also those without an end."""

    now: datetime
    ends_by: date | None


async def ending(
    session: Session, caller: Caller, wanted: Wanted, after: str | None, limit: int
) -> Page[EndingOut]:
    """All overrides in force or to come but nudges, the first to end first, open ones last."""
    rules = await programs.rules_of(session, caller.program_id)
    asked = Ending(programs.today(rules, wanted.now), wanted.ends_by)
    name = f"overrides of {caller.program_id} by {wanted.ends_by}"
    key = pages.after(name, after, date.fromisoformat, UUID)
    place = (key[0], key[1]) if key else START
    found = await overrides.ending(session, caller.program_id, asked, place, limit + 1)
    shown, following = pages.page(name, found, limit, _place)
    return Page(items=tuple(EndingOut.listed(one) for one in shown), next=following)


def _place(one: MembersOverride) -> tuple[date, UUID]:
    return one.until_on or date.max, one.id
