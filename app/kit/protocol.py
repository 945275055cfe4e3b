"""uvicorn's HTTP protocol with time-outs for connections that send slowly or not at all."""

import asyncio
import json
from secrets import token_hex
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEADER_BYTES = 64 * 1024
REFUSED = {400: "Bad Request", 431: "Request Header Fields Too Large"}


class Lingering:
    """The transport as who answers a request sees it: to close it is the protocol's business."""

    def __init__(self, protocol: "TimedProtocol") -> None:
        self._protocol = protocol

    def __getattr__(self, name: str) -> Any:
        return getattr(self._protocol.transport, name)

    def close(self) -> None:
        self._protocol.end()


class TimedProtocol(HttpToolsProtocol):
    """At any moment that waits for the client one deadline is set; bytes alone do not move it."""

    idle_seconds = 30.0
    header_seconds = 10.0
    linger_seconds = 5.0

    _deadline: asyncio.TimerHandle | None = None
    _reads_headers = False
    _reads_message = False
    _left = False
    _header_bytes = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._close_in(self.idle_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._set(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._left:
            return
        super().data_received(data)
        if self._reads_headers:
            self._header_bytes += len(data)
        if self._header_bytes > MOST_HEADER_BYTES:
            self._refuse(431, "headers_too_large")
        elif self._deadline is None and self._is_idle():
            self._close_in(self.idle_seconds)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._reads_headers = self._reads_message = True
        self._header_bytes = 0
        self._close_in(self.header_seconds)

    def on_headers_complete(self) -> None:
        self._reads_headers = False
        self._header_bytes = 0
        self._set(None)
        super().on_headers_complete()
        if self.cycle is not None:
            self.cycle.transport = cast("asyncio.Transport", Lingering(self))

    def on_message_complete(self) -> None:
        self._reads_message = False
        if self._is_idle():
            self._set(None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        refused_early = self._reads_message and not self._reads_headers
        if refused_early or self.transport.is_closing():
            self._close_in(self.linger_seconds)
        elif self._is_idle():
            self._close_in(self.idle_seconds)

    def end(self) -> None:
        """Close. Closed at once, what is still unread of a request would take its answer along."""
        if self._reads_message:
            self._leave()
        else:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's
        self._refuse(400, "unparsable")

    def _refuse(self, status: int, code: str) -> None:
        request_id = token_hex(12)
        content = {
            "type": "about:blank",
            "title": REFUSED[status],
            "status": status,
            "code": code,
            "detail": "This is not an HTTP request that we read.",
            "instance": f"/requests/{request_id}",
            "request_id": request_id,
        }
        body = json.dumps(content).encode()
        head = (
            f"HTTP/1.1 {status} {REFUSED[status]}\r\n"
            f"content-type: application/problem+json\r\ncontent-length: {len(body)}\r\n"
            f"x-request-id: {request_id}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self._leave()

    def _leave(self) -> None:
        """All is said; what still comes is let pass, for as long as we linger."""
        self._left = True
        self.transport.write_eof()
        self._close_in(self.linger_seconds)

    def _is_idle(self) -> bool:
        return self.cycle is None or bool(self.cycle.response_complete)

    def _close_in(self, seconds: float) -> None:
        self._set(self.loop.call_later(seconds, self._close))

    def _set(self, deadline: asyncio.TimerHandle | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = deadline

    def _close(self) -> None:
        """Close; a client that does not even read the end is cut off at the next deadline."""
        if self.transport.is_closing():
            self.transport.abort()
            return
        self.transport.close()
        self._close_in(self.linger_seconds)
