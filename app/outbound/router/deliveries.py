from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query

from app.access.caller import Caller, Scope
from app.access.guard import CanOperate, Now, require
from app.access.idempotent import Idempotent
from app.access.tags import Tagged
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.logs import log
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.outbound import deliveries
from app.outbound.endpoint_schemas import (
    DELIVERY,
    DeliveryOut,
    DeliveryShown,
    ReplayIn,
    ReplayOut,
    State,
)
from app.outbound.errors import (
    DeliveryNotFound,
    EndpointDisabled,
    EndpointNotFound,
    ReplayRuns,
)
from app.outbound.reading import DELIVERY_ID
from app.outbound.router.endpoints import EndpointId

router = APIRouter(prefix="/v1", tags=["deliveries"], route_class=StrictRoute)
DeliveryId = Annotated[str, Path(pattern=f"^{DELIVERY_ID}$", examples=[DELIVERY])]
ReadsDeliveries = Annotated[Caller, Depends(require(Scope.operate, Scope.admin))]


@router.get(
    "/endpoints/{endpoint_id}/deliveries",
    responses=problems(EndpointNotFound, RequestInvalid),
)
async def of_endpoint(
    endpoint_id: EndpointId,
    caller: ReadsDeliveries,
    session: Snapshot,
    state: Annotated[State | None, Query(description="Only these.")] = None,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[DeliveryOut]:
    """What was and is to be delivered to an endpoint, the newest change first, tests last."""
    asked = (caller.program_id, endpoint_id)
    return await deliveries.deliveries(session, asked, state, after, limit)


@router.post(
    "/endpoints/{endpoint_id}/replay",
    status_code=202,
    dependencies=[Idempotent],
    responses=problems(EndpointNotFound, EndpointDisabled, ReplayRuns, RequestInvalid),
)
async def replay(
    endpoint_id: EndpointId, said: ReplayIn, caller: CanOperate, session: Transaction
) -> ReplayOut:
    """Deliver every change behind a cursor again, with the same ids; `dry_run` counts them."""
    found = await deliveries.replay(session, (caller.program_id, endpoint_id), said)
    log("replay_asked", key_id=caller.key_id, request_id=caller.request_id, count=found.count)
    return found


@router.get(
    "/deliveries/{delivery_id}",
    response_model=DeliveryShown,
    responses=problems(DeliveryNotFound),
)
async def shown(
    delivery_id: DeliveryId,
    caller: ReadsDeliveries,
    tagged: Tagged,
    session: Snapshot,
) -> Any:
    """One delivery with its attempts."""
    found = await deliveries.delivery(session, caller.program_id, delivery_id)
    return tagged(found)


@router.post(
    "/deliveries/{delivery_id}/retry",
    status_code=202,
    dependencies=[Idempotent],
    responses=problems(DeliveryNotFound, EndpointDisabled),
)
async def retry(
    delivery_id: DeliveryId, caller: CanOperate, session: Transaction, now: Now
) -> DeliveryOut:
    """Deliver a change once more, or now if it waits for its next attempt."""
    return await deliveries.retry(session, caller.program_id, delivery_id, now)
