"""WooCommerce's REST API, version 3. Lists are paged by number; a header tells how many."""

from datetime import timedelta

from app.inbound.platforms.contract import (
    Api,
    Conversation,
    Delivered,
    Documents,
    Page,
    Told,
    Window,
    basic,
    id_in,
    objects,
    segment,
    turned,
)

CREDENTIALS = ("consumer_key", "consumer_secret")
PAUSE = timedelta(milliseconds=250)
ROOT = "/wp-json/wc/v3/orders"
MOST = "100"
LOCAL = "%Y-%m-%dT%H:%M:%S"


def order(api: Api, order_id: str) -> Conversation[Documents]:
    """GET /orders/{id}."""
    told = yield api.get(f"{ROOT}/{segment(order_id)}", _headers(api))
    return {"order": told.value}


def updated(api: Api, window: Window, page: str | None) -> Conversation[Page]:
    """Orders by their ids, which change never moves. The bounds are exclusive there."""
    second = timedelta(seconds=1)
    told = yield api.get(
        ROOT,
        _headers(api),
        modified_after=(window.since - second).strftime(LOCAL),
        modified_before=(window.until + second).strftime(LOCAL),
        dates_are_gmt="true",
        orderby="id",
        order="asc",
        per_page=MOST,
        page=page or "1",
    )
    orders = objects(told.value)
    _, following = turned(page, _pages(told))
    return Page({id_in(one, "id"): {"order": one} for one in orders}, following=following)


def delivered(_: str, documents: Documents) -> Delivered:
    return Delivered({"x-wc-webhook-topic": "order.updated"}, documents["order"])


def _headers(api: Api) -> dict[str, str]:
    return basic(api.credentials["consumer_key"], api.credentials["consumer_secret"])


def _pages(told: Told) -> int:
    said = told.headers.get("x-wp-totalpages", "")
    return int(said) if said.isdecimal() else 1
