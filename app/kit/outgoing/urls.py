"""Which URLs may be called, by their form alone: where they lead is judged at connect. Pure."""

import re
from dataclasses import dataclass

import httpx2 as httpx

from app.kit.outgoing.failures import UrlFault, UrlRefused

LONGEST = 2_048
LAST_PORT = 65_535
PORTS = {"https": 443, "http": 80}
USUAL_PORTS = frozenset({443, 8_443})
PLAIN = re.compile(r"[\x21-\x5b\x5d-\x7e]+")  # printable ASCII without blanks and backslashes
HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart once: what is judged is what is called. `host`: without brackets."""

    scheme: str
    host: str
    port: int
    authority: str
    path: str

    @property
    def is_ordinary(self) -> bool:
        return self.scheme == "https" and self.port in USUAL_PORTS


def target_of(url: str, *, ordinary: bool) -> Target:
    """`ordinary`: only HTTPS, only at the usual ports. Raises UrlRefused."""
    parsed = _parsed(url)
    scheme = parsed.scheme
    if scheme not in PORTS or (ordinary and scheme != "https"):
        raise UrlRefused(UrlFault.not_https)
    target = Target(
        scheme,
        parsed.raw_host.decode("ascii"),
        PORTS[scheme] if parsed.port is None else parsed.port,
        parsed.netloc.decode("ascii"),
        parsed.raw_path.decode("ascii"),
    )
    if not HOST.fullmatch(target.host):
        raise UrlRefused(UrlFault.bad_url)
    if not 1 <= target.port <= LAST_PORT or (ordinary and not target.is_ordinary):
        raise UrlRefused(UrlFault.bad_port)
    return target


def _parsed(url: str) -> httpx.URL:
    if len(url) > LONGEST:
        raise UrlRefused(UrlFault.too_long)
    if not PLAIN.fullmatch(url):
        raise UrlRefused(UrlFault.bad_url)
    if "@" in url.partition("://")[2].split("/")[0].split("?")[0].split("#")[0]:
        raise UrlRefused(UrlFault.user_info)
    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        raise UrlRefused(UrlFault.bad_url) from None
