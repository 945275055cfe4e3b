from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from app.access.guard import CanAdminister, Now, ReadsAdministration
from app.access.idempotent import Idempotent
from app.access.tags import IfMatch, Tagged
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.etags import PreconditionFailed, PreconditionRequired
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import Uuid
from app.outbound.pushes import service, shown
from app.outbound.pushes.errors import (
    PushTargetDisabled,
    PushTargetExists,
    PushTargetNotFound,
    TooManyPushTargets,
)
from app.outbound.pushes.schemas import (
    MADE,
    PushOut,
    PushTargetIn,
    PushTargetOut,
    PushTargetPatch,
    State,
)
from app.outbound.pushes.service import TargetEdit

router = APIRouter(prefix="/v1/push-targets", tags=["push targets"], route_class=StrictRoute)

TargetId = Annotated[Uuid, Path(examples=["0b9d2c6e-52f1-5b52-8a4a-3f0f6f3a9d11"])]


async def adding(request: Request, caller: CanAdminister, now: Now) -> TargetEdit:
    """An edit that adds, so there is nothing yet to match."""
    state = request.app.state
    return TargetEdit(caller.program_id, state.seal, state.outgoing, now)


async def editing(
    edit: Annotated[TargetEdit, Depends(adding)], if_match: IfMatch = None
) -> TargetEdit:
    """An edit of a target that is there."""
    return edit._replace(if_match=if_match)


Adds = Annotated[TargetEdit, Depends(adding)]
Edits = Annotated[TargetEdit, Depends(editing)]


@router.post(
    "",
    status_code=201,
    responses=problems(PushTargetExists, TooManyPushTargets, RequestInvalid),
    dependencies=[Idempotent],
)
async def make_target(
    said: Annotated[PushTargetIn, Body(openapi_examples=MADE)],
    edit: Adds,
    session: Transaction,
    response: Response,
) -> PushTargetOut:
    """Keep a shop equal to what members hold on one ladder. Everybody is pushed, by and by."""
    made = await service.make_target(session, edit, said)
    response.headers["Location"] = f"/v1/push-targets/{made.id}"
    return made


@router.get("", responses=problems(RequestInvalid))
async def targets(
    caller: ReadsAdministration,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[PushTargetOut]:
    """The program's push targets, the oldest first."""
    return await shown.targets(session, caller.program_id, after, limit)


@router.get(
    "/{target_id}",
    response_model=PushTargetOut,
    responses=problems(PushTargetNotFound, RequestInvalid),
)
async def target(
    target_id: TargetId,
    caller: ReadsAdministration,
    tagged: Tagged,
    session: Snapshot,
) -> Any:
    """One push target: how many members wait, failed, are acknowledged; the last failure.

    The ETag changes with those too; If-Match demands only that nobody edited it since.
    """
    found, tag = await shown.tagged_target(session, caller.program_id, target_id)
    return tagged(found, tag)


@router.patch(
    "/{target_id}",
    responses=problems(
        PushTargetNotFound,
        PushTargetExists,
        PreconditionRequired,
        PreconditionFailed,
        RequestInvalid,
    ),
)
async def patch_target(
    target_id: TargetId,
    patch: PushTargetPatch,
    edit: Edits,
    session: Transaction,
    response: Response,
) -> PushTargetOut:
    """Change one push target. Another mapping, shop or key: everybody is looked at again.

    While disabled, nothing is sent; enabling looks at everybody.
    """
    await service.patch_target(session, edit, target_id, patch)
    changed, tag = await shown.tagged_target(session, edit.program_id, target_id)
    response.headers["ETag"] = tag
    return changed


@router.delete(
    "/{target_id}",
    status_code=204,
    responses=problems(
        PushTargetNotFound, PreconditionRequired, PreconditionFailed, RequestInvalid
    ),
)
async def delete_target(target_id: TargetId, edit: Edits, session: Transaction) -> None:
    """End a push target and forget its credentials. What the shop holds by then stays there."""
    await service.delete_target(session, edit, target_id)


@router.get("/{target_id}/pushes", responses=problems(PushTargetNotFound, RequestInvalid))
async def pushes(
    target_id: TargetId,
    caller: ReadsAdministration,
    session: Snapshot,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[PushOut]:
    """What the shop is to say of whom, and what it has acknowledged."""
    place = (caller.program_id, target_id)
    return await shown.pushes_of(session, *place, state, after, limit)


@router.post(
    "/{target_id}/resync",
    status_code=202,
    responses=problems(PushTargetNotFound, PushTargetDisabled, RequestInvalid),
    dependencies=[Idempotent],
)
async def resync(target_id: TargetId, edit: Adds, session: Transaction) -> PushTargetOut:
    """Look at everybody in the shop again, as every night. One that is under way is enough."""
    return await service.resync(session, edit, target_id)
