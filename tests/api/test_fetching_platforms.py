"""What each platform is asked for an order, and what its answer counts for."""

import base64
import hashlib
import hmac

import pytest

from tests.api.deliveries import deliver, encoded, inbox, source, standard
from tests.api.notified import pass_by
from tests.api.shop_apis import BigCommerce, Errands, Shopware, serving
from tests.api.town import opened

BIGCOMMERCE_SECRET = "bigcommerce_secret_of_ours"


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def test_bigcommerce_tells_the_order_and_its_refunds(town):
    async with serving(BigCommerce(), town) as shop:
        shop.orders["250"] = {
            "id": 250, "customer_id": 11, "status_id": 11, "total_inc_tax": "210.0000",
            "default_currency_code": "EUR",
            "date_created": "Sun, 22 Nov 2026 10:00:00 +0000",
            "date_modified": "Sun, 22 Nov 2026 10:05:00 +0000",
        }  # fmt: skip
        payment = {"amount": 60.5, "is_declined": False}
        refund = {
            "id": 3,
            "order_id": 250,
            "payments": [payment],
            "created": "2026-11-22T10:06:00Z",
        }
        shop.refunds["250"] = {"data": [refund], "meta": {}}
        made = await source(town, "bigcommerce", secrets=[BIGCOMMERCE_SECRET], api=shop.as_set())
        body = encoded({"scope": "store/order/created", "data": {"type": "order", "id": 250}})
        headers = _signed_raw(body, town)
        answer = await deliver(town, made["path"], body, headers)
        await pass_by(town, seconds=2)
        await Errands(town).fetch()

    assert answer.status_code == 200, answer.text
    assert [path for _, path in shop.asked] == [
        "/v2/orders/250",
        "/v3/orders/250/payment_actions/refunds",
    ]
    assert await town.spend("customer", "11") == {town.today: 14_950}


async def test_shopware_s_order_takes_the_sequence_of_its_notification(town):
    async with serving(Shopware(), town) as shop:
        shop.orders["aa"] = {
            "id": "aa", "orderNumber": "1", "amountTotal": 150, "amountNet": 120,
            "currency": {"isoCode": "EUR"}, "orderCustomer": {"customerId": "cc"},
            "stateMachineState": {"technicalName": "open"},
            "transactions": [{"createdAt": "2026-11-22T10:00:00Z",
                              "stateMachineState": {"technicalName": "paid"}}],
            "orderDateTime": "2026-11-22T10:00:00Z", "updatedAt": "2026-11-22T10:00:00Z",
        }  # fmt: skip
        made = await source(town, "shopware", secrets=["shopware_secret"], api=shop.as_set())
        written = [{"entity": "order", "operation": "update", "primaryKey": "aa"}]
        body = encoded(
            {"data": {"event": "order.written", "payload": written}, "source": {"eventId": "w1"}}
        )
        headers = {**_shopware(body), "x-shopware-sequence": "71"}
        answer = await deliver(town, made["path"], body, headers)
        await pass_by(town, seconds=2)
        await Errands(town).fetch()

    assert answer.status_code == 200, answer.text
    assert await town.level("customer", "cc") == "silver"
    [fact] = [one for one in await inbox(town) if one["type"] == "order.snapshot"]
    assert fact["version"].startswith("00000000000000000072.")  # counted from -1


def _signed_raw(body, town):
    """BigCommerce signs with the secret's text, not with what it would be in base64."""
    key = base64.b64encode(BIGCOMMERCE_SECRET.encode()).decode()
    return standard(body, town.clock.now(), f"whsec_{key}")


def _shopware(body):
    signature = hmac.new(b"shopware_secret", body, hashlib.sha256).hexdigest()
    return {"shopware-shop-signature": signature}
