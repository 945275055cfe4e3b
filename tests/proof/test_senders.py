"""A load leaves nothing for later: what is compared afterwards stands under the last edit."""

import asyncio
from random import Random
from types import SimpleNamespace

import httpx2 as httpx

from tests.proof.senders import Ledger, Load, Program

BUSY = httpx.Response(409, json={"code": "check_running"})


def load(*answers):
    """One program and nobody at work; its replica says these one after the other."""
    said = list(answers)
    asked = []

    def answer(request):
        asked.append(f"{request.method} {request.url.path}")
        return said.pop(0)

    transport = httpx.MockTransport(answer)
    client = httpx.AsyncClient(base_url="http://replica", transport=transport)
    ground = SimpleNamespace(replicas=[SimpleNamespace(client=client)])
    ledger = Ledger()
    idle = asyncio.create_task(asyncio.sleep(0))
    return asked, Load(ledger, [Program(ground, ledger, Random(1))], asyncio.Event(), [idle])


async def test_it_ends_with_a_check_however_busy_the_program_is():
    asked, ended = load(BUSY, httpx.Response(202, json={"id": "a"}))

    await ended.stop()

    assert asked == ["POST /v1/checks"] * 2
    assert ended.ledger.broken == []


async def test_a_check_that_is_never_let_in_is_reported():
    _, ended = load(BUSY, BUSY, httpx.Response(200, json={"data": []}))

    await ended.stop(patience=0.1)

    [said] = ended.ledger.broken
    assert said.startswith("the last check: 409")
