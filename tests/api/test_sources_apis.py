"""How a source says how its shop is asked: judged, sealed, forgotten."""

import json

import pytest

from tests.api.deliveries import edit, source
from tests.api.merchant import faults
from tests.api.notified import notify, pass_by
from tests.api.shop_apis import Errands, Shopify, serving
from tests.api.town import opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def test_credentials_are_sealed_and_shown_to_nobody(town, capfd):
    async with serving(Shopify(), town) as shop:
        shop.faults.append((401, {}, {"errors": "x"}))
        made = await source(town, "shopify", api=shop.as_set(reconcile_every_minutes=5))
        await notify(town, made)
        await pass_by(town, seconds=2)
        errands = Errands(town)
        await errands.fetch()
        await errands.poll()
        answers = [
            await town.api.get("/v1/sources"),
            await town.api.get("/v1/sources/shop"),
            await town.api.patch("/v1/sources/shop", json={}, headers={"If-Match": "*"}),
        ]
    tables = ("source_apis", "fetches", "polls", "idempotency_keys", "order_events")
    dump = [
        str(row) for one in tables for row in await town.rows(f"SELECT to_jsonb(t) FROM {one} t")
    ]

    written = "".join(
        [json.dumps(made), *dump, *(one.text for one in answers), *capfd.readouterr()]
    )

    secret = shop.credentials["access_token"]
    assert secret not in written
    assert secret.encode().hex() not in written


async def test_a_change_of_the_url_needs_the_credentials_again(town):
    async with serving(Shopify(), town) as shop:
        await source(town, "shopify", api=shop.as_set())
        headers = {"If-Match": "*"}
        moved = await town.api.patch(
            "/v1/sources/shop", json={"api": {"url": "https://evil.example"}}, headers=headers
        )
        kept = await edit(town, api={"reconcile_every_minutes": 30})

    assert moved.status_code == 422
    assert faults(moved) == [("/api/credentials", "credential_missing")]
    assert (kept["api"]["url"], kept["api"]["reconcile_every_minutes"]) == (shop.url, 30)


@pytest.mark.parametrize(
    ("platform", "api", "found"),
    [
        ("shopify", {"url": "http://shop.example"}, ("/api/url", "not_https")),
        ("shopify", {"url": "https://shop.example:22"}, ("/api/url", "bad_port")),
        ("shopify", {"url": "https://me@shop.example"}, ("/api/url", "user_info")),
        ("shopify", {"credentials": {}}, ("/api/credentials/access_token", "credential_missing")),
        ("shopify", {"credentials": {"access_token": "a", "b": "c"}},
         ("/api/credentials", "credential_unknown")),
        ("shopware", {"credentials": {"access_key_id": "a", "secret_access_key": "b"},
                      "reconcile_every_minutes": 5}, ("/api/reconcile_every_minutes", "no_list")),
        ("shopify", {"reconcile_since": "2026-01-01T00:00:00Z"},
         ("/api/reconcile_since", "never_asked")),
        ("stripe", {}, ("/api", "no_api")),
    ],
)  # fmt: skip
async def test_an_api_that_cannot_be_asked_is_refused(town, platform, api, found):
    said = {"url": "https://shop.example", "credentials": {"access_token": "t"}, **api}
    secret = "whsec_c3RyaXBlIHNlY3JldCBvZiB0aGUgc2hvcA=="

    answer = await town.api.post(
        "/v1/sources",
        json={"key": "shop", "platform": platform, "secrets": [secret], "api": said},
    )

    assert answer.status_code == 422
    assert found in faults(answer)


async def test_without_an_api_the_shop_is_not_asked_any_more(town):
    async with serving(Shopify(), town) as shop:
        made = await source(town, "shopify", api=shop.as_set())
        await notify(town, made)
        ended = await edit(town, api=None)
        await pass_by(town, minutes=5)
        done = await Errands(town).fetch()

    assert ended["api"] is None
    assert (done, shop.asked) == (0, [])
