"""The exchange of 1C with a site: what an unmodified 1C is told to call."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.routing import APIRoute

from app.access.guard import Now
from app.inbound.errors import SignatureRefused, SourceNotFound
from app.inbound.exchange.files import Call
from app.inbound.exchange.reading import Reader
from app.inbound.exchange.service import COOKIE, Exchange
from app.inbound.exchange.words import ENCODING
from app.inbound.router.facts import intake_of
from app.inbound.router.receiving import Token, address_of, receiver_of
from app.kit.clock import clock_of
from app.kit.errors import BodyTooLarge, TooManyRequests, Unavailable, problems

# 1C adds parameters of its own with every version: those that we do not know mean nothing to us
router = APIRouter(prefix="/v1/exchange", tags=["facts"], route_class=APIRoute)

Kind = Annotated[
    str,
    Query(
        alias="type",
        max_length=40,
        description="`sale`: orders. `catalog`: goods, taken and left out.",
        examples=["sale"],
    ),
]
Mode = Annotated[
    str,
    Query(
        max_length=40,
        description="`checkauth`, `init`, `query`, `success`, `file` or `import`.",
        examples=["checkauth"],
    ),
]
Filename = Annotated[
    str,
    Query(max_length=1_000, description="Of `file` and `import`.", examples=["orders.zip"]),
]
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Lines of text; the first is `success`, `progress`, `failure` or a limit.",
        "content": {
            f"text/plain; charset={ENCODING}": {
                "schema": {"type": "string"},
                "example": "success\ntiers_exchange\nq3J0…\n",
            }
        },
    }
}
A_PART: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A part of the file, at most 1 MiB, appended to those before it.",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}
ERRORS = problems(SourceNotFound, SignatureRefused, TooManyRequests, Unavailable)


async def exchange_of(request: Request) -> Exchange:
    """The exchange, of what the application has."""
    receiver = receiver_of(request)
    clock, intake = clock_of(request), await intake_of(request)
    return Exchange(receiver, Reader(receiver.db, clock, intake, receiver.sources))


Exchanging = Annotated[Exchange, Depends(exchange_of)]


@router.get("/{source}", response_class=Response, responses={**ANSWER, **ERRORS})
async def exchange(
    request: Request,
    source: Token,
    exchanging: Exchanging,
    now: Now,
    kind: Kind = "",
    mode: Mode = "",
    filename: Filename = "",
) -> Response:
    """Answer a 1C that exchanges with us as with a site. Sources of platform `commerceml` only.

    HTTP Basic with a secret of the source as password gives a session at `checkauth`; the source
    must allow unsigned deliveries from the address. `import` says `progress` until a file is
    read. A bad order fails no other: it is in quarantine, and the answer names it.
    """
    call = _call(request, now, (kind, mode, filename))
    return _said(await exchanging.answer(source, call))


@router.post(
    "/{source}",
    response_class=Response,
    responses={**ANSWER, **ERRORS, **problems(BodyTooLarge)},
    openapi_extra=A_PART,
)
async def push(
    request: Request,
    source: Token,
    exchanging: Exchanging,
    now: Now,
    kind: Kind = "",
    mode: Mode = "",
    filename: Filename = "",
) -> Response:
    """Take a part of a file that 1C sends (`mode=file`): XML or zip, orders of CommerceML 2."""
    call = _call(request, now, (kind, mode, filename), await request.body())
    return _said(await exchanging.answer(source, call))


def _call(request: Request, now: datetime, asked: tuple[str, str, str], body: bytes = b"") -> Call:
    kind, mode, filename = asked
    return Call(
        kind=kind,
        mode=mode,
        filename=filename,
        cookie=request.cookies.get(COOKIE, ""),
        headers={name.lower(): said for name, said in request.headers.items()},
        body=body,
        address=address_of(request),
        at=now,
    )


def _said(answer: str) -> Response:
    kind = "application/xml" if answer.startswith("<") else "text/plain"
    body = answer.encode(ENCODING, errors="replace")
    return Response(body, media_type=f"{kind}; charset={ENCODING}")
