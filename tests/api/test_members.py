from datetime import timedelta

import pytest

from app.access.caller import Scope
from tests.api.town import TODAY, key, opened

TOMORROW = TODAY + timedelta(1)


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


async def named(town, **asked):
    answer = await town.api.get("/v1/members", params=asked)
    assert answer.status_code == 200, answer.text
    return [(one["kind"], one["id"]) for one in answer.json()["items"]]


async def test_members_are_listed_with_what_they_hold(town):
    await town.order("c-1", "600.00")
    await town.put("organizations/o-1")

    answer = await town.api.get("/v1/members")

    assert answer.json() == {
        "items": [
            {
                "kind": "customer",
                "id": "c-1",
                "tier": {
                    "key": "silver",
                    "name": "silver",
                    "position": 1,
                    "since": "2026-11-22",
                    "state": "held",
                },
                "stages": [
                    {
                        "track": "default",
                        "key": "s1",
                        "name": "s1",
                        "position": 1,
                        "since": "2026-11-22",
                        "state": "held",
                    }
                ],
            },
            {"kind": "organization", "id": "o-1", "tier": None, "stages": []},
        ],
        "next": None,
    }


async def test_who_represents_is_merged_or_erased_is_no_member(town):
    await town.put("customers/c-1", organization_id="o-1")
    await town.put("customers/c-2")
    await town.put("customers/c-3")
    await town.put("customers/c-4")
    await town.happen("customer.merged", kept_id="c-2", removed_id="c-3")
    await town.api.delete("/v1/customers/c-4")
    await town.order(None, "10.00")  # a guest

    assert await named(town) == [("customer", "c-2"), ("organization", "o-1")]
    await town.put("customers/c-1", organization_id=None)
    await town.pass_to(TOMORROW)
    assert await named(town) == [
        ("customer", "c-1"),
        ("customer", "c-2"),
        ("organization", "o-1"),
    ]


async def test_filters_all_hold(town):
    await town.order("c-1", "150.00")
    await town.order("c-2", "1500.00")
    await town.order("c-3", "600.00")
    await town.order("c-3", "600.00", status="cancelled", id="order-3")
    await town.put("customers/c-4")

    assert await named(town, tier="silver") == [("customer", "c-1"), ("customer", "c-3")]
    assert await named(town, stage="s1") == [("customer", "c-2"), ("customer", "c-3")]
    assert await named(town, tier="silver", stage="s1") == [("customer", "c-3")]
    assert await named(town, state="at_risk") == [("customer", "c-3")]
    assert await named(town, tier="gold", state="at_risk") == []
    assert await named(town, tier="silver", state="at_risk") == [("customer", "c-3")]


async def test_changed_since_takes_the_instant_of_recording(town):
    await town.order("c-1", "150.00")
    await town.order("c-2", "150.00")
    statement = "SELECT max(recorded_at) AS at FROM changes WHERE program_id = :program_id"
    last = (await town.rows(statement))[0]["at"]

    assert await named(town, changed_since=last.isoformat()) == [("customer", "c-2")]
    later = last + timedelta(microseconds=1)
    assert await named(town, changed_since=later.isoformat()) == []


async def test_pages_join_without_gap_or_repetition(town):
    for number in range(7):
        await town.put(f"customers/c-{number}")
    await town.put("organizations/a-1")

    seen, cursor = [], None
    while True:
        place = {} if cursor is None else {"after": cursor}
        answer = (await town.api.get("/v1/members", params={"limit": 3, **place})).json()
        seen += [one["id"] for one in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break

    assert seen == [*(f"c-{number}" for number in range(7)), "a-1"]


async def test_a_cursor_of_other_filters_is_refused(town):
    for number in range(3):
        await town.order(f"c-{number}", "150.00")
    first = (await town.api.get("/v1/members", params={"limit": 1})).json()["next"]

    answer = await town.api.get("/v1/members", params={"tier": "silver", "after": first})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/query/after"


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"tier": "platinum"}, "/query/tier"),
        ({"stage": "gold"}, "/query/stage"),
        ({"state": "lost"}, "/query/state"),
        ({"changed_since": "2026-11-22T10:00:00"}, "/query/changed_since"),
        ({"limit": "251"}, "/query/limit"),
        ({"level": "gold"}, "/query/level"),
    ],
)
async def test_filters_that_cannot_be_are_refused(town, asked, pointer):
    answer = await town.api.get("/v1/members", params=asked)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


async def test_the_history_of_a_member_is_told_the_newest_first(town):
    await town.order("c-1", "150.00")
    said = {"mode": "exact", "level": "gold", "reason": "Agreed by phone"}
    made = (await town.api.post("/v1/customers/c-1/overrides", json=said)).json()

    first = (await town.api.get("/v1/customers/c-1/changes", params={"limit": 1})).json()
    after = {"limit": 1, "after": first["next"]}
    second = (await town.api.get("/v1/customers/c-1/changes", params=after)).json()

    [raised], [assigned] = first["items"], second["items"]
    assert second["next"] is None
    assert (assigned["type"], raised["type"]) == ("tier.assigned", "tier.upgraded")
    assert [one["data"]["sequence"] for one in (assigned, raised)] == [1, 2]
    assert assigned["data"]["from"] is None
    assert assigned["data"]["to"] == {"key": "silver", "name": "silver", "position": 1}
    assert assigned["data"]["cause"] == {"type": "order", "id": "order-1", "source": "api"}
    assert raised["data"]["cause"] == {"type": "override", "id": made["id"], "source": None}
    assert raised["data"]["member"] == {"kind": "customer", "id": "c-1"}


async def test_the_history_of_an_organization_is_its_own(town):
    await town.put("customers/c-1", organization_id="o-1")
    await town.order("c-1", "150.00")

    mine = (await town.api.get("/v1/organizations/o-1/changes")).json()["items"]
    other = (await town.api.get("/v1/customers/c-1/changes")).json()["items"]

    assert [one["type"] for one in mine] == ["tier.assigned"]
    assert other == []


async def test_unknown_and_erased_members_have_no_history(town):
    await town.order("c-1", "150.00")
    await town.api.delete("/v1/customers/c-1")

    for path in ("customers/c-1", "customers/c-2", "organizations/c-1"):
        answer = await town.api.get(f"/v1/{path}/changes")
        assert answer.status_code == 404
        assert answer.json()["code"].endswith("_not_found")


async def test_reading_members_needs_read(town):
    town.api.headers = await key(town, Scope.ingest, Scope.configure, Scope.operate, Scope.admin)

    for path in ("members", "customers/c-1/changes", "organizations/o-1/changes"):
        assert (await town.api.get(f"/v1/{path}")).status_code == 403


async def test_programs_do_not_see_each_others_members(town, database_url):
    await town.order("c-1", "150.00")

    async with opened(database_url) as other:
        assert await named(other) == []
        assert (await other.api.get("/v1/customers/c-1/changes")).status_code == 404
