"""Names to addresses, never in the way of the event loop or of the process's end."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from threading import Thread

AT_ONCE = 64

Resolve = Callable[[str], Awaitable[Sequence[str]]]
Found = list[str] | OSError


class Resolver:
    """Asks the system, in a daemon thread per question.

    So a silent name server holds up neither the loop's pool of threads nor the process's end.
    """

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, host: str) -> list[str]:
        """The addresses of a host, in the order of the system. Raises OSError."""
        with suppress(OSError):
            return _addresses(host, socket.AI_NUMERICHOST)
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[str]] = loop.create_future()

        def settle(found: Found) -> None:
            self._free.release()
            if answer.done():
                return
            if isinstance(found, OSError):
                answer.set_exception(found)
            else:
                answer.set_result(found)

        def ask() -> None:
            found = _asked(host)
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(settle, found)

        Thread(target=ask, name="resolve", daemon=True).start()
        return await answer


def _asked(host: str) -> Found:
    try:
        return _addresses(host, 0)
    except OSError as error:
        return error


def _addresses(host: str, flags: int) -> list[str]:
    """Bytes, because the codec for texts refuses names in its own way."""
    found = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM, flags=flags)
    return [str(place[0]) for *_, place in found]
