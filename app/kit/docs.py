"""The API explorer and the OpenAPI document, served from our own files: works offline."""

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FOR_A_DAY = "public, max-age=86400"


async def docs(_: Request) -> Response:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return Response(_file("docs.html"), headers=headers, media_type="text/html")


async def scalar(_: Request) -> Response:
    headers = {"Content-Encoding": "gzip", "Cache-Control": FOR_A_DAY}
    return Response(_file("scalar-1.46.4.js.gz"), headers=headers, media_type="text/javascript")


@cache
def _file(name: str) -> bytes:
    return (STATIC / name).read_bytes()


ROUTES = [Route("/docs", docs), Route("/docs/scalar.js", scalar)]
