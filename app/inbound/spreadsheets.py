"""Rows of a spreadsheet as order events and customers; cells that look like formulas. Pure.

The columns are named like the fields of the API. An empty cell says nothing.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from app.inbound.schemas.events import OrderIn
from app.orders.facts import FactType

ENVELOPE = ("event_id", "type", "occurred_at", "sequence", "source")
ORDER = tuple(name for name in OrderIn.model_fields if name not in {"refunds", "lines"})
REFUND = ("refund_id", "refund_amount", "refund_at")
ORDER_COLUMNS = frozenset({*ENVELOPE, *ORDER, *REFUND})
CUSTOMER_COLUMNS = frozenset({"id", "organization_id", "tags", "joined_on", "currency"})
STAMPS = ("cancelled_at", "closed_at", "paid_at", "placed_at")
FLAGS = {"true": True, "false": False}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def order_event(cells: Mapping[str, str]) -> bytes:
    """The order event of a row, as JSON.

    Without a type it is a state of an order. Without an event id the row itself is its id: the
    same row is the same event. Without `occurred_at` it happened when the order was cancelled,
    closed, paid or placed: the first of these that is given.
    """
    said = {name: cell for name, cell in cells.items() if cell != ""}
    event: dict[str, Any] = {name: said[name] for name in ENVELOPE if name in said}
    event.setdefault("type", FactType.snapshot.value)
    event.setdefault("event_id", f"row-{sha256(json.dumps(said).encode()).hexdigest()[:40]}")
    stamp = next((said[name] for name in STAMPS if name in said), None)
    if stamp is not None:
        event.setdefault("occurred_at", stamp)
    if said.get("sequence", "").isdecimal():
        event["sequence"] = int(said["sequence"])
    return _json(event | _parts(event["type"], said))


def customer(cells: Mapping[str, str]) -> bytes:
    """The customer of a row, as JSON; tags stand between semicolons."""
    said: dict[str, Any] = {name: cell for name, cell in cells.items() if cell != ""}
    if "tags" in said:
        said["tags"] = [tag.strip() for tag in said["tags"].split(";") if tag.strip()]
    return _json(said)


def safe_cells(cells: Iterable[Any]) -> list[str]:
    """Cells that no spreadsheet takes for a formula: such a one gets an apostrophe before it."""
    texts = ["" if cell is None else str(cell) for cell in cells]
    return [f"'{text}" if text.startswith(FORMULA) else text for text in texts]


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
