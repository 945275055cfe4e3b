"""BigCommerce's API: orders of version 2, their refunds of version 3."""

from datetime import timedelta

from app.inbound.platforms.contract import (
    Api,
    Conversation,
    Delivered,
    Documents,
    Page,
    Window,
    id_in,
    objects,
    segment,
)

CREDENTIALS = ("access_token",)
PAUSE = timedelta(milliseconds=250)  # 150 requests in 30 seconds, and an order takes two
MOST = 100


def order(api: Api, order_id: str) -> Conversation[Documents]:
    """GET /v2/orders/{id}, then its refunds."""
    found = yield api.get(f"/v2/orders/{segment(order_id)}", _headers(api))
    refunds = yield api.get(
        f"/v3/orders/{segment(order_id)}/payment_actions/refunds", _headers(api)
    )
    return {"order": found.value, "refunds": refunds.value}


def updated(api: Api, window: Window, page: str | None) -> Conversation[Page]:
    """The ids of orders in their order; a page begins behind the last id. None at all: 204."""
    told = yield api.get(
        "/v2/orders",
        _headers(api),
        min_date_modified=window.since.isoformat(),
        max_date_modified=window.until.isoformat(),
        min_id=page or "1",
        sort="id:asc",
        limit=str(MOST),
    )
    ids = tuple(id_in(one, "id") for one in objects(told.value or []))
    is_last = len(ids) < MOST or not ids[-1].isdecimal()
    return Page(fetch=ids, following=None if is_last else str(int(ids[-1]) + 1))


def delivered(order_id: str, _: Documents) -> Delivered:
    about = {"type": "order", "id": order_id}
    return Delivered({}, {"scope": "store/order/updated", "data": about})


def _headers(api: Api) -> dict[str, str]:
    return {"x-auth-token": api.credentials["access_token"], "accept": "application/json"}
