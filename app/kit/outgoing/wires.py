"""One connection to one address that passed, and HTTP/1.1 upon it."""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from typing import Any

import httpcore2 as httpcore

from app.kit.outgoing.addresses import Network, address_of, passes
from app.kit.outgoing.failures import SendFailed, Word
from app.kit.outgoing.urls import Target

IDLE_SECONDS = 4.0  # below what common servers wait, so that a kept connection is rarely dead


class Stream(httpcore.AsyncNetworkStream):
    """A socket of the event loop. It has no time-outs of its own: the whole request has one.

    `has_ended`: the other side has closed it while something was waited for.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.has_ended = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109 - the library's signature
        try:
            data = await self._reader.read(max_bytes)
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error
        self.has_ended = not data
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109 - the library's signature
        try:
            self._writer.write(buffer)
            await self._writer.drain()
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        self.cut()

    def cut(self) -> None:
        """Close without a word: what is left unread is nobody's."""
        self._writer.transport.abort()

    def get_extra_info(self, info: str) -> Any:
        """Of the library's questions only this one is asked of an idle connection."""
        if info != "is_readable":
            return None
        return self._reader.at_eof() or self._writer.transport.is_closing()


class Wire:
    """A connection that stays with its host, its address and its certificate."""

    def __init__(self, target: Target, stream: Stream) -> None:
        self.stream = stream
        origin = httpcore.Origin(target.scheme.encode(), target.host.encode(), target.port)
        self._http = httpcore.AsyncHTTP11Connection(origin, stream, IDLE_SECONDS)

    @property
    def is_reusable(self) -> bool:
        return self._http.is_available() and not self._http.has_expired()

    async def ask(self, request: httpcore.Request) -> httpcore.Response:
        return await self._http.handle_async_request(request)


async def connected(
    target: Target, address: str, allowed: Sequence[Network], trust: ssl.SSLContext
) -> Wire:
    """A new connection. Raises OSError, and SendFailed when its other end is not where it should.

    The certificate is judged by the host of the URL.
    """
    opened = await _opened(target, address, allowed)
    secure = target.scheme == "https"
    reader, writer = await asyncio.open_connection(
        sock=opened,
        ssl=trust if secure else None,
        server_hostname=target.host if secure else None,
    )
    return Wire(target, Stream(reader, writer))


async def _opened(target: Target, address: str, allowed: Sequence[Network]) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.settimeout(0)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(opened, (address, target.port))
        _judge_peer(opened, target, address, allowed)
    except BaseException:
        opened.close()
        raise
    return opened


def _judge_peer(
    opened: socket.socket, target: Target, address: str, allowed: Sequence[Network]
) -> None:
    peer = str(opened.getpeername()[0])
    same = address_of(peer) == address_of(address)
    if not (same and passes(peer, ordinary=target.is_ordinary, allowed=allowed)):
        raise SendFailed(Word.address_refused)
