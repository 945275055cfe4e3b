"""A database that is there and does not answer: known at once, left at once, found again."""

import asyncio
import signal
import time

import psutil
import pytest

from app.kit.db import connect, row
from app.kit.failures import shown
from app.kit.postgres import embedded
from app.kit.pulse import ONE, Pulse


@pytest.fixture
async def silenced(place):
    """A server of its own, and how to silence it and let it speak."""
    async with embedded(place) as server:
        postmaster = psutil.Process(server.pid)

        def send(number):
            for one in [postmaster, *postmaster.children()]:
                one.send_signal(number)

        yield server, send
        send(signal.SIGCONT)


async def ask(db):
    """The error that a caller is shown, and after how long; None when there is an answer."""
    began = time.monotonic()
    try:
        async with db.transaction() as session:
            await row(session, ONE)
    except Exception as error:  # noqa: BLE001 - whatever it is, a caller is shown something
        return shown(error), time.monotonic() - began
    return None, time.monotonic() - began


async def until_answered(db):
    began = time.monotonic()
    while (await ask(db))[0] is not None:
        assert time.monotonic() - began < 10
        await asyncio.sleep(0.05)


async def test_who_asks_a_silent_database_is_told_within_two_seconds(silenced):
    server, send = silenced
    db = connect(server.url, pool=2, overflow=0)
    pulse = Pulse(db)
    pulse.start()
    assert (await ask(db))[0] is None
    assert await pulse.beat()

    send(signal.SIGSTOP)
    told = await asyncio.gather(*(ask(db) for _ in range(5)))
    again = await ask(db)
    send(signal.SIGCONT)
    await until_answered(db)
    await pulse.stop()

    assert {error.status for error, _ in [*told, again]} == {503}
    assert max(seconds for _, seconds in told) < 2.5
    assert again[1] < 0.5
    assert (await ask(db))[0] is None
    await db.close()


async def test_a_database_that_is_stopped_is_no_silence_and_its_connections_are_replaced(place):
    async with embedded(place) as server:
        db = connect(server.url, pool=1, overflow=0)
        pulse = Pulse(db)
        assert (await ask(db))[0] is None
        psutil.Process(server.pid).send_signal(signal.SIGQUIT)
        await asyncio.sleep(0.05)

        assert await pulse.beat()
        await until_answered(db)

        assert not db.wires.cut
        await pulse.stop()
        await db.close()
