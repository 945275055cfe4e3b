"""Notifications that only name an order, and the background that fetches it."""

from datetime import timedelta

from tests.api.deliveries import deliver, encoded, inbox, shopify


def edited(order_id="450789469"):
    return encoded({"order_edit": {"id": 1, "order_id": int(order_id)}})


async def notify(town, made, body=None, **more):
    body = body or edited()
    answer = await deliver(town, made["path"], body, shopify(body, "orders/edited", **more))
    assert answer.status_code == 200
    return answer.json()["results"]


async def pass_by(town, **time):
    town.clock.at += timedelta(**time)


async def outcomes(town):
    return [(one["type"], one["outcome"], one["reason"]) for one in await inbox(town)]
