"""Rows of a spreadsheet as order events, people, overrides and what an old system says. Pure.

The columns are named like the fields of the API. An empty cell says nothing.
"""

import json
import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from hashlib import sha256
from typing import Any, NamedTuple

from app.inbound.schemas.events import OrderIn
from app.orders.facts import FactType

ENVELOPE = ("event_id", "type", "occurred_at", "sequence", "source")
ORDER = tuple(name for name in OrderIn.model_fields if name not in {"refunds", "lines"})
REFUND = ("refund_id", "refund_amount", "refund_at")
MEMBER = frozenset({"customer_id", "organization_id"})
STAMPS = ("cancelled_at", "closed_at", "paid_at", "placed_at")
INSTANTS = frozenset({*STAMPS, "occurred_at", "refund_at"})
WHOLE = re.compile(r"-?[0-9]{1,13}")
FLAGS = {"true": True, "false": False}


class Sheet(NamedTuple):
    """A kind of table. `needs`: of each of these sets at least one column must be there.

    `instants`: the columns that hold an instant.
    """

    columns: frozenset[str]
    needs: tuple[AbstractSet[str], ...]
    said: Callable[[Mapping[str, str]], bytes]
    instants: frozenset[str] = frozenset()

    def fault(self, names: list[str]) -> str | None:
        """What is wrong with a header."""
        found = set(names)
        lacks = [wanted for wanted in self.needs if found.isdisjoint(wanted)]
        if len(found) == len(names) and found <= self.columns and not lacks:
            return None
        needed = ", and ".join(" or ".join(sorted(one)) for one in self.needs)
        known = ", ".join(sorted(self.columns))
        return f"The columns must be some of: {known}; each once, and {needed}."


def order_event(cells: Mapping[str, str]) -> bytes:
    """The order event of a row, as JSON.

    Without a type it is a state of an order. Without an event id the row itself is its id: the
    same row is the same event. Without `occurred_at` it happened when the order was cancelled,
    closed, paid or placed: the first of these that is given.
    """
    said = _given(cells)
    event: dict[str, Any] = {name: said[name] for name in ENVELOPE if name in said}
    event.setdefault("type", FactType.snapshot.value)
    event.setdefault("event_id", f"row-{sha256(json.dumps(said).encode()).hexdigest()[:40]}")
    stamp = next((said[name] for name in STAMPS if name in said), None)
    if stamp is not None:
        event.setdefault("occurred_at", stamp)
    if said.get("sequence", "").isdecimal():
        event["sequence"] = int(said["sequence"])
    return _json(event | _parts(event["type"], said))


def person(cells: Mapping[str, str]) -> bytes:
    """The customer or organization of a row, as JSON; tags stand between semicolons."""
    said: dict[str, Any] = _given(cells)
    if "tags" in said:
        said["tags"] = [tag.strip() for tag in said["tags"].split(";") if tag.strip()]
    return _json(said)


def points(cells: Mapping[str, str]) -> bytes:
    """The opening balance of a row, as JSON."""
    said: dict[str, Any] = _given(cells)
    if WHOLE.fullmatch(said.get("points", "")):
        said["points"] = int(said["points"])
    return _json(said)


def row(cells: Mapping[str, str]) -> bytes:
    """A row whose cells are the fields, as JSON."""
    return _json(_given(cells))


def column_of(pointer: str) -> str | None:
    """The column that a JSON pointer into a row's value speaks of."""
    names = [name for name in pointer.split("/") if name]
    if not names:
        return None
    if names[0] == "refund":
        return f"refund_{names[1]}" if len(names) > 1 else "refund_id"
    return names[1] if names[0] == "order" and len(names) > 1 else names[0]


def _given(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in cells.items() if cell != ""}


def _parts(kind: str, said: Mapping[str, str]) -> dict[str, Any]:
    if kind == FactType.snapshot:
        order: dict[str, Any] = {name: said[name] for name in ORDER if name in said}
        if "refunds_complete" in order:
            order["refunds_complete"] = FLAGS.get(order["refunds_complete"])
        return {"order": order}
    order = {"id": said["id"]} if "id" in said else {}
    if kind != FactType.refund:
        return {"order": order}
    refund = {name.removeprefix("refund_"): said[name] for name in REFUND if name in said}
    return {"order": order, "refund": refund}


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


ORDER_COLUMNS = frozenset({*ENVELOPE, *ORDER, *REFUND})
PERSON_COLUMNS = frozenset({"id", "tags", "joined_on", "currency"})
ORGANIZATION_COLUMNS = PERSON_COLUMNS | {"parent_id"}
CUSTOMER_COLUMNS = PERSON_COLUMNS | {"organization_id"}
REPRESENTATIVE_COLUMNS = MEMBER | {"from", "until"}
OVERRIDE_COLUMNS = MEMBER | {"ladder", "mode", "level", "reason", "from", "until"}
POINTS_COLUMNS = MEMBER | {"points", "reason"}
TIER_COLUMNS = MEMBER | {"tier", "stage", "track", "since"}

SHEETS = {
    "orders": Sheet(ORDER_COLUMNS, ({"id"},), order_event, INSTANTS),
    "customers": Sheet(CUSTOMER_COLUMNS, ({"id"},), person),
    "organizations": Sheet(ORGANIZATION_COLUMNS, ({"id"},), person),
    "representatives": Sheet(REPRESENTATIVE_COLUMNS, ({"organization_id"}, {"customer_id"}), row),
    "overrides": Sheet(OVERRIDE_COLUMNS, (MEMBER, {"mode"}, {"reason"}), row),
    "points": Sheet(POINTS_COLUMNS, (MEMBER, {"points"}), points),
    "tiers": Sheet(TIER_COLUMNS, (MEMBER, {"tier", "stage"}), row),
}
