"""Shopware's Admin API: a token for the integration's key, then a search by id."""

import json
from datetime import timedelta

from app.inbound.platforms.contract import (
    Api,
    Call,
    Conversation,
    Documents,
    NotAsDocumented,
    OrderUnknown,
    member,
    objects,
)

CREDENTIALS = ("access_key_id", "secret_access_key")
PAUSE = timedelta(milliseconds=250)
JSON = {"content-type": "application/json", "accept": "application/json"}
PARTS = ("currency", "orderCustomer", "stateMachineState", "lineItems")
ID = "id"


def order(api: Api, order_id: str) -> Conversation[Documents]:
    """POST /api/oauth/token, then /api/search/order. Raises NotAsDocumented."""
    token = yield _post(
        api,
        "/api/oauth/token",
        JSON,
        {
            "grant_type": "client_credentials",
            "client_id": api.credentials["access_key_id"],
            "client_secret": api.credentials["secret_access_key"],
        },
    )
    headers = {**JSON, "authorization": f"Bearer {member(token.value, 'access_token')}"}
    nothing: dict[str, object] = {}
    associations = {
        **dict.fromkeys(PARTS, nothing),
        "transactions": {"associations": {"stateMachineState": nothing}},
    }
    found = yield _post(
        api, "/api/search/order", headers, {"ids": [order_id], "associations": associations}
    )
    orders = objects(member(found.value, "data"))
    if not orders:
        raise OrderUnknown
    if orders[0].get("id") != order_id:
        raise NotAsDocumented(ID)
    return {"order": orders[0]}


def _post(api: Api, path: str, headers: dict[str, str], said: object) -> Call:
    return Call("POST", f"{api.url}{path}", headers, json.dumps(said).encode())
