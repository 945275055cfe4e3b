"""Bodies and headers nobody should send, and what an adapter may answer to them."""

from app.inbound.adapters.contract import Reading, Reason, Unreadable
from app.inbound.items import EVENT

ODD_VALUES = (
    None, True, False, 0, -1, 1, 10**18, 10**30, -(10**30), 0.1, 1e300, "", " ", "0", "-1", "x",
    "1e9", "1E+999999999", "NaN", "Infinity", "23 000", "1,5", "١٢", "9" * 40, "0." + "1" * 400,
    "2026-13-45T99:99:99Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "\ud800",
    "\x00", "a\nb", "x" * 5_000, "gid://shopify/Order/", [], {}, [[]], [None], [1], [{}],
    {"id": {}}, {"amount": []}, {"shop_money": 1},
)  # fmt: skip
ODD_HEADERS = (
    "", ",", "v1", "v1,", "v1,é", "v1,====", "v1a,AAAA", "t=1", "t=,v1=", "t=1,t=2,v1=a",
    "t=99999999999999999999,v1=a", "t=١٢,v1=a", "..", "a..b", "e30..AA", "é", "\x00", "\ud800",
    "Basic", "Basic é", "Basic " + "A" * 9_000, "x" * 9_000, "-1", "1e5", "99999999999",
)  # fmt: skip
ODD_BODIES = (
    b"", b" ", b"null", b"true", b"0", b'"x"', b"[]", b"{}", b"[{}]", b"\xff\xfe{}",
    b"\xef\xbb\xbf{}", b"NaN", b'{"id": NaN}', b'{"id": 1, "id": 2}', b'{"id": "\\ud800"}',
    b'{"id": 1e999999999999}',
    b'{"id": ' + b"9" * 5_000 + b"}", b"[" * 100_000, b'{"a":' * 40 + b"1" + b"}" * 40,
    b'{"id": 1.' + b"1" * 5_000 + b"}", '{"é": 1}'.encode("latin-1"), b"webhook_id=4", b"<a/>",
    b'{"id": 1} {"id": 2}', b"\x00", "{}".encode("utf-16"), "{}".encode("utf-32"),
)  # fmt: skip


def answer(adapter, headers, body, rules):
    """What reading gives, which must be a Reading of valid events or a refusal with a reason."""
    try:
        reading = adapter.read(headers, body, rules)
    except Unreadable as error:
        return refusal(error)
    check(reading)
    return reading


def refusal(error):
    """The reason, with a pointer and a detail that can be kept and shown."""
    assert error.reason in list(Reason)
    assert isinstance(error.pointer, str)
    assert len(error.detail) <= 1_000
    return error.reason


def check(reading):
    """Every event is one that the service can take as it is."""
    assert isinstance(reading, Reading)
    assert all(one.reason in list(Reason) for one in reading.failed)
    for event in reading.events:
        filled = {"event_id": "e", **event.said}
        filled["occurred_at"] = filled["occurred_at"] or "2026-11-22T10:00:00Z"
        EVENT.validate_python(filled)


def places(value, path=()):
    """The path of every value in a JSON value, itself included."""
    yield path
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in members:
            yield from places(one, (*path, key))


def put(value, path, odd):
    """The value with another one at that path."""
    if not path:
        return odd
    key, *rest = path
    if isinstance(value, dict):
        return {**value, key: put(value[key], rest, odd)}
    return [put(one, rest, odd) if place == key else one for place, one in enumerate(value)]


def without(value, path):
    """The value without the field at that path."""
    key, *rest = path
    if isinstance(value, list):
        return [without(one, rest) if place == key else one for place, one in enumerate(value)]
    if rest:
        return {**value, key: without(value[key], rest)}
    return {name: one for name, one in value.items() if name != key}
