"""Push targets over HTTP: made, shown without their secrets, changed under ETags, walked anew."""

import asyncio
import itertools
from uuid import uuid4

import pytest

from app.access.caller import Scope
from tests.api.merchant import faults
from tests.api.town import DEFINITION, key, opened, tier
from tests.jobs import pushed
from tests.jobs.shops import WooCommerce
from tests.jobs.shops import opened as shop_opened

PATH = "/v1/push-targets"
TOKEN = {"access_token": "shpat_0123456789abcdef"}
SHOPIFY = {"platform": "shopify", "url": "https://shop.example", "credentials": TOKEN}
CS_CART = {
    "platform": "cs_cart",
    "url": "https://store.example/",
    "credentials": {"email": "a@shop.example", "api_key": "key_0123456789"},
    "mapping": {"silver": "5", "gold": "6"},
}
OURS = "WHERE program_id = :program_id"
NOBODY = "00000000-0000-0000-0000-000000000000"

WRONG = [
    ({"url": "http://shop.example"}, "/url", "not_https"),
    ({"url": "https://u:p@shop.example"}, "/url", "user_info"),
    ({"url": "https://shop.example:22"}, "/url", "bad_port"),
    ({"url": "https://shop.example/?a=1"}, "/url", "not_a_place"),
    ({"credentials": {}}, "/credentials/access_token", "credential_missing"),
    ({"credentials": {**TOKEN, "x": "y"}}, "/credentials/x", "credential_unknown"),
    ({"ladder": "nowhere"}, "/ladder", "unknown_ladder"),
    ({"mapping": {"platinum": "x"}}, "/mapping/platinum", "unknown_level"),
    ({"mapping": {"gold": "a,b"}}, "/mapping/gold", "value_unusable"),
    ({**CS_CART, "mapping": {"gold": "2"}}, "/mapping/gold", "value_unusable"),
    ({**CS_CART, "mapping": {"gold": "VIP"}}, "/mapping/gold", "value_unusable"),
]
ODD = [
    {"url": "https://a\u0000b"}, {"url": ""}, {"url": 5}, {"url": "https://" + "a" * 5_000},
    {"credentials": {"access_token": "a\nb"}}, {"credentials": {"access_token": "\u0000"}},
    {"credentials": {"access_token": ""}}, {"credentials": [1]}, {"mapping": {"gold": 5}},
    {"mapping": {"gold": "\u0000"}}, {"mapping": {"G": "x"}}, {"per_second": 0},
    {"per_second": "2"}, {"per_second": 51}, {"platform": "magento"}, {"enabled": 1},
    {"description": "\u0000"}, {"description": "a" * 2_001}, {"more": 1}, {"ladder": None},
]  # fmt: skip


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


