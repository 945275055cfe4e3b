"""Requests to the outside: what is sent, what is kept of the answer, how long it may take."""

import asyncio
import gzip
from ipaddress import ip_network

import pytest

from app.kit.outgoing import Outgoing, SendFailed, Word
from app.kit.outgoing import client as outgoing_client
from tests.kit_web.outside import leading_to, listening, ok, saying

LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]


@pytest.fixture
async def outgoing():
    held = Outgoing(LOOPBACK)
    yield held
    await held.close()


async def post(outgoing, listener, path="/in?a=b", **more):
    url = f"http://127.0.0.1:{listener.port}{path}"
    return await outgoing.send("POST", url, **{"headers": {}, "body": b"{}", **more})


async def test_a_request_arrives_as_it_was_meant(outgoing):
    async with listening() as listener:
        answer = await post(outgoing, listener, headers={"Webhook-Id": "c1", "Host": "other"})

    [(head, body)] = listener.heard
    assert (answer.status, answer.body, body) == (200, b"fine", b"{}")
    assert head[:2] == ["POST /in?a=b HTTP/1.1", f"host: 127.0.0.1:{listener.port}"]
    assert {"webhook-id: c1", "content-length: 2", "accept-encoding: identity"} <= set(head)
    assert sum(line.startswith("host:") for line in head) == 1


async def test_requests_to_one_place_share_a_connection(outgoing):
    async with listening() as listener:
        for _ in range(3):
            await post(outgoing, listener)

    assert (listener.connections, len(listener.heard)) == (1, 3)


async def test_requests_at_the_same_time_do_not_share_a_connection(outgoing):
    async with listening() as listener:
        answers = await asyncio.gather(*(post(outgoing, listener) for _ in range(20)))

    assert [answer.status for answer in answers] == [200] * 20
    assert len(listener.heard) == 20


async def test_a_connection_that_the_other_side_has_closed_is_not_used_again(outgoing):
    async with listening(saying(ok())) as listener:
        await post(outgoing, listener)
        await asyncio.sleep(0.05)
        await post(outgoing, listener)

    assert listener.connections == 2


async def test_a_connection_is_kept_for_seconds_only(outgoing, monkeypatch):
    monkeypatch.setattr("app.kit.outgoing.pool.IDLE_SECONDS", 0.02)
    async with listening() as listener:
        await post(outgoing, listener)
        await asyncio.sleep(0.1)
        await post(outgoing, listener)

    assert listener.connections == 2


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Go", "308 Go", "500 No"])
async def test_a_redirect_is_an_answer(outgoing, status):
    async with listening() as target:
        there = f"location: http://127.0.0.1:{target.port}/\r\n"
        async with listening(saying(ok(status=status, more=there))) as listener:
            answer = await post(outgoing, listener)

    assert answer.status == int(status[:3])
    assert answer.headers["location"].endswith(f":{target.port}/")
    assert target.connections == 0


async def test_a_cookie_is_not_remembered(outgoing):
    async with listening(saying(ok(more="set-cookie: a=b\r\n"), ok())) as listener:
        await post(outgoing, listener)
        await post(outgoing, listener)

    assert [line for head, _ in listener.heard for line in head if "cookie" in line] == []


async def test_of_a_long_answer_the_beginning_is_kept_and_the_rest_not_read(outgoing):
    async def endless(listener, reader, writer):
        await listener.request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000000\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async with listening(endless) as listener:
        answer = await post(outgoing, listener, most=1_000, seconds=5)

    assert answer.body == b"x" * 1_000


async def test_a_compressed_answer_is_not_expanded(outgoing):
    bomb = gzip.compress(b"0" * 10_000_000)
    async with listening(saying(ok(bomb, more="content-encoding: gzip\r\n"))) as listener:
        answer = await post(outgoing, listener)

    assert answer.body == bomb[:20_000]


async def test_a_proxy_of_the_environment_is_not_used(outgoing, monkeypatch):
    async with listening() as proxy, listening() as listener:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        await post(outgoing, listener)

    assert (proxy.connections, listener.connections) == (0, 1)


async def silence(listener, reader, _):
    await listener.request(reader)
    await asyncio.sleep(30)


async def drips(listener, reader, writer):
    await listener.request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def head_drips(listener, reader, writer):
    await listener.request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nx-long: ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def continues(listener, reader, writer):
    await listener.request(reader)
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("answer", [silence, drips, head_drips, continues])
async def test_however_slowly_an_answer_comes_it_has_its_time_in_all(outgoing, answer):
    began = asyncio.get_running_loop().time()
    async with listening(answer) as listener:
        with pytest.raises(SendFailed) as failed:
            await post(outgoing, listener, seconds=0.3)

    assert failed.value.word == Word.timeout
    assert 300 <= failed.value.milliseconds < 2_000
    assert asyncio.get_running_loop().time() - began < 2


@pytest.mark.parametrize(
    ("said", "word"),
    [
        (b"", Word.connection_lost),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx", Word.connection_lost),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n" + b"x" * 100, Word.bad_answer),
        (b"HTTP/1.1 200 OK\r\n" + b"x-a: b\r\n" * 100_000 + b"\r\n", Word.bad_answer),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", Word.bad_answer),
    ],
)
async def test_what_is_no_answer_has_its_word(outgoing, said, word):
    async def nonsense(listener, reader, writer):
        await listener.request(reader)
        writer.write(said)
        await writer.drain()
        if word is Word.bad_answer:
            await asyncio.sleep(1)

    async with listening(nonsense) as listener:
        with pytest.raises(SendFailed) as failed:
            await post(outgoing, listener)

    assert failed.value.word == word


async def test_a_reset_is_a_lost_connection(outgoing):
    async def reset(listener, reader, writer):
        await listener.request(reader)
        writer.transport.abort()

    async with listening(reset) as listener:
        with pytest.raises(SendFailed, match="connection_lost"):
            await post(outgoing, listener)


async def test_nobody_there_is_a_failed_connection(outgoing):
    async with listening() as listener:
        pass

    with pytest.raises(SendFailed, match="connect_failed"):
        await post(outgoing, listener)


async def test_a_name_without_addresses_is_told():
    async def unknown(_):
        raise OSError

    with pytest.raises(SendFailed, match="unresolvable"):
        await Outgoing(resolve=unknown).send("GET", "https://shop.example/", headers={})


async def test_a_silent_name_server_has_the_time_of_a_connection(monkeypatch):
    monkeypatch.setattr(outgoing_client, "CONNECT_SECONDS", 0.1)

    async def silent(_):
        await asyncio.sleep(10)

    with pytest.raises(SendFailed, match="connect_timeout"):
        await Outgoing(resolve=silent).send("GET", "https://shop.example/", headers={})


@pytest.mark.parametrize("value", ["a\r\nx-more: b", "a\x00", "ä"])
async def test_a_header_that_http_cannot_carry_is_not_sent(outgoing, value):
    async with listening() as listener:
        with pytest.raises(SendFailed, match="not_sendable"):
            await post(outgoing, listener, headers={"authorization": value})

    assert listener.heard == []


async def test_the_next_address_is_tried_when_the_first_is_dead():
    held = Outgoing(LOOPBACK, resolve=leading_to(["127.9.9.9", "127.0.0.1"]))
    async with listening() as listener:
        answer = await held.send("GET", f"http://shop.example:{listener.port}/", headers={})
    await held.close()

    assert answer.status == 200
