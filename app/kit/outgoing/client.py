import asyncio
import ssl
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from functools import lru_cache
from typing import Self

import httpcore2 as httpcore

from app import VERSION
from app.kit.logs import log
from app.kit.metrics import ADDRESS_REFUSED, STARTUP_WARNINGS
from app.kit.outgoing.addresses import Network, passes
from app.kit.outgoing.failures import Answer, SendFailed, UrlRefused, Word
from app.kit.outgoing.names import Resolve, Resolver
from app.kit.outgoing.pool import Place, Pool
from app.kit.outgoing.urls import Target, target_of
from app.kit.outgoing.wires import Wire, connected

MOST_ANSWER = 20_000
SECONDS = 15.0
CONNECT_SECONDS = 3.0
MOST_ADDRESSES = 4
OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})


@lru_cache(maxsize=1)
def _believed() -> ssl.SSLContext:
    """The certificates of the installation: reading them takes 25 ms."""
    return httpcore.default_ssl_context()


class Outgoing:
    """One per process. `allowed`: networks that are let through though they are private.

    Names are resolved anew for each request, and an open connection is used again only by
    requests to the same host whose name still leads to its address. Nothing is sent twice, no
    redirect is followed, nothing is expanded, remembered or taken from the environment.
    `resolve`, `trust`: how names become addresses and whose certificates are believed.
    """

    def __init__(
        self,
        allowed: Sequence[Network] = (),
        *,
        resolve: Resolve | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve or Resolver()
        self._trust = trust or _believed()
        self._trust.set_alpn_protocols(["http/1.1"])
        self._pool = Pool()

    @classmethod
    def at_start(cls, allowed: Sequence[Network]) -> Self:
        """That of a starting process, which tells what it lets through beyond the rule."""
        for network in allowed:
            log("addresses_allowed", "warning", address=str(network))
        STARTUP_WARNINGS.inc(sum(network.is_loopback for network in allowed))
        return cls(allowed)

    def check_url(self, url: str) -> None:
        """Raises UrlRefused. The address itself is judged at every connect."""
        self._target(url)

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        most: int = MOST_ANSWER,
        seconds: float = SECONDS,
    ) -> Answer:
        """The answer, whatever its status; redirects are answers. Raises SendFailed.

        `seconds`: for all of it, however slowly the answer drips; CONNECT_SECONDS to connect.
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(seconds):
                target = self._target(url)
                request = _request(method, target, headers, body)
                status, told, data = await self._exchange(target, request, most)
        except (SendFailed, UrlRefused, TimeoutError) as error:
            raise SendFailed(_word(error), round((clock() - began) * 1_000)) from error
        return Answer(status, told, data, round((clock() - began) * 1_000))

    async def close(self) -> None:
        """Close what is kept open."""
        self._pool.close()

    def _target(self, url: str) -> Target:
        return target_of(url, ordinary=not self._allowed)

    async def _exchange(
        self, target: Target, request: httpcore.Request, most: int
    ) -> tuple[int, dict[str, str], bytes]:
        place, wire = await self._wire(target)
        try:
            response = await wire.ask(request)
            data = await _body(response, most)
        except httpcore.LocalProtocolError:
            raise SendFailed(Word.not_sendable) from None
        except (httpcore.ProtocolError, httpcore.NetworkError) as error:
            is_nonsense = isinstance(error, httpcore.ProtocolError) and not wire.stream.has_ended
            raise SendFailed(Word.bad_answer if is_nonsense else Word.connection_lost) from error
        finally:
            self._pool.keep(place, wire)
        return response.status, _headers(response), data

    async def _wire(self, target: Target) -> tuple[Place, Wire]:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                places = [Place.of(target, address) for address in await self._addresses(target)]
                for place in places:
                    if wire := self._pool.take(place):
                        return place, wire
                return await self._connect(target, places)
        except TimeoutError:
            raise SendFailed(Word.connect_timeout) from None

    async def _addresses(self, target: Target) -> list[str]:
        """Those that pass; the text of the URL is never asked."""
        try:
            found = await self._resolve(target.host)
        except OSError:
            raise SendFailed(Word.unresolvable) from None
        ordinary = target.is_ordinary
        passed = [one for one in found if passes(one, ordinary=ordinary, allowed=self._allowed)]
        if not passed:
            ADDRESS_REFUSED.inc()
            raise SendFailed(Word.address_refused)
        return list(dict.fromkeys(passed))[:MOST_ADDRESSES]

    async def _connect(self, target: Target, places: Sequence[Place]) -> tuple[Place, Wire]:
        """The first that answers; a silent one may not use up the time of the others."""
        failed: Exception = SendFailed(Word.connect_failed)
        for number, place in enumerate(places):
            try:
                async with asyncio.timeout(CONNECT_SECONDS / (len(places) - number)):
                    return place, await connected(target, place.address, self._allowed, self._trust)
            except (OSError, SendFailed) as error:
                failed = error
        if isinstance(failed, ssl.SSLError):
            raise SendFailed(Word.tls_failed) from failed
        if isinstance(failed, SendFailed | TimeoutError):
            raise failed
        raise SendFailed(Word.connect_failed) from failed


def _word(error: SendFailed | UrlRefused | TimeoutError) -> Word:
    if isinstance(error, SendFailed):
        return error.word
    return Word.url_refused if isinstance(error, UrlRefused) else Word.timeout


def _request(
    method: str, target: Target, headers: Mapping[str, str], body: bytes
) -> httpcore.Request:
    fields = {
        "host": target.authority,
        "user-agent": f"customer-tiers/{VERSION}",
        "accept-encoding": "identity",
        **({"content-length": str(len(body))} if body or method != "GET" else {}),
        **{name.lower(): value for name, value in headers.items() if name.lower() not in OURS},
    }
    try:
        encoded = [(name.encode("ascii"), value.encode("ascii")) for name, value in fields.items()]
    except UnicodeEncodeError:
        raise SendFailed(Word.not_sendable) from None
    url = httpcore.URL(
        scheme=target.scheme.encode(),
        host=target.host.encode(),
        port=target.port,
        target=target.path.encode(),
    )
    return httpcore.Request(method, url, headers=encoded, content=body)


async def _body(response: httpcore.Response, most: int) -> bytes:
    """At most so many bytes; what is longer is cut off with its connection."""
    data = bytearray()
    async with aclosing(response.aiter_stream()) as chunks:
        async for chunk in chunks:
            data += chunk
            if len(data) >= most:
                break
    await response.aclose()
    return bytes(data[:most])


def _headers(response: httpcore.Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
    }
