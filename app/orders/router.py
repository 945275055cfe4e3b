from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from app.access.caller import Caller, Scope
from app.access.guard import require
from app.customers import contracts
from app.customers.errors import ContractNotFound, CustomerNotFound, OrganizationNotFound
from app.customers.models import Who
from app.kit.db import Snapshot
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.pages import DEFAULT_LIMIT, After, Limit, Page
from app.kit.schemas import FlagParam, Id, Key
from app.orders import listing
from app.orders.errors import OrderNotFound
from app.orders.listing import Wanted
from app.orders.schemas import OrderOut, OrderWhole

router = APIRouter(prefix="/v1", tags=["orders"], route_class=StrictRoute)

ReadsOrders = Annotated[Caller, Depends(require(Scope.read, Scope.ingest))]
Counted = Annotated[FlagParam | None, Query(description="Only those that count, or do not.")]
Source = Annotated[Key, Query(description="Order ids are per source.")]


@router.get("/orders/{order_id}", responses=problems(OrderNotFound, RequestInvalid))
async def order(
    order_id: Annotated[Id, Path(examples=["1001"])],
    caller: ReadsOrders,
    session: Snapshot,
    source: Source = "api",
) -> OrderWhole:
    """One order: what is stored of it, and how it counts or why it does not."""
    return await listing.order(session, caller, source, order_id)


@router.get("/orders", responses=problems(RequestInvalid))
async def orders(  # the filters of the list
    caller: ReadsOrders,
    session: Snapshot,
    customer_id: Id | None = None,
    organization_id: Id | None = None,
    counted: Counted = None,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[OrderOut]:
    """Orders that a customer placed or that count for an organization, the newest first.

    Without either all orders, by customer; those of guests are last.
    """
    wanted = Wanted(customer_id, organization_id, counted, (after, limit))
    return await listing.orders(session, caller, wanted)


@router.get("/customers/{customer_id}/orders", responses=problems(CustomerNotFound, RequestInvalid))
async def orders_of_customer(
    customer_id: Annotated[Id, Path(examples=["c-7"])],
    caller: ReadsOrders,
    session: Snapshot,
    counted: Counted = None,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[OrderOut]:
    """The orders that a customer placed, whomever they count for, the newest first."""
    who = Who.of(caller.program_id, "customer", customer_id)
    wanted = Wanted(customer_id, None, counted, (after, limit))
    return await listing.orders_of(session, caller, who, wanted)


@router.get(
    "/organizations/{organization_id}/orders",
    responses=problems(OrganizationNotFound, RequestInvalid),
)
async def orders_of_organization(
    organization_id: Annotated[Id, Path(examples=["o-3"])],
    caller: ReadsOrders,
    session: Snapshot,
    counted: Counted = None,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[OrderOut]:
    """The orders that count for an organization, whoever placed them, the newest first."""
    who = Who.of(caller.program_id, "organization", organization_id)
    wanted = Wanted(None, organization_id, counted, (after, limit))
    return await listing.orders_of(session, caller, who, wanted)


@router.get(
    "/organizations/{organization_id}/contracts/{contract_id}/orders",
    responses=problems(ContractNotFound, RequestInvalid),
)
async def orders_of_contract(  # the filters of the list
    organization_id: Annotated[Id, Path(examples=["o-3"])],
    contract_id: Annotated[Id, Path(examples=["k-1"])],
    caller: ReadsOrders,
    session: Snapshot,
    counted: Counted = None,
    after: After | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[OrderOut]:
    """The orders that count for a contract, the newest first."""
    who = contracts.who(caller.program_id, organization_id, contract_id)
    wanted = Wanted(None, None, counted, (after, limit), who.member_id)
    return await listing.orders_of(session, caller, who, wanted)
