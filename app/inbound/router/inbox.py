from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request

from app.access.guard import CanOperate, Now
from app.access.idempotent import Idempotent
from app.access.tags import Tagged
from app.inbound.errors import (
    InboundEventNotFound,
    NotReplayable,
    ReplayNotFound,
    ReplayRunning,
)
from app.inbound.inbox import service as inbox
from app.inbound.inbox.replaying import Replayer
from app.inbound.schemas.inbox import (
    InboundEventOut,
    InboundEventWhole,
    InboundReplayIn,
    InboundReplayOut,
    Reason,
    ReplayedOut,
    State,
)
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute, Unavailable, problems
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import Key, Uuid
from app.orders.kept import Wanted

router = APIRouter(prefix="/v1/inbound-events", tags=["inbox"], route_class=StrictRoute)

EXAMPLE = "0b9d2c6e-52f1-5b52-8a4a-3f0f6f3a9d11"
EventKey = Annotated[Uuid, Path(examples=[EXAMPLE])]


async def replayer_of(request: Request) -> Replayer:
    """What reads events again; the root puts it into the state."""
    replayer: Replayer = request.app.state.replayer
    return replayer


Replaying = Annotated[Replayer, Depends(replayer_of)]


@router.get("", responses=problems(RequestInvalid))
async def events(
    caller: CanOperate,
    session: Snapshot,
    state: Annotated[State | None, Query(description="What became of them.")] = None,
    source: Annotated[Key | None, Query(description="Of this source only.")] = None,
    reason: Annotated[Reason | None, Query(description="Kept for this reason only.")] = None,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[InboundEventOut]:
    """Everything received, the newest first. A page may hold few items and still have a next."""
    wanted = Wanted(state, source, reason)
    return await inbox.events(session, caller.program_id, wanted, after, limit)


@router.post(
    "/replay",
    status_code=202,
    dependencies=[Idempotent],
    responses=problems(ReplayRunning, RequestInvalid),
)
async def replay_many(
    said: InboundReplayIn, caller: CanOperate, session: Transaction, now: Now
) -> InboundReplayOut:
    """Have events in quarantine read again in the background, the oldest first.

    They have the effect that they would have had, as of the instants at which they came.
    """
    return await inbox.ask(session, caller, said, now)


@router.get(
    "/replays/{replay_id}", response_model=InboundReplayOut, responses=problems(ReplayNotFound)
)
async def replay(
    replay_id: Annotated[Uuid, Path(examples=[EXAMPLE])],
    caller: CanOperate,
    tagged: Tagged,
    session: Snapshot,
) -> Any:
    """A replay and how far it is."""
    return tagged(await inbox.replay(session, caller.program_id, replay_id))


@router.get(
    "/{event_key}",
    response_model=InboundEventWhole,
    responses=problems(InboundEventNotFound),
)
async def event(
    event_key: EventKey,
    caller: CanOperate,
    tagged: Tagged,
    session: Snapshot,
) -> Any:
    """One event, with what it was read from as long as that is kept."""
    found = await inbox.event(session, caller.program_id, event_key)
    return tagged(found)


@router.post(
    "/{event_key}/replay",
    dependencies=[Idempotent],
    responses=problems(InboundEventNotFound, NotReplayable, Unavailable),
)
async def replay_one(
    event_key: EventKey, caller: CanOperate, replayer: Replaying, now: Now
) -> ReplayedOut:
    """Read an event in quarantine again, with today's maps, and record what it says.

    It has the effect that it would have had, as of the instant at which it came.
    """
    return await inbox.replay_one(replayer, caller, event_key, now)
