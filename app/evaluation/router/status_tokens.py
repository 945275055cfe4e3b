from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from app.access.errors import TokenKeyUnusable
from app.access.guard import Now, ReadsDefinition
from app.customers.errors import CustomerNotFound
from app.evaluation.router.asking import AtDesk, CustomerId
from app.evaluation.schemas.status_tokens import StatusTokenOut
from app.evaluation.status_tokens import Signing, status_token
from app.kit.errors import RequestInvalid, StrictRoute, problems

router = APIRouter(prefix="/v1", tags=["tiers of members"], route_class=StrictRoute)


async def signing(request: Request, _: ReadsDefinition, now: Now) -> Signing:
    """What a caller's tokens are signed with; read before its snapshot begins."""
    state = request.app.state
    return Signing(await state.token_keys.signing(now), state.token_lasting)


@router.get(
    "/customers/{customer_id}/status-token",
    response_model=StatusTokenOut,
    responses=problems(CustomerNotFound, TokenKeyUnusable, RequestInvalid),
)
async def token_of_customer(
    signing: Annotated[Signing, Depends(signing)], customer_id: CustomerId, desk: AtDesk
) -> Any:
    """What a customer holds, signed: a storefront believes it for some minutes without asking."""
    desk.response.headers["Cache-Control"] = "no-store"
    return await status_token(*desk.customer(customer_id), signing)
