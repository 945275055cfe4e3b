"""Requests to addresses that others choose: only globally routable ones, judged at connect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

import httpx2 as httpx

MOST_ANSWER = 20_000
SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is cut after so many bytes as were asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    milliseconds: int


class UrlRefused(Exception):
    """The text of a URL is not one that may ever be called."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class SendFailed(Exception):
    """No answer; `word` is the class of the failure, such as `timeout` or `address_refused`."""

    def __init__(self, word: str, milliseconds: int) -> None:
        super().__init__(word)
        self.word = word
        self.milliseconds = milliseconds


class Outgoing:
    """One per process. `allowed`: networks that are let through though they are private."""

    def __init__(self, allowed: Sequence[IPv4Network | IPv6Network] = ()) -> None:
        self._allowed = tuple(allowed)
        self._client = httpx.AsyncClient(follow_redirects=False, trust_env=False)

    def check_url(self, url: str) -> None:
        """Raises UrlRefused. The address itself is judged at every connect."""
        raise NotImplementedError

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
        """The answer, whatever its status; redirects are answers. Raises SendFailed."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close what is kept open."""
        await self._client.aclose()
