from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.access.guard import Now, ReadsDefinition
from app.customers.errors import CustomerNotFound, OrganizationNotFound
from app.evaluation import answers
from app.evaluation.errors import LadderNotFound
from app.evaluation.router.asking import AtDesk, CustomerId, OrganizationId
from app.evaluation.schemas.answers import (
    BenefitsOut,
    CustomerTiers,
    LookupIn,
    LookupOut,
    OrganizationTiers,
    ProgressOut,
    StageOut,
    TierOut,
)
from app.kit.db import Snapshot
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.schemas import FlagParam, Key

router = APIRouter(prefix="/v1", tags=["tiers of members"], route_class=StrictRoute)

OneLadder = Annotated[
    Key | None, Query(alias="ladder", description='"tiers", or the name of a track.')
]
Default = Annotated[FlagParam, Query(description="Answer for an unknown customer, not 404.")]
NO_CUSTOMER = problems(CustomerNotFound, RequestInvalid)
NO_ORGANIZATION = problems(OrganizationNotFound, RequestInvalid)
Stages = tuple[StageOut, ...]


@router.post("/customers/lookup", responses=problems(RequestInvalid))
async def lookup(
    asked: LookupIn, caller: ReadsDefinition, session: Snapshot, now: Now
) -> LookupOut:
    """What up to 500 customers hold, in the order asked. It changes nothing."""
    return await answers.lookup(session, caller, asked.ids, now)


@router.get("/customers/{customer_id}", response_model=CustomerTiers, responses=NO_CUSTOMER)
async def customer(customer_id: CustomerId, desk: AtDesk, *, default: Default = False) -> Any:
    """What a shop needs to know of a customer, at once."""
    return desk.answered(await answers.customer(*desk.customer(customer_id), default=default))


@router.get("/customers/{customer_id}/tier", response_model=TierOut | None, responses=NO_CUSTOMER)
async def tier_of_customer(customer_id: CustomerId, desk: AtDesk) -> Any:
    """The tier that a customer holds; null if none."""
    return desk.answered((await answers.holding(*desk.customer(customer_id))).tier)


@router.get("/customers/{customer_id}/stages", response_model=Stages, responses=NO_CUSTOMER)
async def stages_of_customer(customer_id: CustomerId, desk: AtDesk) -> Any:
    """The loyalty stages that a customer holds, by track."""
    return desk.answered((await answers.holding(*desk.customer(customer_id))).stages)


@router.get("/customers/{customer_id}/benefits", response_model=BenefitsOut, responses=NO_CUSTOMER)
async def benefits_of_customer(customer_id: CustomerId, desk: AtDesk) -> Any:
    """What the levels that a customer holds give together."""
    return desk.answered(await answers.benefits(*desk.customer(customer_id)))


@router.get(
    "/customers/{customer_id}/progress",
    response_model=ProgressOut,
    responses=problems(CustomerNotFound, LadderNotFound, RequestInvalid),
)
async def progress_of_customer(
    customer_id: CustomerId, desk: AtDesk, ladder: OneLadder = None
) -> Any:
    """What is next and what keeps the level held; of the tiers, or of the ladder named."""
    return desk.answered(await answers.progress(*desk.customer(customer_id), ladder))


@router.get(
    "/organizations/{organization_id}", response_model=OrganizationTiers, responses=NO_ORGANIZATION
)
async def organization(organization_id: OrganizationId, desk: AtDesk) -> Any:
    """What a shop needs to know of an organization, at once."""
    return desk.answered(await answers.organization(*desk.organization(organization_id)))


@router.get(
    "/organizations/{organization_id}/tier",
    response_model=TierOut | None,
    responses=NO_ORGANIZATION,
)
async def tier_of_organization(organization_id: OrganizationId, desk: AtDesk) -> Any:
    """The tier that an organization holds, and so all who represent it; null if none."""
    return desk.answered((await answers.holding(*desk.organization(organization_id))).tier)


@router.get(
    "/organizations/{organization_id}/stages", response_model=Stages, responses=NO_ORGANIZATION
)
async def stages_of_organization(organization_id: OrganizationId, desk: AtDesk) -> Any:
    """The loyalty stages that an organization holds, by track."""
    return desk.answered((await answers.holding(*desk.organization(organization_id))).stages)


@router.get(
    "/organizations/{organization_id}/benefits",
    response_model=BenefitsOut,
    responses=NO_ORGANIZATION,
)
async def benefits_of_organization(organization_id: OrganizationId, desk: AtDesk) -> Any:
    """What the levels that an organization holds give together."""
    return desk.answered(await answers.benefits(*desk.organization(organization_id)))


@router.get(
    "/organizations/{organization_id}/progress",
    response_model=ProgressOut,
    responses=problems(OrganizationNotFound, LadderNotFound, RequestInvalid),
)
async def progress_of_organization(
    organization_id: OrganizationId, desk: AtDesk, ladder: OneLadder = None
) -> Any:
    """What is next and what keeps the level held; of the tiers, or of the ladder named."""
    return desk.answered(await answers.progress(*desk.organization(organization_id), ladder))
