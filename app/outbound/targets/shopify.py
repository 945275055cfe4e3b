"""Shopify: tags of ours on a customer, and two metafields; GraphQL Admin API.

Documents: shopify.dev, `tagsAdd`, `tagsRemove`, `metafieldsSet`, `metafieldsDelete`, API limits.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.kit.outgoing import Answer
from app.outbound.targets.contract import (
    JSON,
    LONGEST_WAIT,
    Ask,
    Gift,
    PushFailed,
    Shop,
    Trouble,
    Wanted,
    content,
    encoded,
    nonsense,
)

CREDENTIALS = ("access_token",)
API_VERSION = "2026-01"
NAMESPACE = "customer_tiers"
CUSTOMER = "gid://shopify/Customer/"
LONGEST_TAG = 255
LONGEST_STEM = 58  # a key has at most 64 characters
LONGEST_VALUE = 180  # room for the prefix of any track
THROTTLED_WAIT = 2.0
LOOK = """query($id: ID!, $level: String!, $until: String!) { customer(id: $id) { id tags
 level: metafield(namespace: "customer_tiers", key: $level) { value }
 until: metafield(namespace: "customer_tiers", key: $until) { value } } }"""
PARTS = {
    "add": ("[String!]!", "tagsAdd(id: $id, tags: $add) { userErrors { message } }"),
    "remove": ("[String!]!", "tagsRemove(id: $id, tags: $remove) { userErrors { message } }"),
    "set": (
        "[MetafieldsSetInput!]!",
        "metafieldsSet(metafields: $set) { userErrors { message } }",
    ),
    "drop": (
        "[MetafieldIdentifierInput!]!",
        "metafieldsDelete(metafields: $drop) { userErrors { message } }",
    ),
}


def customer_of(external_id: str) -> str | None:
    """A number, or the graph id that holds one."""
    number = external_id.removeprefix(CUSTOMER)
    return CUSTOMER + number if re.fullmatch(r"[1-9][0-9]{0,19}", number, re.ASCII) else None


def usable(value: str) -> bool:
    """A comma would cut a tag in two."""
    return "," not in value and 0 < len(value.strip()) <= LONGEST_VALUE


def value_of(ladder: str, gift: Gift, mapped: str | None) -> str | None:
    """`tier:gold`: the mapped value, else the tag of the level, else its key."""
    given = mapped or gift.tag
    value = given if given and usable(given) else gift.level
    prefix = prefix_of(ladder)
    tag = value.strip() if _same(value).startswith(prefix) else prefix + value.strip()
    return tag if len(tag) <= LONGEST_TAG else None


def prefix_of(ladder: str) -> str:
    """What all tags of ours on a ladder begin with; no other tag is ever removed."""
    return "tier:" if ladder == "tiers" else f"stage:{ladder}:"


def look(shop: Shop, customer: str) -> Ask:
    level, until = _keys(shop.ladder)
    return _ask(shop, LOOK, {"id": customer, "level": level, "until": until})


def judge(answer: Answer, now: datetime) -> Any:
    """A throttled or refused request is a 200 that says so."""
    found = content(answer, now)
    data = found.get("data") if isinstance(found, dict) else None
    if isinstance(found, dict) and found.get("errors"):
        raise _trouble(found)
    if not isinstance(data, dict):
        raise nonsense()
    for part in data.values():
        if isinstance(part, dict) and part.get("userErrors"):
            raise PushFailed(Trouble.refused, "user_errors")
    return data


def steps(shop: Shop, customer: str, wanted: Wanted, held: Any) -> Sequence[Ask]:
    """One document, whose mutations run in the order in which they stand."""
    found = held.get("customer")
    if not isinstance(found, dict):
        raise PushFailed(Trouble.absent, "no_such_customer")
    if not isinstance(found.get("tags"), list):
        raise nonsense()
    given = {**_tags(shop, wanted, found["tags"]), **_fields(shop, customer, wanted, found)}
    parts = {name: value for name, value in given.items() if value}
    if not parts:
        return ()
    return (_ask(shop, _document(parts), {"id": customer, **parts}),)


def _tags(shop: Shop, wanted: Wanted, tags: Sequence[Any]) -> dict[str, list[str]]:
    value, prefix = wanted.value, prefix_of(shop.ladder)
    ours = [tag for tag in tags if isinstance(tag, str) and _same(tag).startswith(prefix)]
    kept = None if value is None else _same(value)
    add = [value] if value is not None and not any(_same(tag) == kept for tag in ours) else []
    return {"add": add, "remove": [tag for tag in ours if _same(tag) != kept]}


def _fields(
    shop: Shop, customer: str, wanted: Wanted, found: Mapping[str, Any]
) -> dict[str, list[dict[str, str]]]:
    names = dict(zip(("level", "until"), _keys(shop.ladder), strict=True))
    level = wanted.level if wanted.value is not None else None
    goals = {"level": level, "until": wanted.until if level else None}
    types = {"level": "single_line_text_field", "until": "date"}
    place = {"ownerId": customer, "namespace": NAMESPACE}
    return {
        "set": [
            {**place, "key": names[one], "type": types[one], "value": goal}
            for one, goal in goals.items()
            if goal is not None and goal != _value(found, one)
        ],
        "drop": [
            {**place, "key": names[one]}
            for one, goal in goals.items()
            if goal is None and _value(found, one) is not None
        ],
    }


def _value(found: Mapping[str, Any], name: str) -> Any:
    field = found.get(name)
    return field.get("value") if isinstance(field, dict) else None


def _keys(ladder: str) -> tuple[str, str]:
    stem = "tier" if ladder == "tiers" else f"stage_{ladder}"[:LONGEST_STEM]
    return f"{stem}_level", f"{stem}_until"


def _document(parts: Iterable[str]) -> str:
    names = list(parts)
    by_id = "$id: ID!, " if {"add", "remove"} & set(names) else ""
    declared = by_id + ", ".join(f"${name}: {PARTS[name][0]}" for name in names)
    return f"mutation({declared}) {{ {' '.join(PARTS[name][1] for name in names)} }}"


def _ask(shop: Shop, query: str, variables: Mapping[str, Any]) -> Ask:
    url = f"{shop.url}/admin/api/{API_VERSION}/graphql.json"
    headers = {**JSON, "x-shopify-access-token": shop.credentials["access_token"]}
    used = {name: value for name, value in variables.items() if f"${name}" in query}
    return Ask("POST", url, headers, encoded({"query": query, "variables": used}))


def _trouble(found: Mapping[str, Any]) -> PushFailed:
    codes = _codes(found["errors"])
    if "THROTTLED" in codes:
        return PushFailed(Trouble.busy, "throttled", _wait(found))
    if "ACCESS_DENIED" in codes:
        return PushFailed(Trouble.denied, "access_denied")
    if "INTERNAL_SERVER_ERROR" in codes:
        return PushFailed(Trouble.busy, "internal_server_error")
    return PushFailed(Trouble.refused, "graphql_errors")


def _codes(errors: Any) -> set[str]:
    listed = errors if isinstance(errors, list) else []
    extensions = [one.get("extensions") for one in listed if isinstance(one, dict)]
    return {str(one.get("code")) for one in extensions if isinstance(one, dict)}


def _wait(found: Mapping[str, Any]) -> float:
    """Seconds until the bucket holds what the request costs."""
    try:
        cost = found["extensions"]["cost"]
        status = cost["throttleStatus"]
        lacks = float(cost["requestedQueryCost"]) - float(status["currentlyAvailable"])
        return min(max(lacks / float(status["restoreRate"]), 0.0), LONGEST_WAIT)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return THROTTLED_WAIT


def _same(tag: str) -> str:
    """Tags that differ in case or blanks around are one to the shop."""
    return tag.strip().casefold()
