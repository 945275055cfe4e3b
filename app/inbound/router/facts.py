from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Request

from app.access.guard import CanIngest, Now
from app.inbound import batches, rates
from app.inbound.errors import BatchRefused, EventConflict
from app.inbound.examples import BATCH_BODY, EVENTS
from app.inbound.intake import Intake
from app.inbound.schemas.events import OrderEventIn, OutcomeOut, OutcomesOut, RatesSet
from app.kit.errors import (
    RequestInvalid,
    StrictRoute,
    Unavailable,
    Unparsable,
    UnsupportedMediaType,
    problems,
)
from app.kit.schemas import CurrencyCode, Day, Rate

router = APIRouter(prefix="/v1", tags=["facts"], route_class=StrictRoute)


async def intake_of(request: Request) -> Intake:
    """The application's intake; the root puts it into the state."""
    intake: Intake = request.app.state.intake
    return intake


Taking = Annotated[Intake, Depends(intake_of)]


@router.post(
    "/order-events", responses=problems(EventConflict, RequestInvalid, Unparsable, Unavailable)
)
async def take_order_event(
    event: Annotated[OrderEventIn, Body(openapi_examples=EVENTS)],
    caller: CanIngest,
    intake: Taking,
    now: Now,
) -> OutcomeOut:
    """Tell one fact. 200 once it is committed, with every decision that follows from it.

    Facts need no Idempotency-Key: their own ids make them idempotent for ever.
    """
    return await intake.take_one(caller.program_id, event, now)


@router.post(
    "/order-events/batch",
    responses=problems(BatchRefused, Unparsable, UnsupportedMediaType, Unavailable),
    openapi_extra=BATCH_BODY,
)
async def take_order_events(
    request: Request, caller: CanIngest, intake: Taking, now: Now
) -> OutcomesOut:
    """Tell up to 500 facts; all are recorded, then each member is decided once.

    An `application/x-ndjson` body of up to 20,000 lines is an import: recorded first, then one
    decision a member with occasion `import`. A bad item never fails the others.
    """
    body = await request.body()
    kind = batches.kind_of(request.headers)
    if kind == batches.LINES:
        lines = batches.lines_of(body)
        return _results(await intake.take_lines(caller.program_id, lines, now))
    return _results(await intake.take_batch(caller.program_id, batches.events_of(body), now))


@router.put("/exchange-rates/{date}", responses=problems(RequestInvalid))
async def put_exchange_rates(
    request: Request,
    date: Annotated[Day, Path(examples=["2026-11-22"])],
    given: Annotated[
        dict[CurrencyCode, Rate], Body(min_length=1, max_length=200, examples=[{"EUR": "1.10"}])
    ],
    caller: CanIngest,
    now: Now,
) -> RatesSet:
    """Set units of the program's currency for one of each other, on one day.

    Orders of that day without a rate of their own are counted anew at once.
    """
    asked = {currency: Decimal(rate) for currency, rate in given.items()}
    found = await rates.set_rates(request.app.state.db, caller.program_id, date, asked, now)
    said = {currency: f"{rate:f}" for currency, rate in found.items()}
    return RatesSet.model_construct(date=date, rates=said)


def _results(outcomes: list[OutcomeOut]) -> OutcomesOut:
    return OutcomesOut.model_construct(results=outcomes)
