"""Requests to addresses that others choose: only globally routable ones, judged at connect."""

from app.kit.outgoing.client import MOST_ANSWER, SECONDS, Outgoing
from app.kit.outgoing.failures import Answer, SendFailed, UrlRefused, Word

__all__ = ["MOST_ANSWER", "SECONDS", "Answer", "Outgoing", "SendFailed", "UrlRefused", "Word"]
