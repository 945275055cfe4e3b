from typing import Annotated

from fastapi import APIRouter, Depends, Query

from app.access.guard import CanRead, Now
from app.insight import service, suggesting
from app.insight.schemas import Distribution, Movement, SuggestIn, Suggestion
from app.insight.service import Span
from app.kit.db import Snapshot
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.schemas import Day

router = APIRouter(prefix="/v1/analytics", tags=["analytics"], route_class=StrictRoute)

AsOf = Annotated[Day | None, Query(description="A date that has come; left out: today.")]
From = Annotated[Day | None, Query(alias="from", description="Left out: the 29th day before `to`.")]
To = Annotated[Day | None, Query(description="The last day; left out: today.")]


async def span(from_: From = None, to: To = None) -> Span:
    return Span(from_, to)


OfDays = Annotated[Span, Depends(span)]


@router.get("/distribution", responses=problems(RequestInvalid))
async def distribution(
    caller: CanRead, session: Snapshot, now: Now, as_of: AsOf = None
) -> Distribution:
    """How many members stand on each level of each ladder, today or at the end of a date."""
    return await service.distribution(session, caller.program_id, as_of, now)


@router.get("/movement", responses=problems(RequestInvalid))
async def movement(caller: CanRead, session: Snapshot, now: Now, days: OfDays) -> Movement:
    """How often members moved from each level to each, and on which occasions."""
    return await service.movement(session, caller.program_id, days, now)


@router.post("/suggest-thresholds", responses=problems(RequestInvalid))
async def suggest_thresholds(
    asked: SuggestIn, caller: CanRead, session: Snapshot, now: Now
) -> Suggestion:
    """What levels would have to ask so that given parts of all members stand on them.

    Judged by one metric in the ladder's own window, as of today; nothing is written.
    """
    return await suggesting.suggest(session, caller.program_id, asked, now)
