import pytest

from tests.api.merchant import content, faults, opened, spent


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        await made.make()
        yield made


async def keys(merchant):
    return [
        (one["key"], one["position"]) for one in (await merchant.get("/v1/tiers")).json()["items"]
    ]


async def test_a_tier_needs_only_a_key(merchant):
    answer = await merchant.post("/v1/tiers", {"key": "silver"})

    assert (answer.status_code, answer.headers["Location"]) == (201, "/v1/tiers/silver")
    assert content(answer) == {
        "key": "silver", "name": "silver", "position": 1, "enabled": True, "automatic": True,
        "match": "all", "criteria": [], "keep": None,
        "benefits": {
            "discount_percent": "0.00", "products": [], "points_multiplier": "1",
            "entry_bonus_points": 0, "tag": None, "user_group": None, "entitlements": [],
        },
        "visible": True, "icon": None, "description": None,
    }  # fmt: skip
    assert answer.json()["published"] == {
        "version": 2, "warnings": [], "check_due_at": "2026-11-22T12:05:00Z",
    }  # fmt: skip
    assert (await merchant.get("/v1/tiers/silver")).json() == content(answer)


async def test_numbers_are_written_in_one_way(merchant):
    benefits = {"discount_percent": "7", "points_multiplier": "1.50"}

    answer = await merchant.post(
        "/v1/tiers", {"key": "silver", "criteria": [spent("1000")], "benefits": benefits}
    )

    assert content(answer)["criteria"] == [spent("1000.00")]
    assert content(answer)["benefits"]["discount_percent"] == "7.00"
    assert content(answer)["benefits"]["points_multiplier"] == "1.5"


async def test_a_position_says_where_a_tier_goes(merchant):
    await merchant.with_tiers(bronze="1.00", gold="10000.00")

    middle = {"key": "silver", "position": 2, "criteria": [spent("1000.00")]}
    answer = await merchant.post("/v1/tiers", middle)
    top = await merchant.post("/v1/tiers", {"key": "vip", "criteria": [spent("50000.00")]})

    assert (answer.json()["position"], top.json()["position"]) == (2, 4)
    assert await keys(merchant) == [("bronze", 1), ("silver", 2), ("gold", 3), ("vip", 4)]


async def test_a_key_is_taken_once(merchant):
    await merchant.with_tiers(silver="1000.00")

    answer = await merchant.post("/v1/tiers", {"key": "silver"})

    assert (answer.status_code, answer.json()["code"]) == (409, "tier_exists")
    assert await merchant.versions() == [1, 2]


async def test_a_repeated_post_adds_one_tier(merchant):
    headers = {"Idempotency-Key": "once"}

    first = await merchant.post("/v1/tiers", {"key": "silver"}, headers=headers)
    again = await merchant.post("/v1/tiers", {"key": "silver"}, headers=headers)

    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json(), first.headers["ETag"]) == (again.json(), again.headers["ETag"])
    assert await merchant.versions() == [1, 2]


@pytest.mark.parametrize("first", [{"params": {"dry_run": "true"}}, {"match": '"1"'}], ids=str)
async def test_a_key_stands_for_the_whole_request(merchant, first):
    once = {"Idempotency-Key": "once"}
    before = await merchant.post("/v1/tiers", {"key": "silver"}, headers=once, **first)

    answer = await merchant.post("/v1/tiers", {"key": "silver"}, headers=once)

    assert before.is_success, before.text
    assert faults(answer) == [("/header/idempotency-key", "idempotency_key_reused")]


async def test_a_patch_changes_what_it_names(merchant):
    await merchant.with_tiers(silver="1000.00", gold="5000.00")
    before = (await merchant.get("/v1/tiers/gold")).json()

    answer = await merchant.patch(
        "/v1/tiers/gold", {"name": "Gold!", "benefits": {"tag": "vip"}, "icon": "star"}
    )

    benefits = {**before["benefits"], "tag": "vip"}
    after = {**before, "name": "Gold!", "benefits": benefits, "icon": "star"}
    assert (answer.status_code, content(answer)) == (200, after)
    cleared = await merchant.patch("/v1/tiers/gold", {"icon": None})
    assert content(cleared)["icon"] is None
    assert await merchant.versions() == [1, 2, 3, 4]


