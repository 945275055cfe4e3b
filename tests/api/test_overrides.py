import asyncio
from datetime import date, timedelta

import pytest

from app.access.caller import Scope
from tests.api.town import DEFINITION, TODAY, key, opened

TOMORROW = TODAY + timedelta(1)
OF_C_1 = "/v1/customers/c-1/overrides"
SILVER = ("tier.assigned", None, "silver", "order", "qualified")
RAISED = ("tier.upgraded", "silver", "gold", "override", "override")


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


async def decide(town, mode, level=None, path=OF_C_1, **more):
    said = {"mode": mode, "reason": "Agreed by phone", **more}
    return await town.api.post(path, json=said if level is None else {**said, "level": level})


async def test_an_override_moves_at_once_and_says_who_and_why(town):
    await town.order("c-1", "150.00")

    answer = await decide(town, "exact", "gold", until="2026-12-24")

    made = answer.json()
    assert answer.status_code == 201
    assert (made["ladder"], made["mode"], made["level"]) == ("tiers", "exact", "gold")
    assert (made["from"], made["until"]) == ("2026-11-22", "2026-12-24")
    assert made["reason"] == "Agreed by phone"
    assert made["author"].startswith("key:")
    assert made["request_id"] == answer.headers["X-Request-Id"]
    assert (made["removed_at"], made["removed_by"]) == (None, None)
    assert await town.changes("customer", "c-1") == [SILVER, RAISED]
    cited = "SELECT override_id FROM changes WHERE program_id = :program_id AND seq = 2"
    assert str((await town.rows(cited))[0]["override_id"]) == made["id"]


async def test_removing_it_evaluates_once_and_is_recorded(town):
    await town.order("c-1", "150.00")
    made = (await decide(town, "exact", "gold")).json()

    first = await town.api.delete(f"/v1/overrides/{made['id']}")
    again = await town.api.delete(f"/v1/overrides/{made['id']}")

    assert (first.status_code, again.status_code) == (204, 404)
    assert again.json()["code"] == "override_not_found"
    assert (await town.changes("customer", "c-1"))[2:] == [
        ("tier.downgraded", "gold", "silver", "override", "shortfall")
    ]
    [listed] = (await town.api.get(OF_C_1)).json()["items"]
    assert listed["removed_by"].startswith("key:")
    assert listed["removed_at"] is not None


async def test_a_floor_a_ceiling_and_a_freeze_do_what_they_say(town):
    await town.put("organizations/o-1")
    answer = await decide(town, "floor", "silver", path="/v1/organizations/o-1/overrides")
    assert answer.status_code == 201
    assert await town.level("organization", "o-1") == "silver"

    await town.order("c-1", "5000.00")
    await decide(town, "ceiling", "silver")
    assert await town.level("customer", "c-1") == "silver"

    await town.order("c-2", "150.00")
    await decide(town, "freeze", path="/v1/customers/c-2/overrides")
    await town.order("c-2", "5000.00")
    assert await town.level("customer", "c-2") == "silver"


async def test_an_override_evaluates_its_own_ladder_alone(town):
    await town.order("c-1", "600.00", on=date(2026, 10, 23))
    await town.pass_to(date(2026, 11, 23))  # the stage's 30 days are over, no check has run

    await decide(town, "floor", "gold")

    assert await town.level("customer", "c-1") == "gold"
    assert await town.level("customer", "c-1", "default") == "s1"
    await decide(town, "floor", "s1", ladder="default", until="2026-11-30")
    assert await town.level("customer", "c-1", "default") == "s1"


async def test_a_nudge_moves_once_and_automation_goes_on(town):
    await town.order("c-1", "5000.00")

    made = (await decide(town, "nudge", "silver")).json()
    assert await town.level("customer", "c-1") == "silver"
    await town.order("c-1", "1.00")
    assert await town.level("customer", "c-1") == "gold"
    await decide(town, "floor", "silver", until=TODAY.isoformat())  # on the nudge's first day
    assert await town.level("customer", "c-1") == "gold"
    await town.api.delete(f"/v1/overrides/{made['id']}")
    assert len(await town.changes("customer", "c-1", "tiers")) == 3


async def test_removing_a_nudge_evaluates_nothing(town):
    await town.put("customers/c-1")
    made = (await decide(town, "nudge", "s1", ladder="default")).json()

    removed = await town.api.delete(f"/v1/overrides/{made['id']}")

    assert removed.status_code == 204
    assert await town.level("customer", "c-1", "default") == "s1"


