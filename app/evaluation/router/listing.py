from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from app.access.guard import CanRead, Now
from app.customers.errors import CustomerNotFound, OrganizationNotFound
from app.customers.models import Who
from app.evaluation import listing
from app.evaluation.listing import Asked
from app.evaluation.schemas.listing import MemberOut
from app.kit.db import Snapshot
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import Id, Instant, Key
from app.outbound.schemas import ChangeOut
from app.policy.decision import State

router = APIRouter(prefix="/v1", tags=["members"], route_class=StrictRoute)

ChangedSince = Annotated[Instant, Query(description="Whose last change is not older.")]


async def asked(
    tier: Key | None = None,
    stage: Key | None = None,
    state: State | None = None,
    changed_since: ChangedSince | None = None,
) -> Asked:
    return Asked(tier, stage, state, changed_since)


@router.get("/members", responses=problems(RequestInvalid))
async def members(
    caller: CanRead,
    session: Snapshot,
    now: Now,
    wanted: Annotated[Asked, Depends(asked)],
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[MemberOut]:
    """Who holds what: customers, organizations and contracts, but for those whose own levels sleep.

    `state` is that on the ladder of the tier or stage asked for, else on any ladder.
    """
    return await listing.members(session, caller, wanted, now, (after, limit))


@router.get(
    "/customers/{customer_id}/changes", responses=problems(CustomerNotFound, RequestInvalid)
)
async def changes_of_customer(
    customer_id: Annotated[Id, Path(examples=["c-7"])],
    caller: CanRead,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ChangeOut]:
    """Every move and notice of a customer, the newest first."""
    who = Who.of(caller.program_id, "customer", customer_id)
    return await listing.changes(session, caller, who, after, limit)


@router.get(
    "/organizations/{organization_id}/changes",
    responses=problems(OrganizationNotFound, RequestInvalid),
)
async def changes_of_organization(
    organization_id: Annotated[Id, Path(examples=["o-3"])],
    caller: CanRead,
    session: Snapshot,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ChangeOut]:
    """Every move and notice of an organization, the newest first."""
    who = Who.of(caller.program_id, "organization", organization_id)
    return await listing.changes(session, caller, who, after, limit)
