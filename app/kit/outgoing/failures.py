"""What a request to the outside ends with."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum


class Word(StrEnum):
    """Classes of failure."""

    timeout = "timeout"  # connected, but no whole answer in time
    connect_timeout = "connect_timeout"
    unresolvable = "unresolvable"  # the name has no address
    address_refused = "address_refused"  # it has, but none that may be connected to
    connect_failed = "connect_failed"
    tls_failed = "tls_failed"
    connection_lost = "connection_lost"
    bad_answer = "bad_answer"  # not HTTP
    url_refused = "url_refused"
    not_sendable = "not_sendable"  # a header that HTTP cannot carry


class UrlFault(Enum):
    """What is wrong with the text of a URL, as code and sentence."""

    bad_url = "This is no URL with a host, in printable ASCII and without backslashes."
    bad_port = "The port must be 443 or 8443."
    not_https = "The URL must begin with https://."
    too_long = "The URL must have at most 2048 characters."
    user_info = "The URL must not name a user."


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is cut after so many bytes as were asked for.

    Header names are lower-case; of a repeated one the last counts.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    milliseconds: int


class UrlRefused(Exception):
    """The text of a URL is not one that may ever be called."""

    def __init__(self, fault: UrlFault) -> None:
        super().__init__(fault.value)
        self.code = fault.name
        self.detail: str = fault.value


class SendFailed(Exception):
    """No answer; `word` is the class of the failure."""

    def __init__(self, word: Word, milliseconds: int = 0) -> None:
        super().__init__(word)
        self.word = word
        self.milliseconds = milliseconds
