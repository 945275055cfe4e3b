"""Strong ETags of values, and what callers may demand of them."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from starlette.requests import Request
from starlette.responses import Response

from app.kit.errors.problem import AppError


class PreconditionRequired(AppError):
    """An edit must say which state it changes."""

    status = 428

    def __init__(self) -> None:
        super().__init__("Send If-Match with the ETag of what you change.")


class PreconditionFailed(AppError):
    """It has changed since the caller read it."""

    status = 412

    def __init__(self, current: str) -> None:
        super().__init__("It has changed since you read it.", headers={"ETag": current})


def etag(value: Any) -> str:
    """The strong ETag of a JSON-like value, a schema or a dataclass: equal values, equal tags."""
    content = value.model_dump() if isinstance(value, BaseModel) else value
    text = json.dumps(to_jsonable_python(content), sort_keys=True, separators=(",", ":"))
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'


def require_match(if_match: str | None, current: str) -> None:
    """Raises PreconditionRequired without If-Match and PreconditionFailed when it is stale."""
    if if_match is None:
        raise PreconditionRequired
    if not _matches(if_match, current):
        raise PreconditionFailed(current)


def tagged(request: Request, response: Response, value: Any) -> Any:
    """What a GET of one thing returns: `value` under its ETag, or 304 when the caller has it.

    `response` is the route's own parameter; its headers go out with the value.
    """
    return answer_as(request, response, value, etag(value))


def answer_as(request: Request, response: Response, value: Any, current: str) -> Any:
    """As `tagged`, for a tag that is already known."""
    headers = {"ETag": current, "Cache-Control": "private, no-cache"}
    if _known(request.headers, current):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return value


def _known(headers: Mapping[str, str], current: str) -> bool:
    given = headers.get("if-none-match")
    return given is not None and _matches(given.replace("W/", ""), current)


def _matches(header: str, current: str) -> bool:
    return header.strip() == "*" or current in (tag.strip() for tag in header.split(","))
