"""Strong ETags of values, and what callers may demand of them."""

import json
from hashlib import sha256
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

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
    return etag_of(text.encode())


def etag_of(body: bytes) -> str:
    """The strong ETag of what is sent: equal bytes, equal tags."""
    return f'"{sha256(body).hexdigest()[:32]}"'


def require_match(if_match: str | None, current: str) -> None:
    """Raises PreconditionRequired without If-Match and PreconditionFailed when it is stale."""
    if if_match is None:
        raise PreconditionRequired
    if not _matches(if_match, current):
        raise PreconditionFailed(current)


def is_known(if_none_match: str | None, current: str) -> bool:
    """Whether a reader that sends this has the current state."""
    return if_none_match is not None and _matches(if_none_match.replace("W/", ""), current)


def _matches(header: str, current: str) -> bool:
    return header.strip() == "*" or current in (tag.strip() for tag in header.split(","))
