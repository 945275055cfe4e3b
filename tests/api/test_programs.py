import pytest

from tests.api.merchant import faults, opened


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        yield made


async def test_a_program_begins_enabled_with_a_key_of_all_scopes(merchant):
    answer = await merchant.make(time_zone="Europe/Vilnius")

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/programs/{merchant.key}"
    made = answer.json()
    assert set(made["api_key"]["scopes"]) == {"ingest", "read", "configure", "operate", "admin"}
    assert {name: made[name] for name in ("enabled", "sandbox", "today", "version")} == {
        "enabled": True, "sandbox": False, "today": "2026-11-22", "version": 1,
    }  # fmt: skip
    row = await merchant.program()
    assert (row["version"], row["counting"], row["sandbox_day"]) == (1, 1, None)
    assert (row["checked_on"], row["recheck_at"]) == (None, None)
    assert await merchant.events() == [(1, "program.published", 1)]
    assert (await merchant.get("/v1/settings")).status_code == 200


async def test_the_key_of_a_program_is_taken_once(merchant):
    await merchant.make()

    again = await merchant.as_root(
        "POST", "/v1/programs", json={"key": merchant.key, "name": "B", "currency": "EUR"}
    )

    assert (again.status_code, again.json()["code"]) == (409, "program_exists")
    assert await merchant.versions() == [1]
