"""What a platform's module is given, what it gives, and how it says that something is wrong."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Protocol

from app.kit.outgoing import Answer

LONGEST_WAIT = 86_400.0
JSON = {"accept": "application/json", "content-type": "application/json"}
DENIED = frozenset({401, 403})
CLIENT_FAULT, NOT_FOUND, TOO_MANY, SERVER_FAULT = 400, 404, 429, 500


@dataclass(frozen=True, slots=True)
class Shop:
    """Where, on whose behalf, and for which ladder. `ours`: values that may be ours to remove."""

    url: str
    credentials: Mapping[str, str] = field(repr=False)
    ladder: str = "tiers"
    ours: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a shop is to say of a customer: the level, its value there, and when it ends.

    `value` None: nothing of ours. `until`: a date as text, None = no end is known.
    """

    level: str | None = None
    value: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Gift:
    """What the definition gives with a level, from which the value in a shop follows."""

    level: str
    tag: str | None = None
    user_group: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. All of them may be repeated: the second changes nothing."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = b""


class Trouble(StrEnum):
    """Whose matter a failure is: the shop's, our credentials', this customer's, this request's."""

    busy = "busy"
    denied = "denied"
    absent = "absent"
    refused = "refused"


class PushFailed(Exception):
    """The shop did not do it. `word` says why; `wait`: seconds that it asked for."""

    def __init__(self, trouble: Trouble, word: str, wait: float = 0.0) -> None:
        super().__init__(word)
        self.trouble = trouble
        self.word = word
        self.wait = wait


class Platform(Protocol):
    """The module of a platform. `judge` and `steps` raise PushFailed; nothing else fails."""

    @property
    def CREDENTIALS(self) -> Sequence[str]:  # noqa: N802 - a module's constant
        """The names of the credentials that it needs."""
        ...

    def customer_of(self, external_id: str) -> str | None:
        """The customer as the platform names it, None when it cannot be one of its own."""
        ...

    def usable(self, value: str) -> bool:
        """Whether a merchant may map a level to this."""
        ...

    def value_of(self, ladder: str, gift: Gift, mapped: str | None) -> str | None:
        """What stands for a level in the shop; None when nothing can."""
        ...

    def look(self, shop: Shop, customer: str) -> Ask:
        """Ask what the shop holds of ours for a customer."""
        ...

    def judge(self, answer: Answer, now: datetime) -> Any:
        """The content of a good answer."""
        ...

    def steps(self, shop: Shop, customer: str, wanted: Wanted, held: Any) -> Sequence[Ask]:
        """The requests, in order, from what `look` was answered to what is wanted; none if equal.

        What enters comes before what leaves, and only ours leaves.
        """
        ...


def content(answer: Answer, now: datetime) -> Any:
    """The JSON of a 2xx, None without a body. Raises PushFailed for any other answer."""
    require_good(answer, now)
    if not answer.body.strip():
        return None
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise nonsense() from None


def nonsense() -> PushFailed:
    """An answer that no API of the platform gives: what answers there is not the shop."""
    return PushFailed(Trouble.busy, "bad_answer")


def require_good(answer: Answer, now: datetime) -> None:
    """Raises PushFailed unless it is a 2xx. A redirect is not followed: the shop is elsewhere."""
    status, word = answer.status, f"http_{answer.status}"
    if status // 100 == 2:  # noqa: PLR2004 - the class of success
        return
    if status in DENIED:
        raise PushFailed(Trouble.denied, word)
    if status == NOT_FOUND:
        raise PushFailed(Trouble.absent, word)
    if status == TOO_MANY or status >= SERVER_FAULT or status < CLIENT_FAULT:
        raise PushFailed(Trouble.busy, word, asked_wait(answer.headers.get("retry-after"), now))
    raise PushFailed(Trouble.refused, word)


def asked_wait(header: str | None, now: datetime) -> float:
    """The seconds of a Retry-After, at most a day; 0 when there is none that can be read."""
    given = (header or "").strip()
    if given.isascii() and given.replace(".", "", 1).isdigit():
        return min(float(given), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(given)
    except (ValueError, OverflowError):
        return 0.0
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), LONGEST_WAIT)


def encoded(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def basic(user: str, secret: str) -> dict[str, str]:
    """Headers with HTTP's basic authentication, for JSON."""
    token = b64encode(f"{user}:{secret}".encode()).decode()
    return {**JSON, "authorization": f"Basic {token}"}


def listed(value: Any, *path: str) -> list[Any]:
    """A list inside an answer. Raises PushFailed when there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise nonsense()
    return value
