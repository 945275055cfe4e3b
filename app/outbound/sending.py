"""One attempt: the request, and what came of it. Another kind of delivery sends otherwise."""

from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from app.kit.outgoing import SECONDS, Answer, Outgoing, SendFailed
from app.outbound.messages import post
from app.outbound.outcomes import Sent, asked_wait
from app.outbound.parcels import Due, Target

REDIRECT, STATUS = "redirect", "status"


class Send(Protocol):
    """What makes an attempt. Never raises for anything that the receiver does."""

    async def __call__(self, target: Target, due: Due, at: datetime) -> Sent: ...


class Webhooks:
    """Sends what is due as signed webhooks."""

    def __init__(self, outgoing: Outgoing, seconds: float = SECONDS) -> None:
        self._outgoing = outgoing
        self._seconds = seconds

    async def __call__(self, target: Target, due: Due, at: datetime) -> Sent:
        """POST a message to an endpoint."""
        made = post(target, due, at)
        try:
            answer = await self._outgoing.send(
                "POST", made.url, headers=made.headers, body=made.body, seconds=self._seconds
            )
        except SendFailed as failed:
            return Sent(at, None, failed.milliseconds, str(failed.word))
        return _sent(answer, at)


def _sent(answer: Answer, at: datetime) -> Sent:
    said = answer.body.decode("utf-8", "replace").replace("\0", "\ufffd")
    error = _error(answer.status)
    wait = asked_wait(answer.headers, at)
    return Sent(at, answer.status, answer.milliseconds, error, said, wait)


def _error(status: int) -> str | None:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    return REDIRECT if status < HTTPStatus.BAD_REQUEST else STATUS
