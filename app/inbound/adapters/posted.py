"""What a script of the shop posts and signs by Standard Webhooks; platforms without webhooks."""

from collections.abc import Sequence
from datetime import datetime

from app.inbound.adapters.contract import Headers
from app.inbound.adapters.signatures import (
    has_password,
    signed_by_standard,
    standard_id,
    standard_signed_at,
)
from app.inbound.adapters.values import signed_id


def verify(secrets: Sequence[str], headers: Headers, body: bytes) -> bool:
    """Whether one of the secrets signed the message, or came with it as HTTP Basic's password.

    A password signs nothing: a source that does not allow it hands no `authorization` here.
    """
    if "authorization" in headers:
        return has_password(secrets, headers)
    return signed_by_standard(secrets, headers, body)


def signed_at(headers: Headers) -> datetime | None:
    """The signed timestamp."""
    return standard_signed_at(headers)


def event_id(headers: Headers, body: bytes) -> str:
    """The signed message id, else the content's."""
    return signed_id(standard_id(headers), body)
