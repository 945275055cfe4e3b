"""Lists in pages: a cursor is where the last page ended, opaque and checked."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from hashlib import blake2b
from hmac import compare_digest
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BeforeValidator, Field

from app.kit import texts
from app.kit.errors.problem import Fault, RequestInvalid
from app.kit.schemas import Schema

Item = TypeVar("Item")
Row = TypeVar("Row")

MARK = 8

Limit = Annotated[
    int,
    Field(ge=1, le=250, description="How many items at most.", examples=[50]),
    BeforeValidator(texts.integer),
]
After = Annotated[
    str, Field(max_length=1_000, pattern="^[A-Za-z0-9_-]+$", description="`next` of a page.")
]
DEFAULT_LIMIT = 50


class Page(Schema, Generic[Item]):
    """`next` is null on the last page."""

    items: tuple[Item, ...]
    next: str | None

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        return f"{params[0].__name__.removesuffix('Out')}Page"


def cursor(list_name: str, *key: Any) -> str:
    """An opaque cursor behind the item with this key. JSON values; others as their text.

    `list_name` names the list and what it is of, so that no other list takes the cursor.
    """
    content = json.dumps(key, default=str, separators=(",", ":")).encode()
    return urlsafe_b64encode(_mark(list_name, content) + content).decode().rstrip("=")


def after(list_name: str, given: str | None, *kinds: Callable[[Any], Any]) -> tuple[Any, ...]:
    """The key inside a cursor, each part read by its kind; () for the first page.

    Raises RequestInvalid for a cursor that this list did not make.
    """
    if given is None:
        return ()
    try:
        parts = json.loads(_content(list_name, given))
        return tuple(kind(part) for kind, part in zip(kinds, parts, strict=True))
    except (ArithmeticError, AttributeError, TypeError, ValueError):
        raise cursor_invalid() from None


def cursor_invalid() -> RequestInvalid:
    fault = Fault("/query/after", "cursor_invalid", "This list gave no such cursor.")
    return RequestInvalid([fault])


def page(
    list_name: str, found: Sequence[Row], limit: int, key: Callable[[Row], tuple[Any, ...]]
) -> tuple[Sequence[Row], str | None]:
    """The items of a page and the cursor of the next.

    `found`: up to `limit` + 1 rows in order; the one more says that there is a next page.
    """
    if len(found) <= limit:
        return found, None
    return found[:limit], cursor(list_name, *key(found[limit - 1]))


def _content(list_name: str, given: str) -> bytes:
    raw = urlsafe_b64decode(given + "=" * (-len(given) % 4))
    if not compare_digest(raw[:MARK], _mark(list_name, raw[MARK:])):
        raise ValueError
    return raw[MARK:]


def _mark(list_name: str, content: bytes) -> bytes:
    return blake2b(content, digest_size=MARK, key=blake2b(list_name.encode()).digest()).digest()


__all__ = [
    "DEFAULT_LIMIT",
    "After",
    "Limit",
    "Page",
    "after",
    "cursor",
    "cursor_invalid",
    "page",
]
