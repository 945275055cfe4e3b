"""One JSON reader for everything that comes in; refuses what the standard library lets pass."""

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, NoReturn

MAX_DEPTH = 32
MAX_KEYS = 10_000
MAX_DIGITS = 20
TOO_DEEP = f"The body is nested more than {MAX_DEPTH} levels deep."
NOT_UTF_8 = "The body is not UTF-8."
NOT_JSON = "The body is not one JSON text."
SAYABLE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")

# A string without an end is one to the end of the body: each byte is looked at once.
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class Unparsable(Exception):
    """Not one JSON text in UTF-8, or a larger structure than we read."""


class TooWide(Unparsable):
    def __init__(self, most_keys: int) -> None:
        super().__init__(f"The body has more than {most_keys} keys.")


class DuplicateKey(Exception):
    """An object names a key twice."""

    def __init__(self, key: str) -> None:
        named = f'The key "{key}"' if SAYABLE.fullmatch(key) else "A key"
        super().__init__(f"{named} occurs twice in one object.")


def parse_json(
    body: bytes, most_keys: int = MAX_KEYS, read_fraction: Callable[[str], Any] = float
) -> Any:
    """The value of a JSON text. `read_fraction`: of a number that is no plain integer.

    Raises Unparsable and DuplicateKey; their text never holds values of the body. Numbers that
    no field can hold stay numbers that no field can hold.
    """
    _check_depth(body)
    keys = 0

    def read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal keys
        keys += len(pairs)
        if keys > most_keys:
            raise TooWide(most_keys)
        members = dict(pairs)
        if len(members) < len(pairs):
            raise DuplicateKey(_repeated(pairs))
        return members

    try:
        return json.loads(
            body.decode(),
            object_pairs_hook=read_object,
            parse_constant=_refuse_constant,
            parse_int=_read_integer,
            parse_float=read_fraction,
        )
    except UnicodeDecodeError:
        raise Unparsable(NOT_UTF_8) from None
    except (ValueError, RecursionError):
        raise Unparsable(NOT_JSON) from None


def _check_depth(body: bytes) -> None:
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _STRINGS.sub(b"", body).translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            raise Unparsable(TOO_DEEP)


def _repeated(pairs: list[tuple[str, Any]]) -> str:
    counts = Counter(key for key, _ in pairs)
    return counts.most_common(1)[0][0]


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError


def _read_integer(digits: str) -> int:
    return int(digits[: MAX_DIGITS + 1])
