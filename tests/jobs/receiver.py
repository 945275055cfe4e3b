"""A receiver of webhooks on loopback that answers as it is told, also badly."""

import asyncio
import struct
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

HUGE = 2_000_000
SO_LINGER_NOW = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Got:
    """A request as it came; `at`: the loop's time. Header names are lower-case.

    `tls`: the context whose certificate was shown, if one was.
    """

    path: str
    headers: dict
    body: bytes
    at: float
    tls: object = None

    @property
    def id(self):
        return self.headers["webhook-id"]


@dataclass(frozen=True)
class Reply:
    """`kind`: answer, hang, reset, drip."""

    status: int = 200
    headers: dict = field(default_factory=dict)
    body: bytes = b"ok"
    kind: str = "answer"


OK = Reply()


class Receiver:
    """`reply` says how each request is answered; `got` is what came, in order.

    `at_once`: the most requests that were open at a time. Nothing is kept unless it `keeps`.
    `tls`: the context of a receiver behind TLS.
    """

    def __init__(self, reply, *, keeps=True, tls=None):
        self.reply = reply
        self.tls = tls
        self.keeps = keeps
        self.got = []
        self.at_once = self.now = 0
        self._server = self.port = None
        self._serving = set()

    async def open(self):
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, backlog=1_024, ssl=self.tls
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def url(self, path="/"):
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}{path}"

    async def until(self, number, seconds=20):
        """The first so many requests."""
        async with asyncio.timeout(seconds):
            while len(self.got) < number:  # noqa: ASYNC110 - of a socket
                await asyncio.sleep(0.01)
        return self.got[:number]

    async def close(self):
        self._server.close()
        for one in self._serving:
            one.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._serving.add(task)
        try:
            await self._converse(reader, writer)
        except asyncio.CancelledError:
            return
        finally:
            self._serving.discard(task)
            writer.transport.abort()

    async def _converse(self, reader, writer):
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while got := await _request(reader, writer):
                if self.keeps:
                    self.got.append(got)
                self.now += 1
                self.at_once = max(self.at_once, self.now)
                try:
                    if not await _answer(writer, self.reply(got)):
                        break
                finally:
                    self.now -= 1


async def _request(reader, writer):
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    headers = {
        name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)
    }
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    connection = writer.get_extra_info("ssl_object")
    tls = connection.context if connection else None
    return Got(first.split(" ")[1], headers, body, asyncio.get_running_loop().time(), tls)


async def _answer(writer, reply):
    """Whether the connection can be used again."""
    if reply.kind == "reset":
        writer.get_extra_info("socket").setsockopt(1, 13, SO_LINGER_NOW)
        return False
    if reply.kind == "hang":
        await asyncio.sleep(3_600)
    said = {"content-length": len(reply.body), **reply.headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    writer.write(f"HTTP/1.1 {reply.status} Said\r\n{head}\r\n".encode())
    if reply.kind == "drip":
        await _drip(writer, reply.body)
    else:
        writer.write(reply.body)
    await writer.drain()
    return True


async def _drip(writer, body):
    for one in body:
        writer.write(bytes([one]))
        await writer.drain()
        await asyncio.sleep(1)


@asynccontextmanager
async def receiver(reply=lambda _: OK, *, keeps=True, tls=None):
    """A receiver that listens."""
    found = Receiver(reply, keeps=keeps, tls=tls)
    await found.open()
    try:
        yield found
    finally:
        await found.close()
