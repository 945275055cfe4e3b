from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.customers.errors import CustomerNotFound, OrganizationNotFound
from app.evaluation.errors import LadderNotFound
from app.evaluation.explain import Wanted, explanation
from app.evaluation.router.asking import AtDesk, CustomerId, OrganizationId
from app.evaluation.schemas.explanation import Explanation
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.schemas import Day, Key

router = APIRouter(prefix="/v1", tags=["explanations"], route_class=StrictRoute)

OneLadder = Annotated[
    Key | None, Query(alias="ladder", description='"tiers", or the name of a track.')
]
AsOf = Annotated[Day | None, Query(description="Any date; left out: today.")]


async def wanted(ladder: OneLadder = None, as_of: AsOf = None) -> Wanted:
    return Wanted(ladder, as_of)


Asking = Annotated[Wanted, Depends(wanted)]


@router.get(
    "/customers/{customer_id}/explanation",
    response_model=Explanation,
    responses=problems(CustomerNotFound, LadderNotFound, RequestInvalid),
)
async def of_customer(customer_id: CustomerId, desk: AtDesk, asking: Asking) -> Any:
    """Why a customer holds what it holds: every order, sum, criterion, and the row that decides.

    Of one who represents an organization: why the organization does.
    """
    return desk.answered(await explanation(*desk.customer(customer_id), asking))


@router.get(
    "/organizations/{organization_id}/explanation",
    response_model=Explanation,
    responses=problems(OrganizationNotFound, LadderNotFound, RequestInvalid),
)
async def of_organization(organization_id: OrganizationId, desk: AtDesk, asking: Asking) -> Any:
    """Why an organization holds what it holds: every order, sum, criterion, and the row."""
    return desk.answered(await explanation(*desk.organization(organization_id), asking))
