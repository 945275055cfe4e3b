import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2 as httpx
import pytest

from app.kit.protocol import TimedProtocol
from app.kit.server import server_of
from tests.kit_web.shop import application
from tests.kit_web.waiting import until
from tests.ports import free_port

SLACK = 2.0
HALF_HEAD = b"GET /v1/things/a HTTP/1.1\r\nHost: shop\r\nX-Half: "
HALF_BODY = b"POST /v1/things/raw HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\n" + b"x" * 10
WHOLE = b"GET /v1/things/a HTTP/1.1\r\nHost: shop\r\n\r\n"


class ShortProtocol(TimedProtocol):
    idle_seconds = 0.6
    header_seconds = 0.3
    linger_seconds = 0.3


class ShortHeadProtocol(ShortProtocol):
    idle_seconds = 30.0


@contextlib.asynccontextmanager
async def serving(protocol=ShortProtocol, on_stopping=lambda: None, **limits):
    server = server_of(
        application(**limits), "127.0.0.1", 0, on_stopping, http=protocol, lifespan="off"
    )
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield server
    with contextlib.suppress(LookupError):
        server.stop()
    await task


async def _closed_after(port, *parts, pause=0.0):
    """What came back until the connection was closed, and after how many seconds that was."""
    began, said = time.monotonic(), b""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
    async with asyncio.timeout(10):
        with contextlib.suppress(ConnectionError):
            said = await reader.read()
    writer.close()
    return said, time.monotonic() - began


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (b"\r\n",),
        (HALF_HEAD,),
        (WHOLE,),
        (WHOLE, HALF_HEAD),
        (WHOLE, b"\r\n"),
    ],
)
async def test_a_connection_that_waits_for_its_client_is_closed(parts):
    async with serving() as server:
        said, seconds = await _closed_after(server.port, *parts, pause=0.05)

    assert seconds < ShortProtocol.idle_seconds + SLACK
    assert said.count(b"HTTP/1.1 200") == parts.count(WHOLE)


@pytest.mark.parametrize("parts", [(HALF_HEAD,), (WHOLE, HALF_HEAD)])
async def test_headers_have_less_time_than_silence(parts):
    async with serving(ShortHeadProtocol) as server:
        _, seconds = await _closed_after(server.port, *parts, pause=0.05)

    assert seconds < ShortHeadProtocol.header_seconds + SLACK


async def test_bytes_alone_do_not_keep_a_connection_open():
    async with serving(ShortHeadProtocol) as server:
        drips = (HALF_HEAD, *[b"x"] * 200)
        _, seconds = await _closed_after(server.port, *drips, pause=0.02)

    assert seconds < 200 * 0.02 + SLACK
    assert seconds >= ShortProtocol.header_seconds


async def test_half_a_body_is_answered_and_closed():
    async with serving(body_seconds=0.3) as server:
        said, seconds = await _closed_after(server.port, HALF_BODY)

    assert said.startswith(b"HTTP/1.1 408")
    assert seconds < 0.3 + SLACK


async def test_a_refused_body_is_answered_before_the_connection_ends():
    async with serving(body=5) as server:
        said, seconds = await _closed_after(server.port, HALF_BODY, *[b"x"] * 5, pause=0.01)

    assert said.startswith(b"HTTP/1.1 413")
    assert seconds < ShortProtocol.linger_seconds * 2 + SLACK


async def test_who_closes_behind_its_request_reads_the_refusal_of_what_it_still_sends():
    head = HALF_BODY.replace(b"Length: 100", b"Length: 2000000\r\nConnection: close")
    async with serving(body=5) as server:
        said, seconds = await _closed_after(server.port, head, *[b"x" * 300_000] * 3, pause=0.05)

    assert said.startswith(b"HTTP/1.1 413")
    assert said.endswith(b"}")
    assert seconds < ShortProtocol.linger_seconds * 2 + SLACK


async def test_after_a_refused_body_that_came_whole_the_connection_serves_on():
    async with serving(body=5) as server:
        whole_body = HALF_BODY + b"x" * 90
        said, _ = await _closed_after(server.port, whole_body, WHOLE, pause=0.1)

    assert [b"HTTP/1.1 413" in said, b"HTTP/1.1 200" in said] == [True, True]


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
        (HALF_HEAD + b"x" * 200_000, b"431"),
    ],
)
async def test_what_is_no_request_is_told_as_a_problem(request_bytes, status):
    async with serving() as server:
        said, _ = await _closed_after(server.port, request_bytes)

    assert said.startswith(b"HTTP/1.1 " + status)
    assert b"application/problem+json" in said


async def test_a_slow_client_takes_no_place_from_others():
    async with serving(at_once=2) as server:
        drips = [
            asyncio.create_task(_closed_after(server.port, HALF_HEAD, pause=0.1)) for _ in range(20)
        ]
        await asyncio.sleep(0.1)
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{server.port}/v1/things/a")
        await asyncio.gather(*drips)

    assert answer.status_code == 200


async def test_a_server_told_to_end_serves_on_while_it_is_not_ready():
    async with serving() as server, httpx.AsyncClient() as client:
        address = f"http://127.0.0.1:{server.port}/v1/things/a"
        server.handle_exit(signal.SIGTERM, None)
        await asyncio.sleep(0.3)
        meanwhile = await client.get(address)
        server.handle_exit(signal.SIGTERM, None)
        await until(lambda: server.should_exit and not server.servers[0].is_serving(), 2)

    assert meanwhile.status_code == 200


async def test_a_server_ends_although_telling_so_fails():
    def fail():
        raise LookupError

    async with serving(on_stopping=fail) as server:
        pass

    assert not server.servers[0].is_serving()


SERVE = """
import sys
from app.kit.server import server_of, run
from tests.kit_web.shop import application
server = server_of(application(), "127.0.0.1", int(sys.argv[1]), lambda: None, lifespan="off",
                   timeout_graceful_shutdown=1)
server._not_ready_seconds = 0.2
run(server)
"""


@pytest.mark.parametrize("sent", [b"", HALF_HEAD, HALF_BODY])
def test_sigterm_ends_with_0_beside_half_sent_requests(sent):
    port = free_port()
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(port)], cwd=root, stderr=subprocess.DEVNULL
    )
    connections = [_connected(port) for _ in range(20)]
    for one in connections:
        one.sendall(sent)
    time.sleep(0.2)

    os.kill(process.pid, signal.SIGTERM)

    assert process.wait(5) == 0
    for one in connections:
        one.close()


def _connected(port):
    for _ in range(200):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError
