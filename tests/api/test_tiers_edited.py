import asyncio

import pytest

from tests.api.merchant import codes, faults, opened, spent


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        await made.make()
        yield made


async def test_an_edit_says_what_it_changes(merchant):
    await merchant.with_tiers(silver="1000.00")
    tag = await merchant.tag("/v1/tiers/silver")

    without = await merchant.patch("/v1/tiers/silver", {"name": "S"}, match=None)
    good = await merchant.patch("/v1/tiers/silver", {"name": "S"}, match=tag)
    stale = await merchant.patch("/v1/tiers/silver", {"name": "T"}, match=tag)

    assert (without.status_code, good.status_code, stale.status_code) == (428, 200, 412)
    assert stale.json()["code"] == "precondition_failed"
    assert stale.headers["ETag"] == good.headers["ETag"]
    assert await merchant.versions() == [1, 2, 3]


async def test_the_tag_is_that_of_the_one_tier(merchant):
    await merchant.with_tiers(silver="1000.00", gold="5000.00")
    tag = await merchant.tag("/v1/tiers/silver")

    await merchant.patch("/v1/tiers/gold", {"name": "G"})
    answer = await merchant.patch("/v1/tiers/silver", {"name": "S"}, match=tag)

    assert answer.status_code == 200


async def test_of_two_edits_at_once_one_fails(merchant):
    await merchant.with_tiers(silver="1000.00")
    tag = await merchant.tag("/v1/tiers/silver")

    answers = await asyncio.gather(
        *(merchant.patch("/v1/tiers/silver", {"name": name}, match=tag) for name in "ABCD")
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    assert await merchant.versions() == [1, 2, 3]
    assert await merchant.events() == [(n, "program.published", n) for n in (1, 2, 3)]


async def test_edits_of_different_tiers_at_once_all_count(merchant):
    await merchant.with_tiers(a="1.00", b="2.00", c="3.00")

    answers = await asyncio.gather(
        *(merchant.patch(f"/v1/tiers/{key}", {"name": key.upper()}) for key in "abc")
    )

    assert [answer.status_code for answer in answers] == [200] * 3
    names = [one["name"] for one in (await merchant.get("/v1/tiers")).json()["items"]]
    assert names == ["A", "B", "C"]
    assert await merchant.versions() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_an_unknown_tier_is_not_found(merchant, method):
    body = {"name": "X"} if method == "PATCH" else None

    answer = await merchant.send(method, "/v1/tiers/nobody", body)

    assert (answer.status_code, answer.json()["code"]) == (404, "tier_not_found")


async def test_equal_thresholds_are_refused_and_both_are_named(merchant):
    await merchant.with_tiers(silver="1000.00", gold="5000.00")

    answer = await merchant.patch("/v1/tiers/gold", {"criteria": [spent("1000.00")]})

    assert (answer.status_code, answer.json()["code"]) == (422, "definition_refused")
    assert faults(answer) == [
        ("/tiers/0/criteria", "asks_the_same"),
        ("/tiers/1/criteria", "asks_the_same"),
    ]
    details = " ".join(fault["detail"] for fault in answer.json()["errors"])
    assert "silver" in details
    assert "gold" in details
    assert await merchant.versions() == [1, 2]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"criteria": [{"metric": "visits", "at_least": 3}]}, "/criteria/0/metric",
         "literal_error"),
        ({"criteria": [spent(1000)]}, "/criteria/0", "threshold_kind"),
        ({"criteria": [{"metric": "orders", "at_least": "3"}]}, "/criteria/0", "threshold_kind"),
        ({"criteria": [{"metric": "spend"}]}, "/criteria/0", "criterion_invalid"),
        ({"criteria": [{"tag": "x", "metric": "spend"}]}, "/criteria/0", "criterion_invalid"),
        ({"criteria": [spent("-1")]}, "/criteria/0/at_least", "threshold_invalid"),
        ({"criteria": [spent("1e3")]}, "/criteria/0/at_least", "threshold_invalid"),
        ({"criteria": [spent([])]}, "/criteria/0/at_least", "threshold_invalid"),
        ({"criteria": [spent("1", window={"rolling_days": 0.5})]}, "/criteria/0/window",
         "window_invalid"),
        ({"benefits": {"discount_percent": "100.01"}}, "/benefits/discount_percent",
         "string_pattern_mismatch"),
        ({"benefits": {"discount_percent": 7}}, "/benefits/discount_percent", "string_type"),
        ({"benefits": {"products": ["p", "p"]}}, "/benefits/products", "repeated"),
        ({"track": "default"}, "/track", "unknown_field"),
    ],
)  # fmt: skip
async def test_what_is_not_well_formed_is_refused(merchant, body, pointer, code):
    answer = await merchant.post("/v1/tiers", {"key": "silver", **body})

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert faults(answer) == [(pointer, code)]
    assert await merchant.versions() == [1]


async def test_warnings_stop_nothing(merchant):
    await merchant.patch("/v1/settings", {"tiers": {"window": {"calendar": "month"}}})

    answer = await merchant.post("/v1/tiers", {"key": "silver", "criteria": [spent("1000.00")]})

    assert (answer.status_code, codes(answer)) == (201, ["falls_with_period"])
    assert await merchant.versions() == [1, 2, 3]


async def test_reading_and_configuring_are_scopes(merchant):
    async def status(method, scope, body=None):
        made = await merchant.post("/v1/keys", {"scopes": [scope]})
        headers = {"Authorization": f"Bearer {made.json()['key']}"}
        answer = await merchant.send(method, "/v1/tiers", body, headers=headers)
        return answer.status_code

    reads = [await status("GET", scope) for scope in ("read", "configure", "operate", "ingest")]
    writes = [
        await status("POST", scope, {"key": scope})
        for scope in ("configure", "read", "operate", "admin")
    ]

    assert reads == [200, 200, 403, 403]
    assert writes == [201, 403, 403, 403]
