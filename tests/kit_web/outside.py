"""The outside world: listeners that count who came, and answer as a test says."""

import asyncio
import contextlib
import socket


class Listener:
    """`answer(reader, writer)` is played for each connection; `heard` holds each request."""

    def __init__(self, answer):
        self._answer = answer
        self.connections = 0
        self.heard = []
        self.port = 0

    async def __call__(self, reader, writer):
        self.connections += 1
        with contextlib.suppress(
            ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError
        ):
            await self._answer(self, reader, writer)
        writer.close()

    async def request(self, reader):
        """The next request: its head as lines, and its body."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
        lengths = [line.split(":")[1] for line in head if line.startswith("content-length:")]
        body = await reader.readexactly(int(lengths[0])) if lengths else b""
        self.heard.append((head, body))
        return head, body


def saying(*said):
    """Answer each request with the next of the texts, on one connection."""

    async def answer(listener, reader, writer):
        for one in said:
            await listener.request(reader)
            writer.write(one)
            await writer.drain()

    return answer


def ok(body=b"fine", status="200 OK", more=""):
    head = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


async def forever(listener, reader, writer):
    while True:
        await listener.request(reader)
        writer.write(ok())


@contextlib.asynccontextmanager
async def listening(answer=forever, *, host="127.0.0.1", port=0, tls=None):
    listener = Listener(answer)
    server = await asyncio.start_server(listener, host, port, ssl=tls)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()


def has_ipv6():
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


def leading_to(*answers):
    """A resolver: the first answer for the first question, the last for all that follow."""
    asked = []

    async def resolve(host):
        asked.append(host)
        return list(answers[min(len(asked), len(answers)) - 1])

    resolve.asked = asked
    return resolve
