"""Handshakes of platforms. Page 7, section 10."""

import pytest

from tests.api.deliveries import RSA_PEM, deliver, inbox, shown, source
from tests.api.town import opened

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def test_woocommerce_is_told_that_the_address_is_there(town):
    shop = await source(town, "woocommerce")

    answer = await deliver(town, shop["path"], b"webhook_id=42", FORM)

    assert answer.status_code == 200
    assert (await shown(town))["ignored"] == []
    assert await inbox(town) == []


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"webhook_id=42&x=1", FORM),
        (b"webhook_id=", FORM),
        (b"webhook_id=4x", FORM),
        (b"webhook_id=\xd9\xa1", FORM),
        (b"a=b", FORM),
        (b"webhook_id=42", {}),
        (b"webhook_id=42", {**FORM, "x-wc-webhook-signature": "x"}),
    ],
)
async def test_any_other_unsigned_form_is_refused(town, body, headers):
    shop = await source(town, "woocommerce")

    answer = await deliver(town, shop["path"], body, headers)

    assert answer.status_code == 401


async def test_other_platforms_know_no_ping(town):
    shop = await source(town, "shopify")

    assert (await deliver(town, shop["path"], b"webhook_id=42", FORM)).status_code == 401


async def test_adobe_hears_its_challenge(town):
    shop = await source(town, "adobe_commerce", secrets=[RSA_PEM])

    answer = await deliver(town, f"{shop['path']}?challenge=aB1._~-", b"", {}, method="GET")

    assert (answer.status_code, answer.text) == (200, "aB1._~-")
    assert answer.headers["Content-Type"].partition(";")[0] == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?challenge=%3Cscript%3E", 422),
        ("?challenge=" + "x" * 257, 422),
        ("?challenge=", 422),
        ("?challenge=a&challenge=b", 422),
        ("?other=a", 422),
        ("", 404),
    ],
)
async def test_nothing_else_is_echoed(town, query, status):
    shop = await source(town, "adobe_commerce", secrets=[RSA_PEM])

    answer = await deliver(town, f"{shop['path']}{query}", b"", {}, method="GET")

    assert answer.status_code == status
    assert "script" not in answer.text


async def test_other_platforms_have_no_challenge(town):
    shop = await source(town, "shopify")

    answer = await deliver(town, f"{shop['path']}?challenge=abc", b"", {}, method="GET")

    assert answer.status_code == 404
