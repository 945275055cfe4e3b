"""Sources: made, shown, edited, ended. Page 7, section 1."""

import re

import pytest

from tests.api.deliveries import (
    OTHER,
    RSA_PEM,
    SHOPIFY,
    STANDARD,
    edit,
    shown,
    source,
    told_standard,
)
from tests.api.facts import snapshot
from tests.api.merchant import faults
from tests.api.town import opened

PUBLIC_STANDARD = "whpk_" + "A" * 43 + "="


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


async def test_a_source_is_made_with_the_maps_of_its_platform(town):
    made = await source(
        town, "shopify", status_map={"pending/*": "paid", "voided/*": None}, test=True
    )

    assert re.fullmatch("/v1/inbound/src_[0-9A-Za-z]{20}", made["path"])
    assert made["status_map"]["pending/*"] == "paid"
    assert made["status_map"]["paid/fulfilled"] == "closed"
    assert "voided/*" not in made["status_map"]
    assert (made["time_zone"], made["test"], made["unsigned"]) == ("UTC", True, None)
    assert (made["ignored"], made["refused"]) == ([], [])
    [secret] = made["secrets"]
    assert secret["last_used_at"] is None
    assert (await town.api.get("/v1/sources/shop")).json() == made


async def test_every_secret_is_sealed_and_shown_to_nobody(town, capfd):
    made = await source(town, "standard")
    await edit(town, secrets=[OTHER, STANDARD])
    await told_standard(town, made["path"], snapshot())
    answers = [
        await town.api.get("/v1/sources"),
        await town.api.get("/v1/sources/shop"),
        await town.api.patch("/v1/sources/shop", json={}, headers={"If-Match": "*"}),
    ]

    dump = [
        str(row)
        for table in ("sources", "source_secrets", "idempotency_keys", "order_events")
        for row in await town.rows(f"SELECT to_jsonb(t) FROM {table} AS t")
    ]
    written = "".join([*dump, *(one.text for one in answers), *capfd.readouterr()])
    for secret in (STANDARD, OTHER):
        bare = secret.removeprefix("whsec_")
        assert bare not in written
        assert bare.encode().hex() not in written


async def test_a_patch_merges_the_maps_and_leaves_the_rest(town):
    await source(town, "commerceml", currency_map={"EURO": "EUR"})

    changed = await edit(town, status_map={"*/open": "paid", "*/paid": None}, test=True)
    again = await edit(town, currency_map={"EURO": None, "": "EUR"}, time_zone="Europe/Vilnius")

    assert changed["status_map"]["*/open"] == "paid"
    assert "*/paid" not in changed["status_map"]
    assert changed["status_map"]["*/closed"] == "closed"
    assert again["status_map"] == changed["status_map"]
    assert again["currency_map"][""] == "EUR"
    assert "EURO" not in again["currency_map"]
    assert (again["test"], again["time_zone"]) == (True, "Europe/Vilnius")
    assert (await edit(town, time_zone=None))["time_zone"] == "UTC"


async def test_a_secret_that_stays_is_still_the_one_it_was(town):
    made = await source(town)
    await told_standard(town, made["path"], snapshot())
    [before] = (await shown(town))["secrets"]

    changed = await edit(town, secrets=[OTHER, STANDARD])

    assert before["last_used_at"] is not None
    new, old = changed["secrets"]
    assert old == before
    assert new["last_used_at"] is None


@pytest.mark.parametrize(
    ("platform", "secret"),
    [
        ("standard", "whsec_c2hvcnQ="),
        ("standard", "not base64!"),
        ("standard", "whpk_" + "A" * 20),
        ("agora", "a plain password"),
        ("adobe_commerce", "not a PEM at all"),
        ("adobe_commerce", RSA_PEM.replace("MIIB", "MIIC")),
        ("saleor", '{"keys": []}'),
        ("saleor", '{"keys": [{"kty": "RSA", "n": "AQAB"}]}'),
        ("saleor", "{" * 100),
        ("shopify", " blanks around "),
        ("shopify", "two\nlines of text"),
    ],
)
async def test_a_secret_that_cannot_be_one_is_refused(town, platform, secret):
    said = {"key": "shop", "platform": platform, "secrets": [secret]}

    answer = await town.api.post("/v1/sources", json=said)

    assert (answer.status_code, faults(answer)) == (422, [("/secrets/0", "secret_invalid")])
    assert secret not in answer.text


