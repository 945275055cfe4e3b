from fastapi import APIRouter

from app.access.guard import CanRead, Now
from app.customers.models import Who
from app.evaluation import quoting
from app.evaluation.router.answers import NO_CUSTOMER, NO_ORGANIZATION, Default
from app.evaluation.router.asking import CustomerId, OrganizationId
from app.evaluation.schemas.quoting import QuoteIn, QuoteOut
from app.kit.db import Snapshot
from app.kit.errors import StrictRoute

router = APIRouter(prefix="/v1", tags=["quotes"], route_class=StrictRoute)


@router.post("/customers/{customer_id}/quote", responses=NO_CUSTOMER)
async def quote_for_customer(
    customer_id: CustomerId,
    cart: QuoteIn,
    caller: CanRead,
    session: Snapshot,
    now: Now,
    *,
    default: Default = False,
) -> QuoteOut:
    """What a cart of up to 500 lines costs a customer now, line by line. It changes nothing."""
    who = Who.of(caller.program_id, "customer", customer_id)
    return await quoting.quote(session, caller, who, cart.lines, now, default=default)


@router.post("/organizations/{organization_id}/quote", responses=NO_ORGANIZATION)
async def quote_for_organization(
    organization_id: OrganizationId,
    cart: QuoteIn,
    caller: CanRead,
    session: Snapshot,
    now: Now,
) -> QuoteOut:
    """What a cart of up to 500 lines costs an organization now. It changes nothing."""
    who = Who.of(caller.program_id, "organization", organization_id)
    return await quoting.quote(session, caller, who, cart.lines, now)
