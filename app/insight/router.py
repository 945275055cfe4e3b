from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BeforeValidator, Field

from app.access.guard import CanRead, Now
from app.insight import earning, risking, service, suggesting
from app.insight.schemas import AtRisk, Distribution, Economics, Movement, SuggestIn, Suggestion
from app.insight.service import Span
from app.kit import texts
from app.kit.db import Snapshot
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.pages import DEFAULT_LIMIT, After, Limit
from app.kit.schemas import Day

router = APIRouter(prefix="/v1/analytics", tags=["analytics"], route_class=StrictRoute)

AsOf = Annotated[Day | None, Query(description="A date that has come; left out: today.")]
From = Annotated[Day | None, Query(alias="from", description="Left out: the 29th day before `to`.")]
To = Annotated[Day | None, Query(description="The last day; left out: today.")]

Ahead = Annotated[
    int,
    Field(ge=1, le=92, description="How many days ahead.", examples=[30]),
    BeforeValidator(texts.integer),
]


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


@router.get("/economics", responses=problems(RequestInvalid))
async def economics(caller: CanRead, session: Snapshot, now: Now, days: OfDays) -> Economics:
    """What was bought on each level, what discounts its orders tell, and what its discount costs.

    A day's orders count for the level held when the day began.
    """
    return await earning.economics(session, caller.program_id, days, now)


@router.get("/at-risk", responses=problems(RequestInvalid))
async def at_risk(
    caller: CanRead,
    session: Snapshot,
    now: Now,
    days: Ahead = 30,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> AtRisk:
    """How many fall off their level on which of the next days, and who, if nothing is bought."""
    asked = risking.Asked(days, after, limit)
    return await risking.at_risk(session, caller.program_id, asked, now)


@router.post("/suggest-thresholds", responses=problems(RequestInvalid))
async def suggest_thresholds(
    asked: SuggestIn, caller: CanRead, session: Snapshot, now: Now
) -> Suggestion:
    """What levels would have to ask so that given parts of all members stand on them.

    Judged by one metric in the ladder's own window, as of today; nothing is written.
    """
    return await suggesting.suggest(session, caller.program_id, asked, now)
