"""CS-Cart: membership in user groups. The new group is joined before the old one is left.

Document: CS-Cart developer guide, API, entity "usergroups".
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
    nonsense,
)

CREDENTIALS = ("email", "api_key")
RESERVED = frozenset({"1", "2"})  # guests, registered users
ACTIVE, AVAILABLE = "A", "F"


def customer_of(external_id: str) -> str | None:
    return external_id if re.fullmatch(r"[1-9][0-9]{0,9}", external_id, re.ASCII) else None


def usable(value: str) -> bool:
    """The id of a group that is not reserved."""
    return customer_of(value) is not None and value not in RESERVED


def value_of(_ladder: str, gift: Gift, mapped: str | None) -> str | None:
    """The mapped group, else that of the level, if it is the id of one."""
    value = mapped or gift.user_group
    return value if value is not None and usable(value) else None


def look(shop: Shop, customer: str) -> Ask:
    return Ask("GET", f"{_user(shop, customer)}/usergroups", _headers(shop))


def judge(answer: Answer, now: datetime) -> Any:
    return content(answer, now)


def steps(shop: Shop, customer: str, wanted: Wanted, held: Any) -> Sequence[Ask]:
    """Only groups that the mapping knows, or that we have given before, are ever left."""
    ours = {one for one in shop.ours if usable(one)}
    active = {group for group, status in _groups(held) if status == ACTIVE}
    joins = [wanted.value] if wanted.value is not None and wanted.value not in active else []
    leaves = sorted((active & ours) - {wanted.value}, key=int)
    return (
        *(_turn(shop, customer, group, ACTIVE) for group in joins),
        *(_turn(shop, customer, group, AVAILABLE) for group in leaves),
    )


def _turn(shop: Shop, customer: str, group: str, status: str) -> Ask:
    url = f"{_user(shop, customer)}/usergroups/{group}"
    return Ask("PUT", url, _headers(shop), encoded({"status": status}))


def _groups(held: Any) -> list[tuple[str, Any]]:
    """PHP writes a list with gaps as an object, and none as an empty list."""
    found = held.get("usergroups", held) if isinstance(held, dict) else held
    entries = list(found.values()) if isinstance(found, dict) else found
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise nonsense()
    return [(str(one.get("usergroup_id")), one.get("status")) for one in entries]


def _user(shop: Shop, customer: str) -> str:
    return f"{shop.url}/api/users/{customer}"


def _headers(shop: Shop) -> dict[str, str]:
    return basic(shop.credentials["email"], shop.credentials["api_key"])
