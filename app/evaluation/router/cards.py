from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from app.customers.errors import CustomerNotFound
from app.evaluation import cards
from app.evaluation.card.rendering import POLICY
from app.evaluation.card.speech import Language, preferred
from app.evaluation.cards import Wanted
from app.evaluation.router.asking import AtDesk, CustomerId
from app.kit.errors import RequestInvalid, StrictRoute, problems
from app.kit.schemas import FlagParam

router = APIRouter(prefix="/v1", tags=["tiers of members"], route_class=StrictRoute)

Lang = Annotated[Language | None, Query(description="Unsaid, Accept-Language decides.")]
Form = Annotated[
    Literal["full"] | None,
    Query(alias="page", description="`full`: a page of its own, not a fragment."),
]
Default = Annotated[FlagParam, Query(description="Answer for an unknown customer, not 404.")]


async def wanted(
    request: Request, lang: Lang = None, form: Form = None, *, default: Default = False
) -> Wanted:
    language = lang or preferred(request.headers.get("accept-language"))
    return Wanted(language, form == "full", default)


@router.get(
    "/customers/{customer_id}/card",
    response_class=HTMLResponse,
    response_model=None,
    responses=problems(CustomerNotFound, RequestInvalid),
)
async def card_of_customer(
    customer_id: CustomerId, desk: AtDesk, wanted: Annotated[Wanted, Depends(wanted)]
) -> Any:
    """What a customer may see of its tier, as HTML for its account; hidden levels are not named.

    English, German or Russian. A fragment with its own style, or a page; neither has a script.
    """
    found = await cards.card(*desk.customer(customer_id), wanted)
    desk.response.headers["Content-Security-Policy"] = POLICY
    desk.response.headers["Content-Language"] = wanted.language
    desk.response.headers["Vary"] = "Accept-Language"
    return desk.tagged(found)
