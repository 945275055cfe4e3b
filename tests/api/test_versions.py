import pytest

from tests.api.merchant import content, faults, opened, spent


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        await made.make()
        await made.with_tiers(silver="1000.00", gold="5000.00")
        yield made


async def changes(merchant, number, query=""):
    answer = await merchant.get(f"/v1/versions/{number}/diff{query}")
    return answer.json()["changes"]


async def test_versions_are_listed_newest_first_in_pages(merchant):
    await merchant.patch("/v1/tiers/gold", {"name": "G"})

    first = (await merchant.get("/v1/versions?limit=2")).json()
    last = (await merchant.get(f"/v1/versions?limit=2&after={first['next']}")).json()

    seen = first["items"] + last["items"]
    assert [one["version"] for one in seen] == [3, 2, 1]
    assert last["next"] is None
    assert seen[2]["author"] == "key:root"
    assert seen[0]["author"].startswith("key:")
    assert seen[0]["author"] != "key:root"
    assert seen[0]["published_at"] == "2026-11-22T12:00:00Z"


async def test_a_version_stays_as_it_was(merchant):
    before = (await merchant.get("/v1/definition")).json()
    await merchant.patch("/v1/tiers/gold", {"name": "G"})

    answer = await merchant.get("/v1/versions/2")

    assert answer.json()["definition"] == before
    known = {"headers": {"If-None-Match": answer.headers["ETag"]}}
    assert (await merchant.get("/v1/versions/2", **known)).status_code == 304


@pytest.mark.parametrize("path", ["9", "9/diff", "2/diff?against=9"])
async def test_an_unknown_version_is_not_found(merchant, path):
    answer = await merchant.get(f"/v1/versions/{path}")

    assert (answer.status_code, answer.json()["code"]) == (404, "version_not_found")


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999"])
async def test_a_version_is_a_number(merchant, number):
    answer = await merchant.get(f"/v1/versions/{number}")

    assert (answer.status_code, faults(answer)[0][0]) == (422, "/path/number")


async def test_a_diff_points_to_what_changed(merchant):
    await merchant.patch("/v1/tiers/gold", {"criteria": [spent("6000.00")]})

    assert await changes(merchant, 3) == [
        {"pointer": "/tiers/1/criteria/0/at_least", "before": "5000.00", "after": "6000.00"}
    ]
    assert await changes(merchant, 3, "?against=3") == []
    assert await changes(merchant, 1) == []


async def test_a_list_of_another_length_differs_as_a_whole(merchant):
    more = [spent("5000.00"), {"tag": "x"}]
    await merchant.patch("/v1/tiers/gold", {"criteria": more})

    assert await changes(merchant, 3) == [
        {"pointer": "/tiers/1/criteria", "before": more[:1], "after": more}
    ]


async def test_a_diff_follows_levels_by_their_keys(merchant):
    gold = (await merchant.get("/v1/tiers/gold")).json()
    bronze = {"key": "bronze", "position": 1, "criteria": [spent("1.00")]}
    await merchant.post("/v1/tiers", bronze)
    await merchant.delete("/v1/tiers/gold")

    added = await changes(merchant, 3)
    removed = await changes(merchant, 4)
    both = await changes(merchant, 2, "?against=4")

    assert [(one["pointer"], "before" in one, "after" in one) for one in added] == [
        ("/tiers/0", False, True),
        ("/tiers/1/position", True, True),
        ("/tiers/2/position", True, True),
    ]
    assert removed == [{"pointer": "/tiers/2", "before": {**gold, "position": 3}}]
    assert [one["pointer"] for one in both] == ["/tiers/0/position", "/tiers/1", "/tiers/0"]


async def test_an_old_version_is_published_again(merchant):
    old = (await merchant.get("/v1/definition")).json()
    await merchant.delete("/v1/tiers/gold")

    answer = await merchant.post("/v1/versions/2/restore")

    assert (answer.status_code, content(answer)) == (200, old)
    assert answer.json()["published"]["version"] == 4
    assert (await merchant.get("/v1/definition")).json() == old
    newest = (await merchant.get("/v1/versions?limit=1")).json()["items"][0]
    assert (newest["version"], newest["note"]) == (4, "restored version 2")
    assert await changes(merchant, 4, "?against=2") == []


async def test_a_restored_level_is_no_longer_gone(merchant):
    await merchant.delete("/v1/tiers/gold")

    await merchant.post("/v1/versions/2/restore")

    found = await merchant.rows(
        "SELECT removed FROM program_versions WHERE program_id ="
        " (SELECT id FROM programs WHERE key = :key) ORDER BY version"
    )
    gone = {"tiers": {"gold": ["silver"]}}
    assert [one["removed"] for one in found] == [{}, {}, gone, {}]


async def test_restoring_is_an_edit(merchant):
    tag = await merchant.tag("/v1/definition")

    without = await merchant.post("/v1/versions/1/restore", match=None)
    good = await merchant.post("/v1/versions/1/restore", match=tag)
    stale = await merchant.post("/v1/versions/2/restore", match=tag)
    unknown = await merchant.post("/v1/versions/77/restore")

    answers = (without, good, stale, unknown)
    assert [one.status_code for one in answers] == [428, 200, 412, 404]
    assert await merchant.versions() == [1, 2, 3]


async def test_restoring_cannot_bring_back_another_currency(merchant):
    await merchant.patch("/v1/settings", {"currency": "USD"})
    await merchant.record_fact()

    answer = await merchant.post("/v1/versions/2/restore")

    assert (answer.status_code, answer.json()["code"]) == (409, "facts_recorded")
    assert await merchant.versions() == [1, 2, 3]
