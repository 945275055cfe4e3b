from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from app.access.guard import CanOperate, Now, ReadsOperation
from app.access.idempotent import Idempotent
from app.customers.errors import (
    CustomerMerged,
    CustomerNotFound,
    MemberRedacted,
    OrganizationNotFound,
)
from app.customers.models import Who
from app.evaluation import overrides, overrides_ending
from app.evaluation.errors import OverrideNotFound, RepresentsOrganization
from app.evaluation.overrides_ending import Wanted
from app.evaluation.schemas.overrides import EndingOut, OverrideIn, OverrideOut
from app.kit.db import Snapshot, Transaction
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import Day, Id, Uuid

router = APIRouter(prefix="/v1", tags=["overrides"], route_class=StrictRoute)

CustomerId = Annotated[Id, Path(examples=["c-7"])]
OrganizationId = Annotated[Id, Path(examples=["o-3"])]
EndsBy = Annotated[Day, Query(description="Only those whose last day is not later.")]
OverrideId = Annotated[Uuid, Path(examples=["0b9d2c6e-52f1-5b52-8a4a-3f0f6f3a9d11"])]


async def wanted(now: Now, ends_by: EndsBy | None = None) -> Wanted:
    return Wanted(now, ends_by)


@router.post(
    "/customers/{customer_id}/overrides",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        CustomerNotFound, CustomerMerged, MemberRedacted, RepresentsOrganization, RequestInvalid
    ),
)
async def set_of_customer(
    customer_id: CustomerId,
    said: OverrideIn,
    caller: CanOperate,
    session: Transaction,
    now: Now,
) -> OverrideOut:
    """Decide by hand about a customer: exact, floor, ceiling, freeze, or one nudge."""
    who = Who.of(caller.program_id, "customer", customer_id)
    return await overrides.set_override(session, caller, who, said, now)


@router.get(
    "/customers/{customer_id}/overrides",
    responses=problems(CustomerNotFound, RequestInvalid),
)
async def of_customer(
    customer_id: CustomerId,
    caller: ReadsOperation,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[OverrideOut]:
    """What was ever decided by hand about a customer, the newest first."""
    who = Who.of(caller.program_id, "customer", customer_id)
    return await overrides.overrides_of(session, caller, who, after, limit)


@router.post(
    "/organizations/{organization_id}/overrides",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(OrganizationNotFound, MemberRedacted, RequestInvalid),
)
async def set_of_organization(
    organization_id: OrganizationId,
    said: OverrideIn,
    caller: CanOperate,
    session: Transaction,
    now: Now,
) -> OverrideOut:
    """Decide by hand about an organization, and so about all its representatives."""
    who = Who.of(caller.program_id, "organization", organization_id)
    return await overrides.set_override(session, caller, who, said, now)


@router.get(
    "/organizations/{organization_id}/overrides",
    responses=problems(OrganizationNotFound, RequestInvalid),
)
async def of_organization(
    organization_id: OrganizationId,
    caller: ReadsOperation,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[OverrideOut]:
    """What was ever decided by hand about an organization, the newest first."""
    who = Who.of(caller.program_id, "organization", organization_id)
    return await overrides.overrides_of(session, caller, who, after, limit)


@router.get("/overrides", responses=problems(RequestInvalid))
async def ending(
    wanted: Annotated[Wanted, Depends(wanted)],
    caller: ReadsOperation,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[EndingOut]:
    """What ends when: all overrides in force or to come, the first to end first.

    Those without an end are last. A nudge has no end that changes anything and is left out.
    """
    return await overrides_ending.ending(session, caller, wanted, after, limit)


@router.delete("/overrides/{override_id}", status_code=204, responses=problems(OverrideNotFound))
async def remove(
    override_id: OverrideId, caller: CanOperate, session: Transaction, now: Now
) -> None:
    """Take an override out of force for good. Its ladder is evaluated once, but for a nudge."""
    await overrides.remove_override(session, caller, override_id, now)
