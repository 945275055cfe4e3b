"""Hostile values, a corpus for each kind of field; every bug adds one. Page 6, section 3.

A value is the JSON text that stands in the field. In an address or a header its text goes alone.
"""

import json
from typing import NamedTuple


class Value(NamedTuple):
    """`verdict`: `refused` (a 4xx), `taken` (as a good one, and unchanged), or `` (no 5xx)."""

    said: bytes
    verdict: str = ""

    @property
    def text(self) -> str | None:
        """The string it writes, None if it writes no string."""
        try:
            found = json.loads(self.said)
        except ValueError:
            return None
        return found if isinstance(found, str) else None

    @property
    def alone(self) -> bytes:
        """What stands in an address."""
        text = self.text
        return self.said if text is None else text.encode("utf-8", "surrogatepass")


def refused(*said: str | bytes) -> tuple[Value, ...]:
    return _values("refused", said)


def taken(*said: str) -> tuple[Value, ...]:
    return _values("taken", said)


def either(*said: str) -> tuple[Value, ...]:
    return _values("", said)


def _values(verdict: str, said: tuple[str | bytes, ...]) -> tuple[Value, ...]:
    """Text becomes a JSON string in ASCII; bytes stand as they are."""
    return tuple(
        Value(one if isinstance(one, bytes) else json.dumps(one).encode(), verdict) for one in said
    )


NO_STRING = refused(
    b"true", b"false", b"0", b"-1", b"1.5", b"1e400", b"[]", b"{}", b'["a"]', b'{"a":1}'
)
NO_NUMBER = refused("1", "0", "true", "", "0x10", "1e3", "\uff11", b"true", b"[]", b"{}")
CONTROLS = refused("\0", "nul\0inside", "\x1b[31mred", "\x7f", "\x85", "bell\x07bell")
LINES = refused("two\nlines", "carriage\rreturn", "line\u2028separator", "tab\tbed")
BROKEN = refused(
    b'"\\ud800"', b'"lone \\udfff surrogate"', b'"\\ud83d"', b'"\xff\xfe"', b'"\xc0\xaf"'
)
ODD_TEXTS = taken(
    "\u0410dmin with a Cyrillic A",
    "e\u0301 not composed",
    "\u202egnp.exe reversed",
    "\u200bzero width\u200d",
    "\ufeffmarked",
    '=HYPERLINK("http://x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "'; DROP TABLE orders; --",
    "{{7*7}} ${7*7} %{7*7}",
    "../../etc/passwd",
    "%00%2e%2e%2f",
    "\\u0000 written out",
    "\U0001f642\U0001f3f3\ufe0f\u200d\U0001f308 flags",
    "\U0010ffff last",
    "NULL", "null", "None", "true", "0", "-1", "1e9", "NaN",
)  # fmt: skip

MONEY = refused(
    "NaN", "Infinity", "-Infinity", "1e5", "1E-2", "+1", "-0", "-1", "00", "01", "1.", ".5",
    "0.0000001",
    "1,000.00", "1.000,00", "1 000", " 1", "1 ", "1\n", "", "\u0663", "\uff11\uff12", "0x1f",
    "1_000", "\u00bd", "1000000000000",
    "9" * 400, "0." + "9" * 400, b"1", b"1.5", b"0", b"-1", b"true", b"[]", b"{}", b"1e400", b"NaN",
)  # fmt: skip

