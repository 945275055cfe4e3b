"""ETags at the door: what an edit must match, and what a reader has already."""

from typing import Annotated, Any

from fastapi import Depends, Header, Response

from app.kit.etags import etag, is_known

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

    def __call__(self, value: Any, current: str | None = None) -> Any:
        """`current`: the tag, where it is not that of the value."""
        current = current or etag(value)
        headers = {"ETag": current, "Cache-Control": "private, no-cache"}
        if is_known(self._known, current):
            return Response(status_code=304, headers=headers)
        self._response.headers.update(headers)
        return value


async def tagging(response: Response, if_none_match: IfNoneMatch = None) -> Tagging:
    return Tagging(response, if_none_match)


Tagged = Annotated[Tagging, Depends(tagging)]