async def make(town, body=SHOPIFY, **more):
    answer = await town.api.post(PATH, json={**body, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def stored(town):
    [row] = await town.rows(f"SELECT * FROM push_targets {OURS}")
    return row


async def walks(town):
    """The keys of the walks that are or were owed, in their order."""
    found = await town.rows(f"SELECT key FROM push_sweeps {OURS} ORDER BY key")
    return [one["key"] for one in found]


async def test_a_target_is_made_with_its_secrets_sealed_and_owes_everybody(town):
    answer = await town.api.post(PATH, json=SHOPIFY)

    made, row = answer.json(), await stored(town)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{PATH}/{made['id']}"
    assert made["counts"] == {"pending": 0, "failed": 0, "acknowledged": 0, "skipped": 0}
    assert made["walk"] == {
        "occasion": "backfill", "members_done": 0, "created_at": made["created_at"],
    }  # fmt: skip
    assert (made["mapping"], made["unmapped"], made["last_error"]) == ({}, [], None)
    assert TOKEN["access_token"].encode() not in bytes(row["sealed"])
    assert "shpat_" not in answer.text


async def test_credentials_are_never_shown(town):
    made = await make(town)
    await town.api.patch(
        f"{PATH}/{made['id']}", json={"description": "x"}, headers={"If-Match": "*"}
    )

    for path in ("", f"/{made['id']}", f"/{made['id']}/pushes"):
        answer = await town.api.get(PATH + path)
        assert answer.status_code == 200
        assert "shpat_" not in answer.text
        assert "credentials" not in answer.text


async def test_levels_that_nothing_stands_for_are_named(town):
    made = await make(town, CS_CART, mapping={"gold": "6"})

    assert (made["unmapped"], made["url"]) == (["silver"], "https://store.example")


async def test_what_cannot_be_is_refused_with_its_place(town):
    for wrong, pointer, code in WRONG:
        answer = await town.api.post(PATH, json={**SHOPIFY, **wrong})
        assert (answer.status_code, (pointer, code) in faults(answer)) == (422, True), wrong

    assert await town.rows(f"SELECT 1 FROM push_targets {OURS}") == []


async def test_odd_input_is_refused(town):
    for odd in ODD:
        answer = await town.api.post(PATH, json={**SHOPIFY, **odd})
        assert (answer.status_code, "shpat_" in answer.text) == (422, False), odd


async def test_a_shop_has_one_target_for_a_ladder(town):
    await make(town)

    again = await town.api.post(PATH, json={**SHOPIFY, "url": "https://shop.example//"})
    stages = await town.api.post(PATH, json={**SHOPIFY, "ladder": "default"})

    assert (again.status_code, again.json()["code"]) == (409, "push_target_exists")
    assert stages.status_code == 201


async def test_an_edit_into_another_targets_place_is_refused(town):
    await make(town)
    other = await make(town, url="https://other.example")

    answer = await town.api.patch(
        f"{PATH}/{other['id']}", json={"url": SHOPIFY["url"]}, headers={"If-Match": "*"}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "push_target_exists")


async def test_there_are_at_most_twenty(town):
    for number in range(20):
        await make(town, url=f"https://shop-{number}.example")

    answer = await town.api.post(PATH, json=SHOPIFY)

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_push_targets")


async def test_a_repeated_post_makes_one_target(town):
    headers = {"Idempotency-Key": "k-1"}

    first = await town.api.post(PATH, json=SHOPIFY, headers=headers)
    again = await town.api.post(PATH, json=SHOPIFY, headers=headers)

    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]


async def test_a_resync_under_way_is_enough(town):
    path = f"{PATH}/{(await make(town))['id']}"

    answers = await asyncio.gather(*(town.api.post(f"{path}/resync") for _ in range(3)))

    assert [one.status_code for one in answers] == [202] * 3
    resyncs = f"SELECT rereads FROM push_sweeps {OURS} AND occasion = 'resync'"
    assert [one["rereads"] for one in await town.rows(resyncs)] == [True]


async def test_a_disabled_target_is_not_resynced(town):
    path = f"{PATH}/{(await make(town, enabled=False))['id']}"

    answer = await town.api.post(f"{path}/resync")

    assert (answer.status_code, answer.json()["code"]) == (409, "push_target_disabled")


async def test_targets_come_in_pages_in_their_order(town):
    made = [(await make(town, url=f"https://shop-{n}.example"))["id"] for n in range(5)]

    found, after = [], {}
    while after is not None:
        page = (await town.api.get(PATH, params={"limit": 2, **after})).json()
        found += [one["id"] for one in page["items"]]
        after = {"after": page["next"]} if page["next"] else None

    assert found == made


async def test_what_is_not_there_is_not_found(town):
    paths = ["nobody", NOBODY, "%00", str(uuid4()).upper()]
    for method, path in itertools.product(("GET", "PATCH", "DELETE"), paths):
        body = {"json": {}} if method == "PATCH" else {}
        headers = {"If-Match": "*"}
        answer = await town.api.request(method, f"{PATH}/{path}", headers=headers, **body)
        assert answer.status_code in {404, 422}


async def test_odd_questions_about_pushes_are_refused(town):
    path = f"{PATH}/{(await make(town))['id']}/pushes"

    for query in ("state=sent", "after=forged", "after=%00", "limit=0", "after=" + "a" * 2_000):
        assert (await town.api.get(f"{path}?{query}")).status_code == 422, query


async def test_other_programs_and_other_scopes_see_nothing(town, database_url):
    path = f"{PATH}/{(await make(town))['id']}"
    reader = await key(town, Scope.read, Scope.operate, Scope.configure, Scope.ingest)

    async with opened(database_url) as other:
        foreign = await other.api.get(path)
        resync = await other.api.post(f"{path}/resync")
    scoped = await town.api.get(path, headers=reader)

    assert (foreign.status_code, resync.status_code, scoped.status_code) == (404, 404, 403)


async def test_an_order_becomes_a_value_in_the_shop(database_url):
    definition = {**DEFINITION, "tiers": [tier("silver", "100.00"), tier("gold", "1000.00")]}
    async with (
        opened(database_url, definition) as town,
        shop_opened(WooCommerce, [7, 8]) as shop,
    ):
        town.app.state.outgoing = shop.outgoing
        body = {
            "platform": "woocommerce", "url": shop.url, "credentials": shop.CREDENTIALS,
        }  # fmt: skip
        path = f"{PATH}/{(await make(town, body))['id']}"
        await town.rows("UPDATE push_targets SET enabled = program_id = :program_id")
        await town.order("7", "1500.00")
        await town.order("8", "10.00")
        await town.order("anna@example.org", "150.00")

        await pushed.turns(town)

        shown = (await town.api.get(path)).json()
        listed = (await town.api.get(f"{path}/pushes?state=acknowledged")).json()["items"]
        skipped = (await town.api.get(f"{path}/pushes?state=skipped")).json()["items"]
    assert {name: shop.held(name) for name in shop.customers} == {"7": "gold", "8": None}
    assert shown["counts"] == {"pending": 0, "failed": 0, "acknowledged": 2, "skipped": 1}
    assert shown["walk"] is None
    assert {one["member"]["id"]: one["acknowledged"]["value"] for one in listed} == {
        "7": "gold",
        "8": None,
    }
    assert [one["reason"] for one in skipped] == ["foreign_id"]