CORPORA: dict[str, tuple[Value, ...]] = {
    "id": NO_STRING + CONTROLS + LINES + BROKEN + ODD_TEXTS
    + refused("", "x" * 256, "\U0001f600" * 256) + taken("x" * 255, "\U0001f600" * 255, "a/b", ".",
        "..", "a b", "?#&="),
    "name": NO_STRING + CONTROLS + LINES + BROKEN + ODD_TEXTS + refused("", "   ", "\u3000",
        "n" * 201)
    + taken("n" * 200, "a/b"),
    "text": NO_STRING + CONTROLS + BROKEN + ODD_TEXTS + refused("t" * 2_001) + taken("two\nlines",
        "t" * 2_000),
    "reason": NO_STRING + CONTROLS + BROKEN + refused("", "  ", "no", "r" * 501, " \n \n ")
    + taken("two\nlines", "r" * 500, "<b>why</b>"),
    "key": NO_STRING + CONTROLS + LINES + BROKEN
    + refused("", "Gold", "-gold", "_gold", "gold ", "g\u043eld", "g.old", "k" * 64, "../gold",
        "gold/tier", "%67old")
    + either("k" * 63, "0", "null", "order", "tiers", "constructor", "__proto__"),
    "money": MONEY,
    "signed_money": tuple(one for one in MONEY if one.said != b'"-1"'),
    "rate": tuple(one for one in MONEY if one.said != b'"0.0000001"')
    + refused("0.00", "0.00000000001"),
    "percent": MONEY + refused("100.01", "101", "99.999", "1000"),
    "share": tuple(one for one in MONEY if one.said != b"1")
    + refused("1.1", "2", "0,5", "0", b"-0.1", b"1e-7"),
    "factor": MONEY + refused("10000", "1.0000001"),
    "threshold": refused("NaN", "1e5", "-1", "", " 1", "1,5", "\u0663", b"-1", b"1.5", b"true",
        b"null", b"[]", b"{}",
                         b"1000000000000001", b"9223372036854775808", b"1" * 400, b"1e400"),
    "integer": NO_NUMBER + refused(b"-1", b"2147483648", b"9223372036854775808", b"1.5", b"1e400",
        b"9" * 5_000)
    + (Value(b"0"),),
    "big_integer": NO_NUMBER + refused(b"-1", b"9223372036854775808", b"1.5", b"9" * 5_000)
    + (Value(b"9223372036854775807"),),
    "flag": refused("true", "false", "yes", "", b"0", b"1", b"[]", b"{}", b'"True"'),
    "word": NO_STRING + CONTROLS + refused("", "nothing of the kind", "HIGHEST", "paid ",
        "\u200bpaid"),
    "cursor": refused("!", "a b", "\u00e9", "x" * 1_001, "\0") + refused("AAAA", "A" * 40,
        "bm9uc2Vuc2U", "", "_" * 1_000),
    "instant": NO_STRING + CONTROLS + refused(
        "", "now", "2026-11-22", "2026-11-22T10:15:30", "2026-11-22 10:15:30Z", "2026-11-22T10:15Z",
        "2026-11-22T24:00:00Z", "2026-11-22T10:15:60Z", "2016-12-31T23:59:60Z",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
        "1899-12-31T23:59:59Z",
        "2026-11-22T10:15:30+24:00", "2026-11-22T10:15:30+00:60", "2026-11-22T10:15:30.1234567890Z",
        "\uff12\uff10\uff12\uff16-11-22T10:15:30Z", "1795342530", "+002026-11-22T10:15:30Z",
        "2026-W47-7T00:00:00Z",
        b"1795342530", b"1795342530.5",
    ) + either("2999-12-31T23:59:59Z", "1900-01-01T00:00:00Z", "2026-10-25T02:30:00+02:00"),
    "day": NO_STRING + CONTROLS + refused(
        "", "today", "2026-02-30", "2026-02-29", "2026-13-01", "2026-1-1", "20261122",
        "2026-11-22T00:00:00Z",
        "0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31", "-2026-11-22",
        "\uff12\uff10\uff12\uff16-11-22", "2026-W47-7",
        "22.11.2026", b"20261122",
    ) + either("1900-01-01", "2999-12-31", "2028-02-29"),
    "currency": NO_STRING + refused("", "eur", "EU", "EURO", "XXX", "XAU", "DEM", "HRK", "ZZZ",
        "\u20ac", "\u0415UR", "EUR "),
    "time_zone": NO_STRING + refused(
        "", "Nowhere/City", "../../etc/passwd", "/etc/localtime", "localtime", "posixrules",
        "europe/vilnius",
        "UTC+2", "GMT+25", "z" * 65, "Europe/Vilnius\0", "Europe//Vilnius", "Europe/Vilnius/",
    ) + either("Etc/GMT+12", "Pacific/Kiritimati", "Asia/Kathmandu"),
    "cron": NO_STRING + refused(
        "", "* * * * *", "*/30 * * * *", "0 0 31 2 *", "0 0 * *", "0 0 * * * *", "60 0 * * *",
        "0 24 * * *",
        "0 0 0 * *", "@daily", "@reboot", "0 0 * * 8", "a b c d e", "0  0 * * *", "0 0 30 2 *",
        "-1 0 * * *",
        "0 0 1-99999999999 * *", "*/0 * * * *", "0,1,2 * * * *", "9" * 101,
    ) + either("0 0 29 2 *", "0 * * * *", "0 0 L * *", "0 0 * * 1#5"),
    "uuid": NO_STRING + CONTROLS + refused(
        "", "0", "00000000-0000-0000-0000-00000000000g", "{00000000-0000-0000-0000-000000000000}",
        "00000000000000000000000000000000", "urn:uuid:00000000-0000-0000-0000-000000000000",
        "\u0660" * 36,
    ),
    "key_id": NO_STRING + CONTROLS + refused("", "short", "0" * 13, "00000000000\u00e9",
        "0000 0000000"),
    "delivery_id": CONTROLS + refused("", "x", "00000000-0000-0000-0000-000000000000", "a.b"),
    "challenge": CONTROLS + refused("", "x" * 257, "a b", "<script>", "\u00e9", "a\r\nb: c"),
    "code": NO_STRING + CONTROLS + LINES + refused("", "Bad", "x" * 41, "not valid", "n\u043et"),
    "written": NO_STRING + CONTROLS + LINES + BROKEN + refused("x" * 65) + either(""),
    "network": NO_STRING + CONTROLS + LINES + BROKEN + refused("", "here", "10.0.0.1/8",
        "0.0.0.0/0", "::/0", "256.0.0.1", "010.0.0.1", "\u0661.0.0.1", "10.0.0.0/-1", "1" * 65),
    "url": NO_STRING + CONTROLS + LINES + BROKEN + refused("", "x", "javascript:alert(1)",
        "file:///etc/passwd", "https://", "https://user:pass@host.example/", "ftp://host.example/",
        "https://[::1", "https://host.example:99999/", "x" * 5_000),
    "secret": NO_STRING + CONTROLS + BROKEN + refused("", "s" * 16_385),
    "exchange": either("", "checkauth", "\u0441heckauth", "../../etc/passwd", "x" * 41, "\0"),
    "header": either("x" * 1_001, '"', "*, *", 'W/"x"', "\u00e9", "\x01", '"' * 900, ",", " "),
    "list": NO_STRING[:6] + refused("", "a", b"{}", b"[[]]", b"[null]", b"[{}]",
        b"[" + b"0," * 9_999 + b"0]"),
    "object": NO_STRING[:6] + refused("", "a", b"[]", b"[{}]", b'{"unknown field":1}',
        b'{"__proto__":{}}',
                                      b'{"":""}', b'{"a":' * 40 + b"1" + b"}" * 40),
    "window": NO_STRING[:6] + refused(
        "", "LIFETIME", "forever", b"{}", b"[]", b'{"rolling_days":-1}', b'{"rolling_days":36501}',
        b'{"rolling_days":1.5}', b'{"rolling_days":true}', b'{"rolling_days":"30"}',
            b'{"rolling_months":0}',
        b'{"anniversary":1201}', b'{"calendar":"week"}', b'{"calendar":1}', b'{"previous":null}',
        b'{"fiscal_year":"02-30"}', b'{"fiscal_year":1}', b'{"lifetime":1}',
            b'{"rolling_days":1,"calendar":"year"}',
        b'{"rolling_days":[]}', b'{"rolling_days":{}}', b'{"\\ud800":1}',
            b'{"rolling_days":9223372036854775808}',
    ),
}  # fmt: skip

