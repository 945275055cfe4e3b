"""uvicorn with the time-outs it lacks, and a shutdown that ends well."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import socket
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from app.kit.protocol import TimedProtocol

NOT_READY_SECONDS, DRAIN_SECONDS = 3.0, 12
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Server(uvicorn.Server):
    """Serves until a signal: not ready at once, then drained, then exit 0.

    A second signal ends at once. `on_stopping` is called with the first, on any thread.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        on_stopping: Callable[[], None],
        not_ready_seconds: float = NOT_READY_SECONDS,
    ) -> None:
        super().__init__(config)
        self._on_stopping = on_stopping
        self._not_ready_seconds = not_ready_seconds
        self._exit_at: float | None = None

    @property
    def port(self) -> int:
        """The port that is listened on; the one chosen, when asked for port 0."""
        found: int = self.servers[0].sockets[0].getsockname()[1]
        return found

    def stop(self, after: float = 0.0) -> None:
        """Be not ready from now on, and begin to end after some seconds."""
        self._exit_at = time.monotonic() + after
        self._on_stopping()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's
        if self._exit_at is not None:
            self.should_exit = self.force_exit = True
            return
        self.stop(after=self._not_ready_seconds if sig == signal.SIGTERM else 0.0)

    async def on_tick(self, counter: int) -> bool:
        if self._exit_at is not None and time.monotonic() >= self._exit_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        await super().shutdown(sockets)
        if self.force_exit:
            await self.lifespan.shutdown()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Unlike uvicorn's, does not raise the signal again: to be told to end is no failure."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {one: signal.signal(one, self.handle_exit) for one in SIGNALS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def server_of(
    app: ASGIApp,
    host: str,
    port: int,
    on_stopping: Callable[[], None],
    **changes: Any,
) -> Server:
    """A server of `app`; `changes` are uvicorn's own settings."""
    settings: dict[str, Any] = {
        "http": TimedProtocol,
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "timeout_keep_alive": int(TimedProtocol.idle_seconds),
        "timeout_graceful_shutdown": DRAIN_SECONDS,
    }
    return Server(uvicorn.Config(app, host=host, port=port, **settings | changes), on_stopping)


def run(server: Server, listener: socket | None = None) -> None:
    """Serve on an event loop of its own until a signal, on its own port or on `listener`."""
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(server.serve([listener] if listener else None))
