from typing import Annotated

from fastapi import APIRouter, Path

from app.access.guard import CanOperate, Now, ReadsOperation
from app.access.idempotent import Idempotent
from app.customers.errors import (
    CustomerMerged,
    CustomerNotFound,
    MemberRedacted,
    OrganizationNotFound,
)
from app.customers.models import Who
from app.evaluation import pointing
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import Id
from app.points.errors import InsufficientPoints
from app.points.schemas import PointsEntryOut, PointsIn

router = APIRouter(prefix="/v1", tags=["points"], route_class=StrictRoute)

CustomerId = Annotated[Id, Path(examples=["c-7"])]
OrganizationId = Annotated[Id, Path(examples=["o-3"])]


@router.get("/customers/{customer_id}/points", responses=problems(CustomerNotFound, RequestInvalid))
async def points_of_customer(
    customer_id: CustomerId,
    caller: ReadsOperation,
    session: Snapshot,
    now: Now,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[PointsEntryOut]:
    """A customer's points, line by line, the newest first, each with the balance after it.

    Who represents an organization has its points.
    """
    who = Who.of(caller.program_id, "customer", customer_id)
    return await pointing.ledger(session, caller, who, (after, limit), now)


@router.post(
    "/customers/{customer_id}/points",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        CustomerNotFound, CustomerMerged, MemberRedacted, InsufficientPoints, RequestInvalid
    ),
)
async def write_of_customer(
    customer_id: CustomerId, said: PointsIn, caller: CanOperate, session: Transaction, now: Now
) -> PointsEntryOut:
    """Adjust a customer's points by hand, or redeem some; never more than there are."""
    who = Who.of(caller.program_id, "customer", customer_id)
    return await pointing.write(session, caller, who, said, now)


@router.get(
    "/organizations/{organization_id}/points",
    responses=problems(OrganizationNotFound, RequestInvalid),
)
async def points_of_organization(
    organization_id: OrganizationId,
    caller: ReadsOperation,
    session: Snapshot,
    now: Now,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[PointsEntryOut]:
    """The points of an organization, line by line, the newest first."""
    who = Who.of(caller.program_id, "organization", organization_id)
    return await pointing.ledger(session, caller, who, (after, limit), now)


@router.post(
    "/organizations/{organization_id}/points",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(OrganizationNotFound, MemberRedacted, InsufficientPoints, RequestInvalid),
)
async def write_of_organization(
    organization_id: OrganizationId,
    said: PointsIn,
    caller: CanOperate,
    session: Transaction,
    now: Now,
) -> PointsEntryOut:
    """Adjust the points of an organization by hand, or redeem some."""
    who = Who.of(caller.program_id, "organization", organization_id)
    return await pointing.write(session, caller, who, said, now)
