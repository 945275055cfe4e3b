"""What a single request may take: bytes, seconds, and a place among all others."""

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.errors.problem import (
    AppError,
    BodyTooLarge,
    HttpProblem,
    RequestTimeout,
    Unavailable,
    problem,
)
from app.kit.turns import Name, Turns
from app.kit.visits import Places, Visit, too_many

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
BATCH = "/v1/order-events/batch"
INBOUND = ("/v1/inbound/", "/v1/exchange/")
FACTS = ("/v1/order-events", *INBOUND)
IMPORTS, EXPORTS = "/v1/imports", "/v1/exports/"
FILE_SECONDS = 600.0  # of a file on its way in or out
PREVIEW_SECONDS = 300.0  # it decides everybody, and a program has one at a time
PREVIEW, DRY_RUN = "/v1/preview", b"dry_run=true"
DEFINITIONS = frozenset({"/v1/definition", PREVIEW})
NDJSON = b"application/x-ndjson"
MOST_DIGITS = 12
HEADERS = 16 * KILOBYTE
SEPARATORS = len(": \r\n")
LONG_POLLS = frozenset({"/v1/changes"})
UNCOUNTED = frozenset({"/healthz", "/readyz", "/metrics"})
CLOSE = {"Connection": "close"}
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


@dataclass(slots=True)
class Limits:
    """Bounds of one process."""

    body: int = 256 * KILOBYTE
    body_seconds: float = 20.0
    request_seconds: float = 30.0
    at_once: int = 200
    share: int = 4
    facts_share: int = 16

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
        if path == PREVIEW or DRY_RUN in scope["query_string"].split(b"&"):
            return PREVIEW_SECONDS
        is_file = path == IMPORTS or path.startswith(EXPORTS) or path.endswith(".csv")
        return FILE_SECONDS if is_file else self.request_seconds

    def share_of(self, scope: Scope) -> tuple[str, int] | None:
        """Turns that one program has at once beside others, and of what; None: it needs none.

        Facts share transactions, so more of them are at work.
        """
        if self.seconds_of(scope) in {None, FILE_SECONDS}:
            return None
        tells = scope["path"].startswith(FACTS)
        return ("facts", self.facts_share) if tells else ("rest", self.share)

    def body_seconds_of(self, scope: Scope) -> float:
        """How long its body may take to come."""
        return FILE_SECONDS if scope["path"] == IMPORTS else self.body_seconds


class LimitMiddleware:
    """Refuses what is too large, too slow or too much, before a route sees it.

    `whose`: whom a request is for; requests of several take turns.
    """

    def __init__(
        self, app: ASGIApp, limits: Limits, whose: Callable[[Scope], Hashable] = lambda _: None
    ) -> None:
        self._app = app
        self._limits = limits
        self._whose = whose
        self._places = Places(limits.at_once)
        self._turns = Turns()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in UNCOUNTED:
            await self._app(scope, receive, send)
            return
        if refusal := self._refusal(scope):
            await problem(refusal, scope)(scope, receive, send)
            return
        is_kept = scope["path"] != IMPORTS
        visit = self._places.enter(arrives=_has_body(scope), is_kept=is_kept)
        try:
            await self._in_time(scope, receive, send, visit)
        finally:
            visit.end()

    async def _in_time(self, scope: Scope, receive: Receive, send: Send, visit: Visit) -> None:
        allowed = asyncio.timeout(self._limits.seconds_of(scope))
        try:
            async with allowed:
                if not _has_body(scope):
                    await self._begin(scope, visit)
                await self._app(scope, self._bounded(scope, receive, visit), send)
        except TimeoutError:
            if allowed.expired():
                raise _took_too_long() from None
            raise

    def _refusal(self, scope: Scope) -> AppError | None:
        if sum(len(name) + len(value) + SEPARATORS for name, value in scope["headers"]) > HEADERS:
            return HttpProblem(431)
        length = _header(scope, b"content-length")
        most = self._limits.body_of(scope)
        digits = length.isdigit()
        return (
            _too_large(most)
            if digits and (len(length) > MOST_DIGITS or int(length) > most)
            else None
        )

    async def _begin(self, scope: Scope, visit: Visit) -> None:
        """All of it is there: it goes to work when it is its turn."""
        share = self._limits.share_of(scope)
        if share is None:
            visit.work()
            return
        kind, most = share
        name = Name(self._whose(scope), kind)
        if self._turns.waiting(name) >= self._limits.at_once:
            raise too_many()
        visit.work(await self._turns.turn(name, most))

    def _bounded(self, scope: Scope, receive: Receive, visit: Visit) -> Receive:
        most = self._limits.body_of(scope)
        deadline = time.monotonic() + self._limits.body_seconds_of(scope)
        received, whole = 0, False

        async def bounded() -> Message:
            nonlocal received, whole
            if whole:
                return await receive()
            message = await _until(deadline, receive)
            came = len(message.get("body", b""))
            received += came
            whole = not message.get("more_body", False)
            if received > most:
                raise _too_large(most)
            visit.took(came)
            if whole and _has_body(scope):
                await self._begin(scope, visit)
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


def _has_body(scope: Scope) -> bool:
    if scope["method"] not in WITH_BODY:
        return False
    chunked = bool(_header(scope, b"transfer-encoding"))
    return chunked or _header(scope, b"content-length") not in {b"", b"0"}


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key == name), b"")
