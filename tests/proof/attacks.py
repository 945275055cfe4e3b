"""What P15 sends: connections that wait, and requests that are too much of something."""

import gzip
import json
from typing import NamedTuple

HEAD = b"Host: tiers\r\nAuthorization: Bearer %s\r\n"
CLOSE = b"Connection: close\r\n"
JSON = b"Content-Type: application/json\r\n"
EVENTS = b"POST /v1/order-events HTTP/1.1\r\n"
BATCH = b"POST /v1/order-events/batch HTTP/1.1\r\n"
WHOLE = b"GET /v1/tiers HTTP/1.1\r\n"
KIBIBYTE = 1024


class Waiting(NamedTuple):
    """A connection that sends `first` and then, a byte each second, `drip`; nobody ends it.

    `limit`: which of the service's time-outs must.
    """

    name: str
    first: bytes
    limit: str
    drip: bytes = b""


class Burst(NamedTuple):
    """A request sent whole. `statuses`: how it may be answered, once and no more."""

    name: str
    said: bytes
    statuses: frozenset[int]


def waiting(key: bytes) -> list[Waiting]:
    head = HEAD % key
    half_body = EVENTS + head + JSON + b"Content-Length: 100\r\n\r\n" + b'{"event_id": '
    chunked = EVENTS + head + JSON + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{   "
    return [
        Waiting("idle", b"", "idle"),
        Waiting("idle after an answer", WHOLE + head + b"\r\n", "idle"),
        Waiting("half headers", WHOLE + head + b"X-Half: ", "header"),
        Waiting("dripped headers", WHOLE + head + b"X-Drip: ", "header", b"x"),
        Waiting("half a request line", b"GET /v1/ti", "header"),
        Waiting("half a body", half_body, "body"),
        Waiting("dripped body", half_body, "body", b" "),
        Waiting("half a chunk", chunked, "body"),
    ]


def bursts(key: bytes) -> list[Burst]:
    head = HEAD % key
    return [
        *_sized(head + CLOSE),
        *(Burst(name, EVENTS + head + said, frozenset({400, 501})) for name, said in SMUGGLED),
        *(_posted(name, EVENTS, head + CLOSE, *said) for name, *said in BODIES),
        _posted("a batch too many", BATCH, head + CLOSE, _json({"events": [{}] * 501}), {422}),
        _got("a huge page", head + CLOSE, b"/v1/members?limit=999999999", {422}),
        _got(
            "a long query", head + CLOSE, b"/v1/members?tier=" + b"x" * 40_000, {400, 414, 422, 431}
        ),
    ]


def _sized(head: bytes) -> list[Burst]:
    announced = EVENTS + head + JSON + b"Content-Length: 52428800\r\n\r\n" + b" " * KIBIBYTE
    piece = b"%x\r\n%s\r\n" % (16 * KIBIBYTE, b" " * 16 * KIBIBYTE)
    chunked = EVENTS + head + JSON + b"Transfer-Encoding: chunked\r\n\r\n"
    long_header = b"X-Long: " + b"x" * 17_000 + b"\r\n\r\n"
    return [
        Burst("50 MB announced", announced, frozenset({413})),
        Burst("300 KiB in chunks", chunked + piece * 19 + b"0\r\n\r\n", frozenset({413})),
        Burst("17 kB of headers", WHOLE + head + long_header, frozenset({431})),
        Burst("100 kB of headers", WHOLE + head + long_header[:-4] * 6, frozenset({431})),
        Burst("5,000 headers", WHOLE + head + b"A: b\r\n" * 5_000 + b"\r\n", frozenset({431})),
    ]


def _posted(name: str, line: bytes, head: bytes, body: bytes, statuses: set[int]) -> Burst:
    more = b"Content-Encoding: gzip\r\n" if body.startswith(b"\x1f\x8b") else b""
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    return Burst(name, line + head + JSON + more + length + body, frozenset(statuses))


def _got(name: str, head: bytes, target: bytes, statuses: set[int]) -> Burst:
    return Burst(name, b"GET %s HTTP/1.1\r\n" % target + head + b"\r\n", frozenset(statuses))


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


BODIES = [
    ("deep", b"[" * 100_000, {400}),
    ("deep inside a field", b'{"order": ' + b'{"a": ' * 40 + b"1" + b"}" * 41, {400}),
    ("wide", _json({f"k{n}": 1 for n in range(10_001)}), {400}),
    ("one long number", b'{"event_id": ' + b"9" * 200_000 + b"}", {422}),
    ("one long string", _json({"event_id": "x" * 200_000}), {422}),
    ("compressed", gzip.compress(b" " * 50_000_000), {415}),
]
SMUGGLED = [
    ("two lengths", b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n"),
    ("a length and chunks", b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("chunks and a length", b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    ("unknown coding", b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    ("chunked not last", b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
    ("signed length", b"Content-Length: +5\r\n\r\nhello"),
    ("hexadecimal length", b"Content-Length: 0x5\r\n\r\nhello"),
    ("space before the colon", b"Content-Length : 5\r\n\r\nhello"),
    ("folded header", b"X-A: b\r\n Content-Length: 5\r\n\r\nhello"),
    ("no line ends", b"X-A: b\nContent-Length: 5\n\nhello"),
    ("NUL in a header", b"X-A: b\x00c\r\n\r\n"),
    ("chunk without size", b"Transfer-Encoding: chunked\r\n\r\n\r\n"),
    ("overlong chunk size", b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
    ("signed chunk size", b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n"),
    ("chunk longer than said", b"Transfer-Encoding: chunked\r\n\r\n1\r\nhello\r\n0\r\n\r\n"),
]
