"""What a single request may take: bytes, seconds, and a place among all others."""

import asyncio
import time
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.errors.problem import (
    AppError,
    BodyTooLarge,
    HttpProblem,
    RequestTimeout,
    Unavailable,
    problem,
)

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
BATCH = "/v1/order-events/batch"
INBOUND = ("/v1/inbound/", "/v1/exchange/")
IMPORTS, EXPORTS = "/v1/imports", "/v1/exports/"
FILE_SECONDS = 600.0  # of a file on its way in or out
DEFINITIONS = frozenset({"/v1/definition", "/v1/preview"})
NDJSON = b"application/x-ndjson"
MOST_DIGITS = 12
HEADERS = 16 * KILOBYTE
LONG_POLLS = frozenset({"/v1/changes"})
UNCOUNTED = frozenset({"/healthz", "/readyz", "/metrics"})
CLOSE = {"Connection": "close"}


@dataclass(slots=True)
class Limits:
    """Bounds of one process; `held` is how many requests it has in hand."""

    body: int = 256 * KILOBYTE
    body_seconds: float = 20.0
    request_seconds: float = 30.0
    at_once: int = 200
    held: int = field(default=0, init=False)

    def body_of(self, scope: Scope) -> int:
        """How many bytes this request may send."""
        path: str = scope["path"]
        if path == BATCH:
            return (
                16 * MEGABYTE
                if _header(scope, b"content-type").startswith(NDJSON)
                else (4 * MEGABYTE)
            )
        if path in DEFINITIONS:
            return 2 * MEGABYTE
        if path == IMPORTS:
            return 100 * MEGABYTE
        return MEGABYTE if path.startswith(INBOUND) else self.body

    def seconds_of(self, scope: Scope) -> float | None:
        """How long this request may take in all; None: as long as it likes."""
        path: str = scope["path"]
        if path in LONG_POLLS:
            return None
        is_file = path == IMPORTS or path.startswith(EXPORTS) or path.endswith(".csv")
        return FILE_SECONDS if is_file else self.request_seconds

    def body_seconds_of(self, scope: Scope) -> float:
        """How long its body may take to come."""
        return FILE_SECONDS if scope["path"] == IMPORTS else self.body_seconds


class LimitMiddleware:
    """Refuses what is too large, too slow or too much, before a route sees it."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in UNCOUNTED:
            await self._app(scope, receive, send)
            return
        if refusal := self._refusal(scope):
            await problem(refusal, scope)(scope, receive, send)
            return
        self._limits.held += 1
        try:
            await self._in_time(scope, self._bounded(scope, receive), send)
        finally:
            self._limits.held -= 1

    async def _in_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = asyncio.timeout(self._limits.seconds_of(scope))
        try:
            async with allowed:
                await self._app(scope, receive, send)
        except TimeoutError:
            if allowed.expired():
                raise _took_too_long() from None
            raise

    def _refusal(self, scope: Scope) -> AppError | None:
        if self._limits.held >= self._limits.at_once:
            return Unavailable("Too many requests at once.", retry_after=1)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADERS:
            return HttpProblem(431)
        length = _header(scope, b"content-length")
        most = self._limits.body_of(scope)
        digits = length.isdigit()
        return (
            _too_large(most)
            if digits and (len(length) > MOST_DIGITS or int(length) > most)
            else None
        )

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        most = self._limits.body_of(scope)
        deadline = time.monotonic() + self._limits.body_seconds_of(scope)
        received, whole = 0, False

        async def bounded() -> Message:
            nonlocal received, whole
            if whole:
                return await receive()
            message = await _until(deadline, receive)
            received += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if received > most:
                raise _too_large(most)
            return message

        return bounded


async def _until(deadline: float, receive: Receive) -> Message:
    try:
        async with asyncio.timeout(deadline - time.monotonic()):
            return await receive()
    except TimeoutError:
        raise _too_slow() from None


def _too_large(most: int) -> AppError:
    return BodyTooLarge(f"The body may have {most} bytes.")


def _too_slow() -> AppError:
    return RequestTimeout("The body took too long.", headers=CLOSE)


def _took_too_long() -> AppError:
    return Unavailable("This took too long and was given up.", retry_after=5)


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key == name), b"")
