"""Talks to shops' APIs: sends what a conversation asks for and tells it the answers."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from app.inbound.adapters.contract import Unreadable
from app.inbound.adapters.documents import parse
from app.inbound.platforms.contract import (
    Call,
    Conversation,
    NotAsDocumented,
    OrderUnknown,
    Told,
)
from app.kit.outgoing import Answer, Outgoing, SendFailed

Result = TypeVar("Result")

MOST_BODY = 8 * 1024 * 1024
MOST_KEYS = 1_000_000
LONGEST_PAUSE = timedelta(hours=1)
OK, BAD_REQUEST, SERVER_ERROR = 200, 300, 500
NO_CONTENT = 204
UNKNOWN = frozenset({404, 410})
WORDS = {401: "unauthorized", 403: "unauthorized", 404: "not_found", 410: "not_found", 429: "busy"}


class ApiFailed(Exception):
    """No usable answer. `word`: the class of the failure; `pause`: what the shop asks for."""

    def __init__(self, word: str, pause: timedelta = timedelta()) -> None:
        super().__init__(word)
        self.word = word
        self.pause = pause


async def converse(outgoing: Outgoing, conversation: Conversation[Result]) -> Result:
    """What the conversation ends with. Raises ApiFailed and OrderUnknown."""
    try:
        call = next(conversation)
        while True:
            call = conversation.send(await _told(outgoing, call))
    except StopIteration as ended:
        result: Result = ended.value
        return result
    except NotAsDocumented as error:
        raise ApiFailed(NOT_AS_DOCUMENTED) from error


async def _told(outgoing: Outgoing, call: Call) -> Told:
    try:
        answer = await outgoing.send(
            call.method, call.url, headers=call.headers, body=call.body, most=MOST_BODY
        )
    except SendFailed as failed:
        raise ApiFailed(failed.word) from failed
    if answer.status == NO_CONTENT:
        return Told(None, answer.headers)
    if not OK <= answer.status < BAD_REQUEST:
        raise _refusal(answer)
    if len(answer.body) >= MOST_BODY:
        raise ApiFailed(TOO_LARGE)
    try:
        return Told(parse(answer.body, MOST_KEYS), answer.headers)
    except Unreadable as error:
        raise ApiFailed(NOT_AS_DOCUMENTED) from error


def _refusal(answer: Answer) -> ApiFailed | OrderUnknown:
    """A page for people is told where no API is, so that is no word about an order."""
    is_page = "html" in answer.headers.get("content-type", "")
    if answer.status in UNKNOWN and not is_page:
        return OrderUnknown()
    word = "server_error" if answer.status >= SERVER_ERROR else "refused"
    return ApiFailed(WORDS.get(answer.status, word), _asked_pause(answer.headers))


def _asked_pause(headers: Mapping[str, str]) -> timedelta:
    """Seconds, also with decimals; a date is as good as none."""
    said = headers.get("retry-after", "")
    if not said.replace(".", "", 1).isdecimal():
        return timedelta()
    return min(timedelta(seconds=float(Decimal(said[:20]))), LONGEST_PAUSE)


NOT_AS_DOCUMENTED, TOO_LARGE = "not_as_documented", "too_large"