async def test_a_representative_is_overridden_by_its_organization(town):
    await town.put("customers/c-1", organization_id="o-1")

    answer = await decide(town, "exact", "gold")

    assert (answer.status_code, answer.json()["code"]) == (409, "represents_organization")
    assert '"o-1"' in answer.json()["detail"]
    assert await town.rows("SELECT 1 FROM overrides WHERE program_id = :program_id") == []


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"mode": "exact", "level": "platinum"}, "/level"),
        ({"mode": "exact", "level": "s1"}, "/level"),
        ({"mode": "exact"}, "/level"),
        ({"mode": "freeze", "level": "gold"}, "/level"),
        ({"mode": "exact", "level": "gold", "ladder": "other"}, "/ladder"),
        ({"mode": "exact", "level": "gold", "until": "2026-11-21"}, "/until"),
        ({"mode": "exact", "level": "gold", "from": "2026-11-30", "until": "2026-11-29"}, "/until"),
        ({"mode": "exact", "level": "gold", "from": "2026-11-01", "until": "2026-11-02"}, "/until"),
        ({"mode": "exact", "level": "gold", "reason": "ok"}, "/reason"),
        ({"mode": "exact", "level": "gold", "reason": "x" * 501}, "/reason"),
        ({"mode": "pin", "level": "gold"}, "/mode"),
        ({"mode": "exact", "level": "gold", "author": "me"}, "/author"),
    ],
)
async def test_what_cannot_be_decided_is_refused(town, said, pointer):
    await town.put("customers/c-1")

    answer = await town.api.post(OF_C_1, json={"reason": "Agreed by phone", **said})

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert await town.rows("SELECT 1 FROM overrides WHERE program_id = :program_id") == []


async def test_nobody_unknown_is_overridden_or_made_known(town):
    customer = await decide(town, "exact", "gold")
    organization = await decide(town, "exact", "gold", path="/v1/organizations/o-1/overrides")
    listed = await town.api.get(OF_C_1)

    codes = [one.json()["code"] for one in (customer, organization, listed)]
    assert codes == ["customer_not_found", "organization_not_found", "customer_not_found"]
    assert await town.rows("SELECT 1 FROM members WHERE program_id = :program_id") == []


async def test_overrides_are_listed_in_pages_the_newest_first(town):
    await town.put("customers/c-1")
    made = [(await decide(town, "floor", "silver")).json()["id"] for _ in range(5)]

    first = (await town.api.get(OF_C_1, params={"limit": 3})).json()
    second = (await town.api.get(OF_C_1, params={"limit": 3, "after": first["next"]})).json()

    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None
    foreign = await town.api.get("/v1/organizations/o-1/overrides", params={"after": first["next"]})
    assert foreign.status_code in {404, 422}


async def test_the_same_post_under_one_key_is_one_override(town):
    await town.put("customers/c-1")
    said = {"mode": "exact", "level": "gold", "reason": "Agreed by phone"}
    headers = {**town.api.headers, "Idempotency-Key": "one"}

    answers = [await town.api.post(OF_C_1, json=said, headers=headers) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(await town.rows("SELECT 1 FROM overrides WHERE program_id = :program_id")) == 1


async def test_overrides_at_once_are_all_kept_and_the_newest_holds(town):
    await town.put("customers/c-1")

    answers = await asyncio.gather(
        *(decide(town, "exact", level) for level in ("silver", "gold") * 4),
        *(town.order("c-1", "1.00") for _ in range(4)),
    )

    made = [one.json() for one in answers[:8]]
    assert [one.status_code for one in answers[:8]] == [201] * 8
    newest = (await town.api.get(OF_C_1)).json()["items"]
    assert {one["id"] for one in newest} == {one["id"] for one in made}
    assert await town.level("customer", "c-1") == newest[0]["level"]


async def test_scopes_of_overrides(town):
    await town.put("customers/c-1")
    made = (await decide(town, "floor", "silver")).json()
    town.api.headers = await key(town, Scope.read, Scope.configure, Scope.ingest, Scope.admin)

    answers = [
        await decide(town, "exact", "gold"),
        await town.api.delete(f"/v1/overrides/{made['id']}"),
        await town.api.get(OF_C_1),
    ]

    assert [one.status_code for one in answers] == [403, 403, 200]
    town.api.headers = await key(town, Scope.operate)
    assert (await town.api.get(OF_C_1)).status_code == 200


async def test_a_disabled_program_takes_overrides_and_moves_nobody(database_url):
    disabled = {**DEFINITION, "settings": {**DEFINITION["settings"], "enabled": False}}
    async with opened(database_url, disabled) as town:
        await town.put("customers/c-1")

        answer = await decide(town, "exact", "gold")

        assert answer.status_code == 201
        assert await town.level("customer", "c-1") is None


async def test_another_programs_override_is_not_found(town, database_url):
    await town.put("customers/c-1")
    made = (await decide(town, "floor", "silver")).json()

    async with opened(database_url) as other:
        answer = await other.api.delete(f"/v1/overrides/{made['id']}")

    assert answer.status_code == 404
    assert (await town.api.get(OF_C_1)).json()["items"][0]["removed_at"] is None
