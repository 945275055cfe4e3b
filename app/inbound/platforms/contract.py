"""What a platform's API is asked: conversations that name the next request and are told its answer.

A platform is a module of this package, named as its platform, with

    CREDENTIALS: tuple[str, ...]                          what a source of it has to give
    PAUSE: timedelta                                      between two requests of one source
    order(api, order_id) -> Conversation[Documents]       for the adapter's `read_documents`
    updated(api, window, page) -> Conversation[Page]      where it lists changed orders
    delivered(order_id, documents) -> Delivered           likewise

Pure: who converses sends the requests. Page 7, sections 2, 5 and 13.
"""

import base64
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar
from urllib.parse import quote, urlencode

from app.inbound.adapters.contract import Headers, Reading, Rules

LIST = "a list"

Result = TypeVar("Result")
Documents = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Api:
    """Where a shop's API is (without a slash at its end), and what opens it."""

    url: str
    credentials: Mapping[str, str] = field(repr=False)

    def get(self, path: str, headers: Headers, **query: str) -> "Call":
        asked = f"?{urlencode(query)}" if query else ""
        return Call("GET", f"{self.url}{path}{asked}", headers)


@dataclass(frozen=True, slots=True)
class Call:
    """One request. Its headers hold credentials."""

    method: str
    url: str
    headers: Headers = field(repr=False)
    body: bytes = field(default=b"", repr=False)


class Told(NamedTuple):
    """A good answer: its JSON, fractions as decimals, and its headers in lower case."""

    value: Any
    headers: Headers


Conversation = Generator[Call, Told, Result]


class Window(NamedTuple):
    """Orders updated between two instants, both included."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the orders of a window.

    `orders`: what `read_documents` takes, by order id; `fetch`: orders that must be asked for
    one by one. `following`: the next page, None when this was the last one.
    """

    orders: Mapping[str, Documents] = field(default_factory=dict)
    fetch: tuple[str, ...] = ()
    following: str | None = None


class Delivered(NamedTuple):
    """A notification that would have told the same: what a replay reads again."""

    headers: Headers
    value: Any


class OrderUnknown(Exception):
    """The shop knows no such order."""


class NotAsDocumented(Exception):
    """An answer that cannot be used; `where` in it."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


class Platform(Protocol):
    """The module of a platform."""

    @property
    def CREDENTIALS(self) -> tuple[str, ...]:  # noqa: N802 - a constant of the module
        """What a source has to give."""
        ...

    @property
    def PAUSE(self) -> timedelta:  # noqa: N802 - a constant of the module
        """Between two requests of one source."""
        ...

    def order(self, api: Api, order_id: str) -> Conversation[Documents]:
        """Ask for one order."""
        ...


class Reader(Protocol):
    """An adapter that reads what its platform's API told."""

    def read_documents(self, order_id: str, documents: Documents, rules: Rules, /) -> Reading:
        """The state of an order. Raises Unreadable."""
        ...


class Listing(Protocol):
    """The module of a platform that lists what has changed."""

    def delivered(self, order_id: str, documents: Documents) -> Delivered:
        """As the platform would have posted it."""
        ...

    def updated(self, api: Api, window: Window, page: str | None) -> Conversation[Page]:
        """Ask for one page of the orders updated in a window; None is the first."""
        ...


def basic(user: str, password: str) -> dict[str, str]:
    """HTTP Basic."""
    joined = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"authorization": f"Basic {joined}", "accept": "application/json"}


def objects(value: Any) -> list[Mapping[str, Any]]:
    """A list of objects. Raises NotAsDocumented."""
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise NotAsDocumented(LIST)
    return value


def member(value: Any, name: str) -> Any:
    """What an object holds under a name. Raises NotAsDocumented."""
    if not isinstance(value, Mapping) or value.get(name) is None:
        raise NotAsDocumented(name)
    return value[name]


def segment(order_id: str) -> str:
    """An id as a part of a path, whatever it holds."""
    return quote(order_id, safe="")


def id_in(order: Mapping[str, Any], name: str) -> str:
    """The id of an order in a list, as text. Raises NotAsDocumented."""
    found = member(order, name)
    if isinstance(found, bool) or not isinstance(found, int | str) or not str(found):
        raise NotAsDocumented(name)
    return str(found)


def turned(page: str | None, pages: int) -> tuple[int, str | None]:
    """Which page of several to ask for, and which one after it, given how many there are.

    The last first: an order that changes meanwhile leaves the window, so those behind it move
    to pages that are still to come and none is missed. The first page tells how many there are.
    """
    if page is None:
        return 1, str(pages) if pages > 1 else None
    number = int(page)
    return number, str(number - 1) if number > 1 else None
