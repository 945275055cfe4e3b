"""Names become addresses without anybody waiting who need not."""

import asyncio
import threading

import pytest

from app.kit.outgoing import names
from app.kit.outgoing.names import Resolver


@pytest.mark.parametrize(
    ("host", "address"), [("127.1", "127.0.0.1"), ("0x7f.1", "127.0.0.1"), ("::1", "::1")]
)
async def test_a_number_is_an_address_however_it_is_written(host, address):
    assert await Resolver()(host) == [address]


async def test_a_name_is_looked_up():
    assert set(await Resolver()("localhost")) <= {"127.0.0.1", "::1"}


async def test_silent_name_servers_hold_up_neither_the_loop_nor_the_end(monkeypatch):
    answering = threading.Event()
    monkeypatch.setattr(names, "AT_ONCE", 3)
    monkeypatch.setattr(names, "_addresses", _silent(answering))
    resolver = Resolver()
    waiting = [asyncio.create_task(resolver(f"{number}.example")) for number in range(5)]
    await asyncio.sleep(0.05)
    threads = [one for one in threading.enumerate() if one.name == "resolve"]

    for one in waiting[:2]:
        one.cancel()
    answering.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)

    assert len(threads) == 3
    assert all(one.daemon for one in threads)
    assert [str(one) for one in found[2:]] == ["['192.0.2.1']"] * 3


def _silent(answering):
    def addresses(_, flags):
        if flags:
            raise OSError
        answering.wait(5)
        return ["192.0.2.1"]

    return addresses
