from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from app.inbound.errors import SignatureRefused, SourceNotFound
from app.inbound.models import Delivery
from app.inbound.receiving.webhooks import Receiver
from app.inbound.schemas.sources import InboundOut
from app.kit.clock import clock_of
from app.kit.errors import (
    BodyTooLarge,
    RequestInvalid,
    StrictRoute,
    TooManyRequests,
    Unavailable,
    problems,
)
from app.kit.schemas import Id

router = APIRouter(prefix="/v1/inbound", tags=["facts"], route_class=StrictRoute)

Token = Annotated[
    Id,
    Path(
        description="The last part of the source's `path`.",
        examples=["src_4fQ8zK1mPq0R7sT2uV3w"],
    ),
]
Challenge = Annotated[str | None, Query(pattern="^[A-Za-z0-9._~-]{1,256}$", examples=["a1b2c3"])]
ANY_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "As the platform sends it, at most 1 MiB.",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}
PLAIN: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}}
}


def receiver_of(request: Request) -> Receiver:
    """The application's receiver; the root puts it into the state."""
    receiver: Receiver = request.app.state.receiver
    return receiver


@router.post(
    "/{source}",
    responses=problems(
        SourceNotFound, SignatureRefused, BodyTooLarge, TooManyRequests, Unavailable
    ),
    openapi_extra=ANY_BODY,
)
async def receive(request: Request, source: Token) -> InboundOut:
    """Take a webhook as the platform sends it, signed with a secret of the source; no API key.

    200 once it is committed. What is authentic but cannot be used is kept in quarantine and
    answered 200 as well, so that the platform does not give up; 401 says no more than that.
    """
    now = clock_of(request).now()  # a dependency costs each delivery more than all of its JSON
    headers = {name.lower(): said for name, said in request.headers.items()}
    delivery = Delivery(headers, await request.body(), now)
    return await receiver_of(request).receive(source, delivery, address_of(request))


@router.get(
    "/{source}",
    response_class=Response,
    responses={**PLAIN, **problems(SourceNotFound, RequestInvalid)},
)
async def answer_challenge(
    request: Request, source: Token, challenge: Challenge = None
) -> Response:
    """Answer Adobe I/O, which asks once whether the address is ours. Anybody else: 404."""
    found = await receiver_of(request).source(source, address_of(request))
    if found.platform != "adobe_commerce" or challenge is None:
        raise SourceNotFound
    return Response(challenge, media_type="text/plain")


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""
