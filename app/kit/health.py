"""Whether the process lives, whether it can serve, and its figures."""

import asyncio
from hmac import compare_digest
from ipaddress import ip_address

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.kit.db import database
from app.kit.errors.problem import NotFound, Unavailable
from app.kit.migrations import in_range

READY_WITHIN = 1.0
OUT_OF_RANGE = "The schema is not one that this code runs on."


async def healthz(_: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def readyz(request: Request) -> Response:
    if request.app.state.stopping:
        raise Unavailable
    async with asyncio.timeout(READY_WITHIN):
        if not await in_range(database(request)):
            raise Unavailable(OUT_OF_RANGE)
    return JSONResponse({"status": "ready"})


async def metrics(request: Request) -> Response:
    if not (_is_loopback(request) or _has_token(request)):
        raise NotFound
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _has_token(request: Request) -> bool:
    token: str | None = request.app.state.metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return token is not None and compare_digest(given.encode(), token.encode())


ROUTES = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
