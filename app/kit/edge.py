"""The outermost layer of a request: its id, its last error, its log line and its metrics."""

import re
import time
from collections.abc import Callable
from secrets import token_hex
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit import metrics
from app.kit.errors.problem import AppError, Unexpected, Unparsable, problem
from app.kit.logs import NOTICE, log
from app.kit.paths import routed, text
from app.kit.tracing import trace_id

SANE_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
READS = frozenset({"GET", "HEAD"})
PLAIN = QUIET | {"/docs", "/docs/scalar.js", "/openapi.json"}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Translate = Callable[[Exception], AppError | None]


class EdgeMiddleware:
    """Every request is answered, under an id, whatever happens inside.

    `translate` gives the error that the caller may see of an exception, if there is one.
    """

    def __init__(self, app: ASGIApp, translate: Translate) -> None:
        self._app = app
        self._translate = translate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        answer = Answer(send, request_id)
        began = time.perf_counter()
        with metrics.IN_FLIGHT.track_inprogress():
            await self._answered(scope, receive, answer)
        _record(scope, answer.status, time.perf_counter() - began)

    async def _answered(self, scope: Scope, receive: Receive, answer: "Answer") -> None:
        try:
            _read_address(scope)
            await self._app(scope, receive, answer)
        except Exception as error:
            shown = self._translate(error)
            if shown is None:
                log("request_failed", "error", error=error, **_named(scope))
            if answer.status:
                raise
            await problem(shown or Unexpected(), scope)(scope, receive, answer)


class Answer:
    """Sends an answer with the headers that every answer has; remembers its status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self._request_id
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


def route_of(scope: Scope) -> str:
    """The template of the route that was found, never the path."""
    if scope["path"] in PLAIN:
        return str(scope["path"])
    return getattr(scope.get("route"), "path", "") or "none"


def _read_address(scope: Scope) -> None:
    """Raises Unparsable when it is not percent-encoded UTF-8."""
    try:
        text(scope["query_string"])
        scope["path"] = routed(scope.get("raw_path") or scope["path"].encode())
    except ValueError:
        unreadable = "The address is not percent-encoded UTF-8."
        raise Unparsable(unreadable) from None


def _record(scope: Scope, status: int, seconds: float) -> None:
    metrics.observe(route_of(scope), scope["method"], status, seconds)
    if scope["path"] not in QUIET:
        entrusted = scope["state"].get("is_entrusted") and scope["method"] not in READS
        level = NOTICE if entrusted else "info"
        log("request", level, status=status, ms=round(seconds * 1000, 1), **_named(scope))


def _named(scope: Scope) -> dict[str, Any]:
    state = scope["state"]
    program = state.get("program_id")
    return {
        "request_id": state["request_id"],
        "trace_id": trace_id(),
        "route": f"{scope['method']} {route_of(scope)}",
        "key_id": state.get("key_id"),
        "program": str(program) if program else None,
    }


def _request_id(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if SANE_ID.fullmatch(given) else token_hex(12)