@pytest.mark.parametrize(
    ("platform", "secrets"),
    [
        ("standard", [STANDARD, PUBLIC_STANDARD]),
        ("standard", [STANDARD.removeprefix("whsec_")]),
        ("adobe_commerce", [RSA_PEM]),
        ("saleor", ["a plain secret"]),
        ("stripe", [STANDARD]),
    ],
)
async def test_secrets_of_each_shape_are_taken(town, platform, secrets):
    said = {"key": "shop", "platform": platform, "secrets": secrets}

    answer = await town.api.post("/v1/sources", json=said)

    assert answer.status_code == 201, answer.text
    assert len(answer.json()["secrets"]) == len(secrets)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"secrets": []}, ("/secrets", "too_short")),
        ({"secrets": [STANDARD, OTHER, SHOPIFY]}, ("/secrets", "too_long")),
        ({"secrets": [STANDARD, STANDARD]}, ("/secrets", "secret_repeated")),
        ({"unsigned": {"allowed_addresses": ["10.0.0.1"]}}, ("/unsigned", "platform_signs")),
        ({"platform": "magento"}, ("/platform", "platform")),
        ({"time_zone": "Mars/Base"}, ("/time_zone", "time_zone_unknown")),
        ({"status_map": {"x": "lost"}}, ("/status_map/x", "literal_error")),
        ({"currency_map": {"x": "XX"}}, ("/currency_map/x", "string_pattern_mismatch")),
        ({"status_map": {"a\u0000": "paid"}}, None),
        ({"id": "x"}, ("/id", "unknown_field")),
    ],
)
async def test_what_a_source_cannot_be_is_refused(town, changes, fault):
    said = {"key": "shop", "platform": "standard", "secrets": [STANDARD], **changes}

    answer = await town.api.post("/v1/sources", json=said)

    assert answer.status_code == 422
    if fault is not None:
        assert fault in faults(answer)


@pytest.mark.parametrize("addresses", [[], ["0.0.0.0/0"], ["::/0"], ["10.0.0.1/8"], ["here"]])
async def test_an_unsigned_source_names_its_addresses(town, addresses):
    said = {"key": "erp", "platform": "agora", "secrets": ["a plain password"]}

    answer = await town.api.post(
        "/v1/sources", json={**said, "unsigned": {"allowed_addresses": addresses}}
    )

    assert answer.status_code == 422


async def test_edits_need_the_etag_of_the_last_edit_but_not_of_the_last_delivery(town):
    made = await source(town)
    first = (await town.api.get("/v1/sources/shop")).headers["ETag"]
    await told_standard(town, made["path"], snapshot())
    await town.app.state.tally.write()
    path = "/v1/sources/shop"

    unmatched = await town.api.patch(path, json={"test": True})
    changed = await town.api.patch(path, json={"test": True}, headers={"If-Match": first})
    stale = await town.api.patch(path, json={"test": False}, headers={"If-Match": first})
    gone = await town.api.delete(path, headers={"If-Match": first})

    assert [one.status_code for one in (unmatched, changed, stale, gone)] == [428, 200, 412, 412]
    mended = await town.api.patch(path, json={}, headers={"If-Match": stale.headers["ETag"]})
    assert mended.status_code == 200
    again = await town.api.get(path)
    assert again.headers["ETag"] == mended.headers["ETag"] != first
    same = await town.api.get(path, headers={"If-None-Match": again.headers["ETag"]})
    assert same.status_code == 304


async def test_a_key_is_of_one_source(town):
    await source(town)
    said = {"key": "shop", "platform": "shopify", "secrets": [SHOPIFY]}

    answer = await town.api.post("/v1/sources", json=said)

    assert (answer.status_code, answer.json()["code"]) == (409, "source_exists")


async def test_after_the_end_the_facts_stay_the_secrets_go_and_the_platform_keeps_the_key(town):
    made = await source(town)
    await told_standard(town, made["path"], snapshot())

    ended = await town.api.delete("/v1/sources/shop", headers={"If-Match": "*"})

    assert ended.status_code == 204
    assert (await town.api.get("/v1/sources/shop")).status_code == 404
    assert await town.spend("customer", "c-7") == {town.today: 12_000}
    kept = await town.rows("SELECT * FROM source_secrets WHERE program_id = :program_id")
    assert kept == []
    other = {"key": "shop", "platform": "shopify", "secrets": [SHOPIFY]}
    taken = await town.api.post("/v1/sources", json=other)
    assert (taken.status_code, taken.json()["code"]) == (409, "source_key_taken")
    again = await source(town)
    assert again["path"] != made["path"]
    assert await told_standard(town, again["path"], snapshot()) == [("e1", "duplicate", None)]


async def test_a_repeated_request_makes_one_source(town):
    said = {"key": "shop", "platform": "standard", "secrets": [STANDARD]}
    headers = {"Idempotency-Key": "once"}

    answers = [await town.api.post("/v1/sources", json=said, headers=headers) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].headers["Location"] == "/v1/sources/shop"


async def test_sources_are_listed_by_their_keys_in_pages(town):
    for key in ("c", "a", "b"):
        await source(town, key=key)

    first = (await town.api.get("/v1/sources?limit=2")).json()
    rest = (await town.api.get(f"/v1/sources?after={first['next']}")).json()

    assert [one["key"] for one in first["items"]] == ["a", "b"]
    assert [one["key"] for one in rest["items"]] == ["c"]
    assert rest["next"] is None
    forged = await town.api.get("/v1/sources?after=AAAAAAAAAAAA")
    assert faults(forged) == [("/query/after", "cursor_invalid")]


async def test_sources_of_others_are_unknown(town, database_url):
    await source(town)

    async with opened(database_url) as other:
        assert (await other.api.get("/v1/sources/shop")).status_code == 404
        assert (await other.api.get("/v1/sources")).json()["items"] == []
        answer = await other.api.delete("/v1/sources/shop", headers={"If-Match": "*"})
        assert answer.status_code == 404
        await source(other)
