from typing import Annotated

from fastapi import APIRouter, Query, Request

from app.access.guard import CanRead
from app.kit.db import database
from app.kit.errors import RequestInvalid, StrictRoute, TooManyRequests, problems
from app.kit.pages import DEFAULT_LIMIT, After, Limit
from app.kit.schemas import NumberParam
from app.outbound import feed
from app.outbound.schemas import ErasedEvent, Event, FeedPage, ProgramEvent
from app.outbound.waiting import waiting_of

router = APIRouter(prefix="/v1/changes", tags=["changes"], route_class=StrictRoute)
webhooks = APIRouter(tags=["events"])
Wait = Annotated[
    NumberParam,
    Query(le=25, description="Seconds to wait for a change when there is none.", examples=[25]),
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


@webhooks.post("tier.upgraded")
@webhooks.post("tier.downgraded")
@webhooks.post("tier.assigned")
@webhooks.post("tier.left")
@webhooks.post("tier.at_risk")
@webhooks.post("stage.upgraded")
@webhooks.post("stage.downgraded")
@webhooks.post("stage.assigned")
@webhooks.post("stage.left")
@webhooks.post("stage.at_risk")
def member_changed(event: Event) -> None:
    """A member moved on a ladder, or is about to fall (`at_risk`)."""


@webhooks.post("program.published")
@webhooks.post("program.enabled")
@webhooks.post("program.disabled")
def program_changed(event: ProgramEvent) -> None:
    """A version was published, or the program was switched on or off."""


@webhooks.post("customer.redacted")
def customer_redacted(event: ErasedEvent) -> None:
    """A customer was erased: forget it too."""
