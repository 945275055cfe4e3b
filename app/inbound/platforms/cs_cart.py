"""CS-Cart's REST API. Its list tells little of an order, so each is asked for by itself."""

from datetime import timedelta
from typing import Any

from app.inbound.platforms.contract import (
    Api,
    Conversation,
    Delivered,
    Documents,
    Page,
    Window,
    basic,
    id_in,
    member,
    objects,
    segment,
    turned,
)

CREDENTIALS = ("email", "api_key")
PAUSE = timedelta(milliseconds=500)
MOST = 100


def order(api: Api, order_id: str) -> Conversation[Documents]:
    """GET /api/orders/{id}."""
    told = yield api.get(f"/api/orders/{segment(order_id)}", _headers(api))
    return {"orders": told.value}


def updated(api: Api, window: Window, page: str | None) -> Conversation[Page]:
    """The ids of orders last modified in the window."""
    told = yield api.get(
        "/api/orders",
        _headers(api),
        updated_at_from=str(int(window.since.timestamp())),
        updated_at_to=str(int(window.until.timestamp())),
        sort_by="order_id",
        sort_order="asc",
        items_per_page=str(MOST),
        page=page or "1",
    )
    found = objects(member(told.value, "orders"))
    _, following = turned(page, _pages(told.value))
    return Page(fetch=tuple(id_in(one, "order_id") for one in found), following=following)


def delivered(_: str, documents: Documents) -> Delivered:
    return Delivered({}, documents["orders"])


def _headers(api: Api) -> dict[str, str]:
    return basic(api.credentials["email"], api.credentials["api_key"])


def _pages(value: Any) -> int:
    """`params` says how many there are in all."""
    params = value.get("params")
    said = str(params.get("total_items", "")) if isinstance(params, dict) else ""
    return -(-int(said) // MOST) if said.isdecimal() else 1
