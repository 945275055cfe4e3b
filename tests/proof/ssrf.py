"""P14: whatever a URL says and a name server answers, no forbidden address is connected to.

A hook of the interpreter sees each connect before the system does: to our own listeners it lets
it pass, any other it counts and refuses, so that not one packet leaves the machine.
"""

import asyncio
import socket
import sys
from collections import Counter
from contextlib import AsyncExitStack, suppress
from ipaddress import ip_address, ip_network
from random import Random
from unittest.mock import patch

import httpcore2 as httpcore

from app.kit.outgoing import Outgoing, SendFailed, addresses, urls
from tests.kit_web.outside import has_ipv6, leading_to, listening, ok, saying
from tests.proof.addresses import LISTENING, PUBLIC, carriers, forbidden, literal, spellings
from tests.proof.campaign import Result, Size

MORE = {"smoke": 0, "ci": 2, "release": 40}
HOME = "127.77.0.1"  # where what is allowed lives
SHOP = "shop.example"
ELSEWHERE = PUBLIC[0]


class Seen:
    """Each connect of the process. `home`: the listeners, as host and port."""

    def __init__(self):
        self.watching = False
        self.home = set()
        self.refused = Counter()

    def __call__(self, event, args):
        if event != "socket.connect" or not self.watching or not isinstance(args[1], tuple):
            return
        if args[1][:2] not in self.home:
            self.refused[args[1][0]] += 1
            raise ConnectionRefusedError


SEEN = Seen()
sys.addaudithook(SEEN)


class World(AsyncExitStack):
    """Listeners on the loopback, at a port that counts as usual, who must never be called."""

    async def __aenter__(self):
        await super().__aenter__()
        self.trust = httpcore.default_ssl_context()
        self.listeners = []
        self.port = 0
        for host in LISTENING:
            if ":" not in host or has_ipv6():
                await self._listen(host)
        usual = frozenset({443, 8443, self.port})
        self.enter_context(patch.object(urls, "USUAL_PORTS", usual))
        SEEN.watching = True
        self.callback(self._look_away)
        return self

    async def _listen(self, host):
        listener = await self.enter_async_context(listening(host=host, port=self.port))
        self.listeners.append((host, listener))
        self.port = listener.port
        SEEN.home.add((host, listener.port))

    def _look_away(self):
        SEEN.watching = False
        SEEN.home.clear()
        SEEN.refused.clear()

    @property
    def connections(self):
        """How often somebody was connected to who must not be."""
        heard = sum(listener.connections for _, listener in self.listeners)
        return heard + sum(n for host, n in SEEN.refused.items() if host not in PUBLIC)

    def outgoing(self, *answers, allowed=()):
        resolve = leading_to(*answers) if answers else None
        return Outgoing(allowed, resolve=resolve, trust=self.trust)

    async def sent(self, outgoing, host, scheme="https", port=None):
        """The status that came back, if any."""
        with suppress(SendFailed):
            url = f"{scheme}://{host}:{port or self.port}/"
            return (await outgoing.send("POST", url, headers={}, body=b"{}")).status
        return None


async def as_literal(world, text):
    return [await world.sent(world.outgoing(), literal(text))]


async def oddly_spelled(world, text):
    """A name that no resolver takes for a number is said to lead there all the same."""

    async def resolve(host):
        with suppress(OSError):
            found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
            return [place[0] for *_, place in found]
        return [text]

    outgoing = Outgoing(resolve=resolve, trust=world.trust)
    return [await world.sent(outgoing, one) for one in spellings(text)]


async def answered(world, text):
    """By a resolver of either family, alone and among others."""
    answers = [text, *(carriers(text) if ":" not in text else ())]
    lists = [[[one], [ELSEWHERE, one], [one, ELSEWHERE]] for one in answers]
    return [await world.sent(world.outgoing(one), SHOP) for some in lists for one in some]


async def rebound(world, text):
    """A good address first, then this one; with and without a connection kept meanwhile."""
    outgoing = world.outgoing([ELSEWHERE], [text])
    found = [await world.sent(outgoing, SHOP) for _ in range(2)]
    async with listening(host=HOME) as shop:
        SEEN.home.add((HOME, shop.port))
        keeping = world.outgoing([HOME], [text], allowed=[ip_network(HOME)])
        first = await world.sent(keeping, SHOP, "http", shop.port)
        found.append(await world.sent(keeping, SHOP, "http", shop.port))
        await keeping.close()
        SEEN.home.remove((HOME, shop.port))
    return [*found, None if first == 200 else first or 0]


async def redirected(world, text):
    """By a shop that is allowed."""
    there = f"location: https://{literal(text)}:{world.port}/\r\n"
    async with listening(saying(ok(status="307 Go", more=there)), host=HOME) as shop:
        SEEN.home.add((HOME, shop.port))
        outgoing = world.outgoing([HOME], allowed=[ip_network(HOME)])
        status = await world.sent(outgoing, SHOP, "http", shop.port)
        await outgoing.close()
        SEEN.home.remove((HOME, shop.port))
    return [None if status == 307 else status or 0]


WAYS = [as_literal, oddly_spelled, answered, rebound, redirected]


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: the standard library alone says which addresses are public."""
    return asyncio.run(play(size, seed, blind=blind))


async def play(size, seed=0, *, blind=False):
    targets = forbidden(Random(f"ssrf/{seed}"), MORE[size])
    ways = WAYS[:1] if size == "smoke" else WAYS
    failures, attempts = [], 0
    async with World() as world:
        failures += await controls(world)
        before = world.connections
        if blind:
            world.enter_context(patch.object(addresses, "is_public", lambda one: one.is_global))
        for text in targets:
            for way in ways:
                statuses = await way(world, text)
                attempts += len(statuses)
                failures += [f"{way.__name__} {text}: answered {one}" for one in statuses if one]
        connections = world.connections - before
        failures += [f"connected to {host}" for host in SEEN.refused if host not in PUBLIC]
        if connections and not failures:
            failures.append("a listener was connected to")
    counts = {"addresses": len(targets), "attempts": attempts, "connections": connections}
    return Result(seed, counts, failures)


async def controls(world):
    """What must be seen is seen: who listens counts, and public addresses are tried."""
    failures = []
    for host, listener in world.listeners:
        _, writer = await asyncio.open_connection(host, world.port)
        await asyncio.sleep(0.01)
        writer.close()
        if listener.connections != 1:
            failures.append(f"{host} does not count")
    for text in PUBLIC:
        await world.sent(world.outgoing([text]), SHOP)
        if SEEN.refused[str(ip_address(text))] != 1:
            failures.append(f"{text} was not tried")
    return failures
