from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from app.access.guard import CanAdminister, CanConfigure, Now
from app.customers.errors import (
    CustomerMerged,
    CustomerNotFound,
    MemberRedacted,
    OrganizationNotFound,
    ParentNested,
    RepresentativeNotFound,
)
from app.evaluation import registering, representatives
from app.evaluation.representatives import Names
from app.evaluation.schemas.people import (
    CustomerIn,
    CustomerOut,
    OrganizationIn,
    OrganizationOut,
    RepresentativeIn,
    RepresentativeOut,
)
from app.kit.db import Transaction
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.schemas import Id

router = APIRouter(prefix="/v1", tags=["people"], route_class=StrictRoute)

CustomerId = Annotated[Id, Path(examples=["c-7"])]
OrganizationId = Annotated[Id, Path(examples=["o-3"])]
STATUS = {True: 201, False: 200}


def made(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """What a PUT answers that makes something known."""
    return {201: {"model": model, "description": "It was not known"}}


@router.put(
    "/customers/{customer_id}",
    responses=made(CustomerOut) | problems(CustomerMerged, MemberRedacted, RequestInvalid),
)
async def put_customer(
    customer_id: CustomerId,
    said: CustomerIn,
    caller: CanConfigure,
    session: Transaction,
    now: Now,
    response: Response,
) -> CustomerOut:
    """Make a customer known, or change what is said of it. What is left out stays.

    201 for a customer that was not known. A real change of tags, join date or organization
    decides at once; repeating it changes nothing.
    """
    put = await registering.put_customer(session, caller, customer_id, said, now)
    response.status_code = STATUS[put.is_new]
    return put.answer


@router.delete(
    "/customers/{customer_id}",
    status_code=204,
    responses=problems(CustomerNotFound),
)
async def delete_customer(
    customer_id: CustomerId, caller: CanAdminister, session: Transaction, now: Now
) -> None:
    """Erase a customer: its positions end, its id goes, what it bought stays in the sums."""
    await registering.delete_customer(session, caller, customer_id, now)


@router.put(
    "/organizations/{organization_id}",
    responses=made(OrganizationOut) | problems(MemberRedacted, ParentNested, RequestInvalid),
)
async def put_organization(
    organization_id: OrganizationId,
    said: OrganizationIn,
    caller: CanConfigure,
    session: Transaction,
    now: Now,
    response: Response,
) -> OrganizationOut:
    """Make an organization known, or change what is said of it. What is left out stays.

    One that belongs to a parent passes its orders on from that day, and has the parent's levels.
    """
    put = await registering.put_organization(session, caller, organization_id, said, now)
    response.status_code = STATUS[put.is_new]
    return put.answer


@router.delete(
    "/organizations/{organization_id}",
    status_code=204,
    responses=problems(OrganizationNotFound),
)
async def delete_organization(
    organization_id: OrganizationId, caller: CanAdminister, session: Transaction, now: Now
) -> None:
    """Erase an organization: its positions end; who represented it stands for itself again."""
    await registering.delete_organization(session, caller, organization_id, now)


@router.put(
    "/organizations/{organization_id}/representatives/{customer_id}",
    responses=made(RepresentativeOut) | problems(CustomerMerged, MemberRedacted, RequestInvalid),
)
async def put_representative(
    organization_id: OrganizationId,
    customer_id: CustomerId,
    said: RepresentativeIn,
    caller: CanConfigure,
    session: Transaction,
    now: Now,
    response: Response,
) -> RepresentativeOut:
    """Let a customer order for an organization, from today on or on the days given.

    Days that overlap those known so far replace them; orders of the days that change move.
    """
    names = Names(organization_id, customer_id)
    put = await representatives.put(session, caller, names, said, now)
    response.status_code = STATUS[put.is_new]
    return put.answer


@router.delete(
    "/organizations/{organization_id}/representatives/{customer_id}",
    status_code=204,
    responses=problems(RepresentativeNotFound),
)
async def end_representative(
    organization_id: OrganizationId,
    customer_id: CustomerId,
    caller: CanConfigure,
    session: Transaction,
    now: Now,
) -> None:
    """Today is the last day on which the customer orders for the organization."""
    names = Names(organization_id, customer_id)
    await representatives.end(session, caller, names, now)
