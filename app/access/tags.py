"""ETags at the door: what an edit must match, and what a reader has already."""

from typing import Annotated, Any

from fastapi import Depends, Header, Response
from pydantic_core import to_json

from app.kit.etags import etag, etag_of, is_known

MOST = 1_000

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=MOST,
        description="The ETag of what changes, or *.",
        examples=["*"],
    ),
]
IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", max_length=MOST, description="The ETag of what you have."),
]


class Tagging:
    """Answers a GET of one thing under its ETag, or with 304 when the caller has it."""

    def __init__(self, response: Response, if_none_match: str | None) -> None:
        self._response = response
        self._known = if_none_match

    def written(self, value: Any) -> Response:
        """The schema as JSON under the ETag of these bytes, or 304; nothing is checked again."""
        body = to_json(value)
        headers = _headers(etag_of(body))
        if is_known(self._known, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="application/json")

    def __call__(self, value: Any, current: str | None = None) -> Any:
        """`current`: the tag, where it is not that of the value."""
        headers = _headers(current or etag(value))
        if is_known(self._known, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        self._response.headers.update(headers)
        return value


def _headers(current: str) -> dict[str, str]:
    return {"ETag": current, "Cache-Control": "private, no-cache"}


async def tagging(response: Response, if_none_match: IfNoneMatch = None) -> Tagging:
    return Tagging(response, if_none_match)


Tagged = Annotated[Tagging, Depends(tagging)]
