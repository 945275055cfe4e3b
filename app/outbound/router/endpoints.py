from datetime import datetime
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Path, Request, Response

from app.access.caller import Caller
from app.access.guard import CanAdminister, Now, ReadsAdministration
from app.access.idempotent import Idempotent
from app.access.tags import IfMatch, Tagged
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.etags import PreconditionFailed, PreconditionRequired, etag
from app.kit.logs import log
from app.kit.outgoing import Outgoing
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import MISSING, Uuid
from app.kit.sealing import Seal
from app.outbound import deliveries, endpoints
from app.outbound.endpoint_schemas import (
    DeliveryOut,
    EndpointIn,
    EndpointMade,
    EndpointOut,
    EndpointPatch,
    Rotation,
)
from app.outbound.errors import EndpointDisabled, EndpointNotFound, TooManyEndpoints

router = APIRouter(prefix="/v1/endpoints", tags=["endpoints"], route_class=StrictRoute)
EndpointId = Annotated[Uuid, Path(examples=["0b9d2c6e-52f1-5b52-8a4a-3f0f6f3a9d11"])]


class Edit(NamedTuple):
    """Who changes an endpoint, which state of it, and when."""

    caller: Caller
    if_match: str | None
    now: datetime


async def outgoing_of(request: Request) -> Outgoing:
    found: Outgoing = request.app.state.outgoing
    return found


async def seal_of(request: Request) -> Seal:
    found: Seal = request.app.state.seal
    return found


async def edit(caller: CanAdminister, now: Now, if_match: IfMatch = None) -> Edit:
    return Edit(caller, if_match, now)


Editing = Annotated[Edit, Depends(edit)]
Out = Annotated[Outgoing, Depends(outgoing_of)]
Sealed = Annotated[Seal, Depends(seal_of)]


@router.get("", responses=problems(RequestInvalid))
async def listed(
    caller: ReadsAdministration,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[EndpointOut]:
    """The endpoints of the program."""
    return await endpoints.endpoints(session, caller.program_id, after, limit)


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(TooManyEndpoints, RequestInvalid),
)
async def make(
    asked: EndpointIn,
    caller: CanAdminister,
    response: Response,
    session: Transaction,
    out: Out,
    seal: Sealed,
    now: Now,
) -> EndpointMade:
    """Tell changes to a URL from now on. The secret that signs them is shown this once."""
    endpoints.check_url(out, asked.url)
    made = await endpoints.make(session, caller.program_id, asked, seal, now)
    response.headers["Location"] = f"/v1/endpoints/{made.id}"
    log("endpoint_made", key_id=caller.key_id, request_id=caller.request_id)
    return made


@router.get("/{endpoint_id}", response_model=EndpointOut, responses=problems(EndpointNotFound))
async def shown(
    endpoint_id: EndpointId,
    caller: ReadsAdministration,
    tagged: Tagged,
    session: Snapshot,
) -> Any:
    """One endpoint, without its secrets."""
    found = await endpoints.endpoint(session, caller.program_id, endpoint_id)
    return tagged(found)


@router.patch(
    "/{endpoint_id}",
    responses=problems(EndpointNotFound, PreconditionRequired, PreconditionFailed, RequestInvalid),
)
async def patch(
    endpoint_id: EndpointId,
    given: EndpointPatch,
    edit: Editing,
    response: Response,
    session: Transaction,
    out: Out,
) -> EndpointOut:
    """Change an endpoint. Once enabled again it hears of what comes; `replay` tells the rest."""
    if given.url is not MISSING:
        endpoints.check_url(out, given.url)
    asked = (edit.caller.program_id, endpoint_id)
    changed = await endpoints.patch(session, asked, given, edit.if_match, edit.now)
    response.headers["ETag"] = etag(changed)
    return changed


@router.delete(
    "/{endpoint_id}",
    status_code=204,
    responses=problems(EndpointNotFound, PreconditionRequired, PreconditionFailed),
)
async def delete(endpoint_id: EndpointId, edit: Editing, session: Transaction) -> None:
    """End an endpoint with everything that was delivered to it. What is being sent still ends."""
    asked = (edit.caller.program_id, endpoint_id)
    await endpoints.delete(session, asked, edit.if_match, edit.now)
    log("endpoint_ended", key_id=edit.caller.key_id, request_id=edit.caller.request_id)


@router.post(
    "/{endpoint_id}/rotate-secret",
    dependencies=[Idempotent],
    responses=problems(EndpointNotFound, RequestInvalid),
)
async def rotate_secret(
    endpoint_id: EndpointId,
    said: Rotation,
    caller: CanAdminister,
    session: Transaction,
    seal: Sealed,
    now: Now,
) -> EndpointMade:
    """A new secret, shown this once; the one before signs beside it for some hours."""
    asked = (caller.program_id, endpoint_id)
    made = await endpoints.rotate(session, asked, said.grace_hours, seal, now)
    log("secret_rotated", key_id=caller.key_id, request_id=caller.request_id)
    return made


@router.post(
    "/{endpoint_id}/test",
    status_code=202,
    dependencies=[Idempotent],
    responses=problems(EndpointNotFound, EndpointDisabled),
)
async def test(
    endpoint_id: EndpointId, caller: CanAdminister, session: Transaction, now: Now
) -> DeliveryOut:
    """Send a real, signed `endpoint.test`, once; the delivery tells what came of it."""
    return await deliveries.test(session, (caller.program_id, endpoint_id), now)
