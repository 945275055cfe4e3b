from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator, Field

from app.access.guard import CanRead
from app.kit import texts
from app.kit.db import database
from app.kit.errors import RequestInvalid, StrictRoute, TooManyRequests, problems
from app.kit.pages import DEFAULT_LIMIT, After, Limit
from app.outbound import feed
from app.outbound.schemas import FeedPage
from app.outbound.waiting import waiting_of

router = APIRouter(prefix="/v1/changes", tags=["changes"], route_class=StrictRoute)
Wait = Annotated[
    int,
    Field(ge=0, le=25),
    BeforeValidator(texts.integer),
    Query(description="Seconds to wait for a change when there is none.", examples=[25]),
]


@router.get("", responses=problems(RequestInvalid, TooManyRequests))
async def changes(
    request: Request,
    caller: CanRead,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
    wait: Wait = 0,
) -> FeedPage:
    """Every change of the program once, in commit order; a cursor never skips one."""
    waiting = waiting_of(request)
    with waiting.place(caller.key_id):
        return await feed.wait_for_page(
            database(request), waiting, caller.program_id, after, limit, wait
        )