NULL = Value(b"null")  # what null means is each field's own business

# The body of any operation that reads one: bytes, then headers in place of the usual ones.
Headers = dict[bytes, bytes]
JSON = {b"Content-Type": b"application/json"}
BODIES: dict[str, tuple[bytes, Headers]] = {
    "not UTF-8": (b'{"name":"\xff"}', JSON),
    "UTF-16": ('{"name":"x"}'.encode("utf-16"), JSON),
    "byte order mark": (b"\xef\xbb\xbf{}", JSON),
    "empty": (b"", JSON),
    "blank": (b" \n ", JSON),
    "null": (b"null", JSON),
    "array": (b"[]", JSON),
    "string": (b'"x"', JSON),
    "number": (b"-0", JSON),
    "deep": (b"[" * 5_000 + b"]" * 5_000, JSON),
    "deep objects": (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, JSON),
    "wide": (b"{" + b",".join(b'"%d":1' % n for n in range(15_000)) + b"}", JSON),
    "key repeated": (b'{"name":"a","name":"b"}', JSON),
    "unknown field": (b'{"no such field":1}', JSON),
    "lone surrogate key": (b'{"\\ud800":1}', JSON),
    "trailing": (b"{} {}", JSON),
    "cut": (b'{"name":', JSON),
    "comment": (b"{/* */}", JSON),
    "NaN": (b'{"name":NaN}', JSON),
    "huge number": (b'{"name":' + b"9" * 20_000 + b"}", JSON),
    "not JSON": (b"<xml/>", JSON),
    "form": (b"name=x", {b"Content-Type": b"application/x-www-form-urlencoded"}),
    "other type": (b"{}", {b"Content-Type": b"text/plain"}),
    "other charset": (b"{}", {b"Content-Type": b"application/json; charset=latin-1"}),
    "no type": (b"{}", {}),
    "two types": (b"{}", {b"Content-Type": b"application/json, text/html"}),
    "compressed": (b"\x1f\x8b\x08\x00", {**JSON, b"Content-Encoding": b"gzip"}),
    "no length": (b"{}", {**JSON, b"Content-Length": b"-"}),
    "two lengths": (b"{}", {**JSON, b"Content-Length": b"2\r\nContent-Length: 3"}),
    "length and chunks": (b"{}", {**JSON, b"Transfer-Encoding": b"chunked"}),
    "over the limit": (b"{", {**JSON, b"Content-Length": b"99999999"}),
}

LINES_OF_EVENTS: dict[str, bytes] = {
    "nothing": b"\n\n",
    "no objects": b'null\n1\n[]\n"x"\ntrue',
    "cut": b'{"event_id":\n{"event_id":"x"',
    "not UTF-8": b"\xff\xfe\n\xc0\xaf",
    "controls": b"\x00\n\x1b",
    "mark": b"\xef\xbb\xbf{}\r\n{}\r\n",
    "deep": b"[" * 50_000,
    "surrogates": b'{"event_id":"\\ud800"}\n{"\\ud800":"x"}',
    "repeated key": b'{"event_id":"a","event_id":"b"}',
    "many": b"{}\n" * 20_001,
}
