"""WooCommerce: metadata of a customer. Its role is never touched: replacing it hides deletions.

Document: WooCommerce REST API v3, customers; an entry whose value is null is deleted.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.kit.outgoing import Answer
from app.outbound.targets.contract import (
    Ask,
    Gift,
    Shop,
    Wanted,
    basic,
    content,
    encoded,
    listed,
    nonsense,
)

CREDENTIALS = ("consumer_key", "consumer_secret")
LONGEST_VALUE = 255


def customer_of(external_id: str) -> str | None:
    return external_id if re.fullmatch(r"[1-9][0-9]{0,19}", external_id, re.ASCII) else None


def usable(value: str) -> bool:
    return 0 < len(value) <= LONGEST_VALUE


def value_of(_ladder: str, gift: Gift, mapped: str | None) -> str | None:
    """The mapped value, else the tag of the level, else its key."""
    return mapped or gift.tag or gift.level


def look(shop: Shop, customer: str) -> Ask:
    return Ask("GET", f"{_customer(shop, customer)}?_fields=id,meta_data", _headers(shop))


def judge(answer: Answer, now: datetime) -> Any:
    found = content(answer, now)
    if not isinstance(found, dict):
        raise nonsense()
    return found


def steps(shop: Shop, customer: str, wanted: Wanted, held: Any) -> Sequence[Ask]:
    """One PUT of what differs: an entry is written over by its id, never beside itself."""
    entries = [one for one in listed(held, "meta_data") if isinstance(one, dict)]
    changed = [
        entry
        for key, goal in _goals(shop.ladder, wanted).items()
        for entry in _changes(key, goal, [one for one in entries if one.get("key") == key])
    ]
    if not changed:
        return ()
    body = encoded({"meta_data": changed})
    return (Ask("PUT", _customer(shop, customer), _headers(shop), body),)


def _goals(ladder: str, wanted: Wanted) -> dict[str, str | None]:
    stem = "tier" if ladder == "tiers" else f"stage_{ladder}"
    held = wanted.value is not None
    return {
        f"{stem}_level": wanted.level if held else None,
        f"{stem}_value": wanted.value,
        f"{stem}_until": wanted.until if held else None,
    }


def _changes(key: str, goal: str | None, entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of several entries with one key the first is kept."""
    full = [one for one in entries if one.get("value") not in (None, "")]
    kept, rest = (full[:1], full[1:]) if goal is not None else ([], full)
    emptied = [{"id": one.get("id"), "key": key, "value": None} for one in rest]
    if goal is None or (kept and kept[0].get("value") == goal):
        return emptied
    place = {"id": kept[0].get("id")} if kept else {}
    return [{**place, "key": key, "value": goal}, *emptied]


def _customer(shop: Shop, customer: str) -> str:
    return f"{shop.url}/wp-json/wc/v3/customers/{customer}"


def _headers(shop: Shop) -> dict[str, str]:
    return basic(shop.credentials["consumer_key"], shop.credentials["consumer_secret"])
