from fastapi import APIRouter

from app.access.guard import CanConfigure, Now
from app.access.idempotent import Idempotent
from app.customers.errors import CustomerMerged, CustomerNotFound, MemberRedacted
from app.customers.splitting import NotMerged
from app.evaluation import splitting
from app.evaluation.router.people import CustomerId
from app.evaluation.schemas.splits import SplitIn, SplitOut
from app.kit.db import Transaction
from app.kit.errors import RequestInvalid, StrictRoute, problems

router = APIRouter(prefix="/v1", tags=["people"], route_class=StrictRoute)


@router.post(
    "/customers/{customer_id}/split",
    dependencies=[Idempotent],
    responses=problems(CustomerNotFound, CustomerMerged, MemberRedacted, NotMerged, RequestInvalid),
)
async def split_customer(
    customer_id: CustomerId, said: SplitIn, caller: CanConfigure, session: Transaction, now: Now
) -> SplitOut:
    """Take a merger back: the orders that name the removed customer are its own again.

    Representations, activities and points that no order gave stay with the kept one.
    """
    return await splitting.split(session, caller, customer_id, said, now)