async def test_a_patch_moves_a_tier(merchant):
    await merchant.with_tiers(bronze="1.00", silver="1000.00", gold="10000.00")

    body = {"position": 1, "criteria": [spent("0.50")]}
    answer = await merchant.patch("/v1/tiers/gold", body)

    assert answer.json()["position"] == 1
    assert await keys(merchant) == [("gold", 1), ("bronze", 2), ("silver", 3)]


@pytest.mark.parametrize("field", ["name", "criteria", "enabled", "benefits"])
async def test_null_is_refused_where_it_means_nothing(merchant, field):
    await merchant.with_tiers(silver="1000.00")

    answer = await merchant.patch("/v1/tiers/silver", {field: None})

    assert (answer.status_code, faults(answer)[0][0]) == (422, f"/{field}")
    assert await merchant.versions() == [1, 2]


async def test_a_removed_tier_is_shown_once_more(merchant):
    await merchant.with_tiers(bronze="1.00", silver="1000.00", gold="10000.00")
    gold = (await merchant.get("/v1/tiers/gold")).json()

    answer = await merchant.delete("/v1/tiers/gold")

    assert (answer.status_code, content(answer)) == (200, gold)
    assert (await merchant.get("/v1/tiers/gold")).status_code == 404
    found = await merchant.rows(
        "SELECT removed FROM program_versions v JOIN programs p"
        " ON p.id = v.program_id AND p.version = v.version WHERE p.key = :key"
    )
    assert found[0]["removed"] == {"tiers": {"gold": ["bronze", "silver"]}}


async def test_tiers_are_put_into_another_order(merchant):
    tiers = [{"key": key, "criteria": [{"tag": key}]} for key in ("a", "b", "c")]
    await merchant.put("/v1/definition", {"settings": {"currency": "EUR"}, "tiers": tiers})
    tag = await merchant.tag("/v1/tiers/order")

    answer = await merchant.put("/v1/tiers/order", {"keys": ["c", "a", "b"]}, match=tag)

    assert (answer.status_code, content(answer)) == (200, {"keys": ["c", "a", "b"]})
    assert answer.headers["ETag"] == await merchant.tag("/v1/tiers/order") != tag
    assert await keys(merchant) == [("c", 1), ("a", 2), ("b", 3)]
    stale = await merchant.put("/v1/tiers/order", {"keys": ["a", "b", "c"]}, match=tag)
    assert stale.status_code == 412


@pytest.mark.parametrize("named", [["a"], ["a", "b", "b"], ["a", "b", "c"]])
async def test_an_order_names_every_tier_once(merchant, named):
    tiers = [{"key": key, "criteria": [{"tag": key}]} for key in ("a", "b")]
    await merchant.put("/v1/definition", {"settings": {"currency": "EUR"}, "tiers": tiers})

    answer = await merchant.put("/v1/tiers/order", {"keys": named})

    assert (answer.status_code, faults(answer)) == (422, [("/keys", "keys_incomplete")])
    assert await merchant.versions() == [1, 2]


async def test_tiers_come_in_pages(merchant):
    await merchant.with_tiers(a="1.00", b="2.00", c="3.00")

    first = (await merchant.get("/v1/tiers?limit=2")).json()
    last = (await merchant.get(f"/v1/tiers?limit=2&after={first['next']}")).json()

    assert [one["key"] for one in first["items"] + last["items"]] == ["a", "b", "c"]
    assert last["next"] is None
    forged = await merchant.get("/v1/tiers?after=abcd")
    assert (forged.status_code, faults(forged)) == (422, [("/query/after", "cursor_invalid")])
