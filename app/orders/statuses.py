"""What the raw status of a platform means to us. Pure; page 7, section 1."""

from collections.abc import Mapping
from typing import NamedTuple


class StatusMap(NamedTuple):
    """Raw status → pending, paid, closed or cancelled, as it was from its `revision` on."""

    revision: int = 0
    words: Mapping[str, str] = {}


NO_MAP = StatusMap()


def mapped(status_map: Mapping[str, str], raw: str) -> str | None:
    """The exact raw status, then `first/*`, then `*/last`, then `*`; None when nothing matches."""
    first, slash, _ = raw.partition("/")
    last = raw.rpartition("/")[2]
    asked = [raw, f"{first}/*", f"*/{last}", "*"] if slash else [raw, "*"]
    return next((status_map[one] for one in asked if one in status_map), None)
