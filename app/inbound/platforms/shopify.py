"""Shopify's Admin API. Lists are paged by a cursor that its Link header gives."""

import re
from datetime import timedelta

from app.inbound.platforms.contract import (
    Api,
    Call,
    Conversation,
    Delivered,
    Documents,
    NotAsDocumented,
    Page,
    Told,
    Window,
    member,
    objects,
    segment,
)

CREDENTIALS = ("access_token",)
PAUSE = timedelta(milliseconds=500)  # a bucket of 40 requests that 2 a second leave
ROOT = "/admin/api/2026-04"
MOST = "100"
NEXT = re.compile(r'<[^<>]*[?&]page_info=([A-Za-z0-9_=%.-]{1,1500})[^<>]*>;\s*rel="?next"?')
ID = "id"


def order(api: Api, order_id: str) -> Conversation[Documents]:
    """GET /orders/{id}.json."""
    told = yield api.get(f"{ROOT}/orders/{segment(order_id)}.json", _headers(api))
    return {"order": member(told.value, "order")}


def updated(api: Api, window: Window, page: str | None) -> Conversation[Page]:
    """Orders of every status by their change; a cursor takes no other condition than a limit."""
    told = yield _listed(api, window, page)
    orders = objects(member(told.value, "orders"))
    return Page({_id(one): {"order": one} for one in orders}, following=_next(told))


def delivered(_: str, documents: Documents) -> Delivered:
    return Delivered({"x-shopify-topic": "orders/updated"}, documents["order"])


def _listed(api: Api, window: Window, page: str | None) -> Call:
    if page is not None:
        return Call(
            "GET", f"{api.url}{ROOT}/orders.json?limit={MOST}&page_info={page}", _headers(api)
        )
    return api.get(
        f"{ROOT}/orders.json",
        _headers(api),
        status="any",
        limit=MOST,
        order="updated_at asc",
        updated_at_min=window.since.isoformat(),
        updated_at_max=window.until.isoformat(),
    )


def _headers(api: Api) -> dict[str, str]:
    token = api.credentials["access_token"]
    return {"x-shopify-access-token": token, "accept": "application/json"}


def _next(told: Told) -> str | None:
    """Only the cursor is taken from the header, never where to send it."""
    found = NEXT.search(told.headers.get("link", ""))
    return found[1] if found else None


def _id(order: Documents) -> str:
    """As the adapter reads it: the tail of the graph id, else the number."""
    graph = order.get("admin_graphql_api_id")
    found = graph.rpartition("/")[2] if isinstance(graph, str) else order.get("id")
    if not found:
        raise NotAsDocumented(ID)
    return str(found)
