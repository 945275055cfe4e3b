"""Requests as bytes on fresh sockets, so that nothing between us and the service tidies them."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from pydantic import SecretStr

from app.kit.db import connect
from app.kit.server import server_of
from app.main import create_app
from app.settings import Settings
from tests.proof.driver import ROOT

PATIENCE = 60.0


class Request(NamedTuple):
    method: str
    target: bytes
    headers: Mapping[bytes, bytes]
    body: bytes | None = None

    def __bytes__(self) -> bytes:
        usual = {b"Host": b"tiers", b"Connection": b"close"}
        if self.body is not None:
            usual[b"Content-Length"] = str(len(self.body)).encode()
        lines = [b"%s: %s" % pair for pair in {**usual, **self.headers}.items()]
        head = b"%s %s HTTP/1.1" % (self.method.encode(), self.target)
        return b"\r\n".join([head, *lines, b"", self.body or b""])


class Answer(NamedTuple):
    """`status` 0: the connection ended without one."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


async def send(port: int, request: Request) -> Answer:
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(bytes(request))
        async with asyncio.timeout(PATIENCE):
            said = await reader.read()
    except OSError:
        said = b""
    finally:
        writer.close()
    return _read(said, time.monotonic() - began)


@asynccontextmanager
async def serving(url: str):
    """The real application behind the real server; yields its port and its database."""
    db = connect(url, pool=5, overflow=5)
    settings = Settings.model_construct(
        secret_key=SecretStr("s" * 40), root_key=SecretStr(ROOT), rate_limits="off"
    )
    server = server_of(create_app(settings, db=db), "127.0.0.1", 0, lambda: None)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
        assert not task.done(), task
    try:
        yield server.port, db
    finally:
        server.should_exit = True
        await task
        await db.close()


def _read(said: bytes, seconds: float) -> Answer:
    head, _, body = said.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    status = int(first.split()[1]) if first else 0
    pairs = (line.partition(": ") for line in lines)
    return Answer(status, {name.lower(): value for name, _, value in pairs}, body, seconds)
