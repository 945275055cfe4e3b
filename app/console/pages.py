"""The operator's pages. For now the first one, which leads to the explorer."""

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

STATIC = Path(__file__).parent / "static"
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"


async def start(_: Request) -> Response:
    return _page("index.html", "text/html")


async def style(_: Request) -> Response:
    return _page("console.css", "text/css")


def _page(name: str, media_type: str) -> Response:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return Response(_file(name), headers=headers, media_type=media_type)


@cache
def _file(name: str) -> bytes:
    return (STATIC / name).read_bytes()


ROUTES = [Route("/", start), Route("/console.css", style)]
