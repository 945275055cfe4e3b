"""Addresses: what is percent-encoded is decoded inside its own segment, and only as UTF-8.

Servers decode the whole path before it is matched. An id that holds a slash would then be found
as another address, and two ids that are no UTF-8 would become one.
"""

import re
from urllib.parse import unquote_to_bytes

HALF_ENCODED = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def routed(raw_path: bytes) -> str:
    """The path as routes match it, segment by segment. Raises ValueError, as `text` does."""
    return "/".join(map(_as_segment, map(text, raw_path.split(b"/"))))


def segment(matched: str) -> str:
    """What a path parameter that was matched holds."""
    return matched.replace("%2F", "/").replace("%25", "%")


def text(encoded: bytes) -> str:
    """Raises ValueError for what is not percent-encoded UTF-8."""
    if HALF_ENCODED.search(encoded):
        raise ValueError
    return unquote_to_bytes(encoded).decode()


def _as_segment(said: str) -> str:
    return said.replace("%", "%25").replace("/", "%2F")
