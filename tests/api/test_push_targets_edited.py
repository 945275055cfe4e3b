"""Push targets changed and ended over HTTP: under ETags, and never half."""

import pytest

from tests.api.test_push_targets import CS_CART, OURS, PATH, make, stored, walks
from tests.api.town import opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


async def test_edits_need_the_version_they_change(town):
    path = f"{PATH}/{(await make(town))['id']}"
    tag = (await town.api.get(path)).headers["ETag"]
    await town.rows(f"UPDATE push_targets SET error = 'http_500', error_at = updated_at {OURS}")
    shown = await town.api.get(path, headers={"If-None-Match": tag})

    without = await town.api.patch(path, json={"per_second": 5})
    first = await town.api.patch(path, json={"per_second": 5}, headers={"If-Match": tag})
    stale = await town.api.patch(path, json={"per_second": 6}, headers={"If-Match": tag})
    gone = await town.api.delete(path, headers={"If-Match": tag})

    statuses = [one.status_code for one in (shown, without, first, stale, gone)]
    assert statuses == [200, 428, 200, 412, 412]
    assert (await stored(town))["per_second"] == 5
    now = await town.api.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert now.status_code == 304


@pytest.mark.parametrize(
    ("patch", "owed"),
    [
        ({"mapping": {"gold": "VIP"}}, ["edited:2"]),
        ({"url": "https://other.example"}, ["edited:2"]),
        ({"credentials": {"access_token": "shpat_other"}}, ["edited:2"]),
        ({"per_second": 9, "description": None}, []),
        ({"enabled": False}, []),
        ({}, []),
    ],
)
async def test_an_edit_that_changes_what_is_said_meets_everybody(town, patch, owed):
    path = f"{PATH}/{(await make(town, description='x'))['id']}"
    await town.rows(f"UPDATE push_targets SET holder = 'w', term = 7 {OURS}")

    answer = await town.api.patch(path, json=patch, headers={"If-Match": "*"})

    assert (answer.status_code, await walks(town)) == (200, ["backfill:1", *owed])
    row = await stored(town)
    assert (row["holder"], row["term"], row["version"]) == (None, 8, 2)
    assert row["lease_until"] > row["updated_at"]


async def test_what_is_left_out_of_an_edit_stays(town):
    made = await make(town, CS_CART, description="Ours", per_second=7)
    before = await stored(town)

    path = f"{PATH}/{made['id']}"
    await town.api.patch(path, json={"enabled": False}, headers={"If-Match": "*"})

    after = await stored(town)
    names = ("url", "mapping", "sealed", "per_second", "description", "platform", "ladder")
    assert [after[name] for name in names] == [before[name] for name in names]


async def test_a_target_that_was_enabled_again_meets_everybody(town):
    path = f"{PATH}/{(await make(town, enabled=False))['id']}"

    await town.api.patch(path, json={"enabled": True}, headers={"If-Match": "*"})

    assert await walks(town) == ["backfill:1", "edited:2"]


async def test_an_ended_target_is_gone_with_its_secrets_and_its_place_is_free(town):
    path = f"{PATH}/{(await make(town))['id']}"

    answer = await town.api.delete(path, headers={"If-Match": "*"})

    assert answer.status_code == 204
    assert bytes((await stored(town))["sealed"]) == b""
    for ask in (
        town.api.get(path),
        town.api.get(f"{path}/pushes"),
        town.api.post(f"{path}/resync"),
    ):
        assert (await ask).status_code == 404
    assert (await town.api.get(PATH)).json()["items"] == []
    await make(town)
