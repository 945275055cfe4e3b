"""Sources, and deliveries signed as their platforms sign them."""

import base64
import hashlib
import hmac
import json

import httpx2 as httpx

STANDARD = "whsec_YSBzdGFuZGFyZCB3ZWJob29rcyB0ZXN0IGtleSAwMDE="
OTHER = "whsec_b3RoZXIgc3RhbmRhcmQgd2ViaG9va3Mga2V5IDAwMg=="
SHOPIFY = "shopify_example_secret"
SECRETS = {"shopify": SHOPIFY, "woocommerce": "woocommerce_example_secret"}

RSA_PEM = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAykbflwYKJjJe9fn7aQFF
Q4NqmepqXB5ucT2P3Q/YvGanCaOMdY269qSCmenHPrV+/wdTqI8SjMbYlAICr5Jn
KB9060/cyQmP2V1+4VY4uwdX+ITZ7dUAtJdt89UnR1U+QqnDIy9oeLLM5PfFL5/l
Wm9WwOuHrXJJezmQVZh0dlVNDs3/xOv2rMtI6CYzbMTFQdmDCTvz8/H4Unl/2qcI
xNLfPQKAfd4R3agSlVwK6ZFFCDK71vNKCPFTUZfWtn6FcZS28EETxgE0dI8BOwLy
1R+74EzD1bCGA52tFo4fOtjjWSEDA4yZaYBuNVGyG53o4Qvkf0T2hH1qB376cu83
EQIDAQAB
-----END PUBLIC KEY-----
"""


async def source(town, platform="standard", key="shop", **more):
    """A source of the town; what the API says of it."""
    said = {"key": key, "platform": platform, "secrets": [SECRETS.get(platform, STANDARD)]}
    answer = await town.api.post("/v1/sources", json={**said, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def shown(town, key="shop"):
    await town.app.state.tally.write()
    return (await town.api.get(f"/v1/sources/{key}")).json()


async def edit(town, key="shop", **patch):
    """The source as edited."""
    path = f"/v1/sources/{key}"
    answer = await town.api.patch(path, json=patch, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def deliver(town, path, body, headers, method="POST"):
    """A delivery as a platform posts it: without our key."""
    said = {"Content-Type": "application/json", **headers}
    headers = {name: value.encode("latin-1") for name, value in said.items()}
    request = httpx.Request(method, f"http://tiers{path}", headers=headers, content=body)
    return await town.api.send(request)


async def told(town, path, body, headers):
    """(event id, outcome, reason) of each event of a delivery that was taken."""
    answer = await deliver(town, path, body, headers)
    assert answer.status_code == 200, answer.text
    return [tuple(one.values()) for one in answer.json()["results"]]


async def told_standard(town, path, event):
    body = encoded(event)
    return await told(town, path, body, standard(body, town.clock.now()))


async def inbox(town):
    """The rows of the inbox, the oldest first."""
    return await town.rows(
        "SELECT * FROM order_events WHERE program_id = :program_id ORDER BY received_at"
    )


def standard(body, now, secret=STANDARD, message="msg_1"):
    """The headers of Standard Webhooks."""
    seconds = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message}.{seconds}.".encode() + body
    return {
        "webhook-id": message,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{_base64(key, signed)}",
    }


def shopify(body, topic="orders/paid", secret=SHOPIFY):
    return {
        "x-shopify-topic": topic,
        "x-shopify-hmac-sha256": _base64(secret.encode(), body),
    }


def woocommerce(body, topic="order.updated", secret=SECRETS["woocommerce"]):
    return {"x-wc-webhook-topic": topic, "x-wc-webhook-signature": _base64(secret.encode(), body)}


def encoded(value):
    return json.dumps(value).encode()


def shopify_order(**more):
    """An order as Shopify tells it."""
    return {
        "id": 450789469,
        "name": "#1001",
        "currency": "EUR",
        "total_price": "120.00",
        "financial_status": "paid",
        "fulfillment_status": None,
        "customer": {"id": 207119551},
        "created_at": "2026-11-22T10:00:00Z",
        "processed_at": "2026-11-22T10:00:00Z",
        "updated_at": "2026-11-22T10:00:00Z",
        "line_items": [],
        "refunds": [],
        **more,
    }


def _base64(key, signed):
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
