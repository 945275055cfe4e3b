import pytest

from tests.api.merchant import faults, opened

ALL = ["ingest", "read", "configure", "operate", "admin"]


@pytest.fixture
async def merchant(database_url):
    async with opened(database_url) as made:
        yield made


async def test_a_program_begins_enabled_with_a_key_of_all_scopes(merchant):
    answer = await merchant.make(time_zone="Europe/Vilnius")

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/programs/{merchant.key}"
    made = answer.json()
    assert made["api_key"]["scopes"] == ALL
    assert {name: made[name] for name in ("enabled", "sandbox", "today", "version")} == {
        "enabled": True, "sandbox": False, "today": "2026-11-22", "version": 1,
    }  # fmt: skip
    row = await merchant.program()
    assert (row["version"], row["counting"], row["sandbox_day"]) == (1, 1, None)
    assert (row["checked_on"], row["recheck_at"]) == (None, None)
    assert await merchant.events() == [(1, "program.published", 1)]
    assert (await merchant.get("/v1/settings")).status_code == 200


async def test_today_is_that_of_the_time_zone(merchant):
    answer = await merchant.make(time_zone="Pacific/Kiritimati")

    assert answer.json()["today"] == "2026-11-23"


@pytest.mark.parametrize(("asked", "first"), [({}, "2026-11-22"), ({"today": "2010-11-30"},) * 2])
async def test_a_sandbox_has_its_own_date(merchant, asked, first):
    answer = await merchant.make(sandbox=True, **asked)

    today = first if isinstance(first, str) else first["today"]
    assert (answer.json()["sandbox"], answer.json()["today"]) == (True, today)
    assert str((await merchant.program())["sandbox_day"]) == today


async def test_only_a_sandbox_is_given_a_date(merchant):
    answer = await merchant.make(today="2010-11-30")

    assert (answer.status_code, faults(answer)) == (422, [("/today", "not_a_sandbox")])
    assert await merchant.versions() == []


async def test_the_key_of_a_program_is_taken_once(merchant):
    await merchant.make()

    again = await merchant.make()

    assert (again.status_code, again.json()["code"]) == (409, "program_exists")
    assert await merchant.versions() == [1]


@pytest.mark.parametrize(
    ("field", "value"),
    [("currency", "XXX"), ("time_zone", "../etc"), ("preset", "gold"), ("key", "Upper")],
)
async def test_a_program_is_not_made_of_anything(merchant, field, value):
    answer = await merchant.make(**{field: value})

    assert (answer.status_code, faults(answer)[0][0]) == (422, f"/{field}")
    assert await merchant.versions() == []


@pytest.mark.parametrize(
    ("preset", "tiers", "stages"),
    [
        (None, [], []),
        ("cs_cart", ["bronze", "silver", "gold"], []),
        ("b2b_stages", [], ["stage_1", "stage_2", "stage_3"]),
        ("classes", [], ["a", "b", "vip"]),
        ("vip", ["member", "silver", "gold", "vip"], []),
    ],
)
async def test_a_preset_is_where_a_program_begins(merchant, preset, tiers, stages):
    answer = await merchant.make(preset=preset)

    assert (answer.status_code, answer.json()["warnings"]) == (201, [])
    definition = (await merchant.get("/v1/definition")).json()
    assert [tier["key"] for tier in definition["tiers"]] == tiers
    assert [stage["key"] for stage in definition["loyalty_stages"]] == stages


async def test_a_repeated_post_makes_one_program(merchant):
    body = {"key": merchant.key, "name": "Merchant", "currency": "EUR"}
    more = {"json": body, "headers": {"Idempotency-Key": merchant.key}}

    first = await merchant.as_root("POST", "/v1/programs", **more)
    again = await merchant.as_root("POST", "/v1/programs", **more)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


async def test_programs_are_listed_by_key_in_pages(merchant):
    await merchant.make()

    first = await merchant.as_root("GET", "/v1/programs?limit=1")
    seen, page = list(first.json()["items"]), first.json()
    while page["next"] and len(seen) < 1_000:
        following = await merchant.as_root("GET", f"/v1/programs?limit=1&after={page['next']}")
        page = following.json()
        seen += page["items"]

    keys = [one["key"] for one in seen]
    assert merchant.key in keys
    assert keys == sorted(set(keys))


async def test_only_a_root_key_sees_programs(merchant):
    await merchant.make()

    answers = [
        await merchant.get("/v1/programs"),
        await merchant.get(f"/v1/programs/{merchant.key}"),
        await merchant.delete(f"/v1/programs/{merchant.key}"),
        await merchant.post("/v1/programs", {"key": "x", "name": "X", "currency": "EUR"}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4


async def test_a_program_is_named_otherwise(merchant):
    await merchant.make()
    path = f"/v1/programs/{merchant.key}"

    answer = await merchant.as_root("PATCH", path, json={"name": "Other"})
    seen = await merchant.as_root("GET", path)

    assert (answer.status_code, answer.json()["name"]) == (200, "Other")
    assert answer.json() == seen.json()
    assert (await merchant.program())["name"] == "Other"
    tagged = {"headers": {"If-None-Match": seen.headers["ETag"]}}
    assert (await merchant.as_root("GET", path, **tagged)).status_code == 304


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_an_unknown_program_is_not_found(merchant, method):
    body = {"json": {"name": "X"}} if method == "PATCH" else {}

    answer = await merchant.as_root(method, "/v1/programs/nobody", **body)

    assert (answer.status_code, answer.json()["code"]) == (404, "program_not_found")


async def test_a_program_without_facts_ends_with_everything_it_has(merchant):
    await merchant.make(preset="cs_cart")
    program_id = (await merchant.program())["id"]

    answer = await merchant.as_root("DELETE", f"/v1/programs/{merchant.key}")

    assert answer.status_code == 204
    assert await merchant.rows("SELECT FROM programs WHERE id = :id", id=program_id) == []
    for table in ("api_keys", "changes", "program_versions"):
        statement = f"SELECT FROM {table} WHERE program_id = :id"
        assert await merchant.rows(statement, id=program_id) == []
    merchant.clock.advance(seconds=2)
    assert (await merchant.get("/v1/settings")).status_code in (401, 404)


async def test_a_program_with_facts_stays_unless_it_is_a_sandbox(merchant):
    await merchant.make()
    await merchant.record_fact()
    program_id = (await merchant.program())["id"]
    path = f"/v1/programs/{merchant.key}"

    refused = await merchant.as_root("DELETE", path)
    await merchant.rows("UPDATE programs SET sandbox_day = '2026-11-22' WHERE key = :key")
    ended = await merchant.as_root("DELETE", path)

    assert (refused.status_code, refused.json()["code"]) == (409, "program_in_use")
    assert ended.status_code == 204
    left = "SELECT FROM exchange_rates WHERE program_id = :id"
    assert await merchant.rows(left, id=program_id) == []
