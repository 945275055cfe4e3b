"""Whom an event seems to name that could not be read: a guess by the names of its fields. Pure."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

PEOPLE = re.compile(r"customer|user|buyer|client|company|organi[sz]ation", re.IGNORECASE)
HALF = re.compile("[\ud800-\udfff]")  # half a character: no id can hold it, nor can UTF-8
MOST = 200


def named_in(said: bytes) -> set[str]:
    """What may be ids of customers and organizations in a body of JSON; of another form, none."""
    with suppress(ValueError, RecursionError):
        value = json.loads(said, parse_int=str, parse_float=str)
        found = set(islice(_ids(value, ""), MOST))
        return found | {one.rpartition("/")[2] for one in found}  # gid://shop/Customer/7
    return set()


def _ids(value: Any, name: str) -> Iterator[str]:
    """`name`: of the field; an `id` has the name of what it is in."""
    match value:
        case str() if PEOPLE.search(name) and not HALF.search(value):
            yield value
        case list():
            for one in value:
                yield from _ids(one, name)
        case dict():
            for field, one in value.items():
                yield from _ids(one, name if field == "id" else field)
