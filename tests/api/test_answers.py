"""What a shop is told of a customer. Page 4, "People"."""

from datetime import timedelta

import pytest

from tests.api.town import TODAY, opened, tier

SPENT = {"metric": "spend", "value": "1150.00", "needed": "10000.00", "missing": "8850.00"}
NOTHING = {
    "discount_percent": "0.00",
    "points_multiplier": "1",
    "tags": [],
    "user_group": None,
    "entitlements": [],
    "discounts": [],
}
SILVER = {
    "discount_percent": "7",
    "points_multiplier": "1.5",
    "tag": "silver",
    "user_group": "wholesale",
    "entitlements": ["shipping:express"],
}
DEFINITION = {
    "settings": {
        "currency": "EUR",
        "tiers": {"window": {"rolling_days": 30}},
        "stages": {"default": {"min_stay_days": 0}, "hard": {}},
    },
    "tiers": [
        tier("bronze", "1.00", benefits={"discount_percent": "3"}),
        tier("silver", "1000.00", name="Silver", benefits=SILVER),
        tier("gold", "10000.00"),
    ],
    "loyalty_stages": [
        {"key": "s1", "amount": "500.00", "name": "Stage 1", "discount_percent": "5"},
        {"key": "s2", "amount": "5000.00"},
        {"key": "h1", "track": "hard", "amount": "1100.00", "products": ["p1"],
         "discount_percent": "9"},
    ],
}  # fmt: skip


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        yield made


async def told(town, path="customers/c-7", **more):
    answer = await town.api.get(f"/v1/{path}", **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def back(days):
    return TODAY - timedelta(days)


async def with_history(town, **more):
    """600 that leave in three days, 550 that stay for a month."""
    await town.order("c-7", "600.00", on=back(28), **more)
    await town.order("c-7", "550.00", **more)


async def test_a_customer_is_answered_with_all_that_a_shop_needs(town):
    await with_history(town)

    answer = await told(town)

    assert answer == {
        "id": "c-7",
        "organization_id": None,
        "active": True,
        "as_of": str(TODAY),
        "tier": {
            "key": "silver", "name": "Silver", "position": 2, "since": str(TODAY),
            "state": "held", "until": None, "overridden": None,
        },
        "stages": [
            {"track": "default", "key": "s1", "name": "Stage 1", "position": 1,
             "since": str(TODAY)},
            {"track": "hard", "key": "h1", "name": "h1", "position": 1, "since": str(TODAY)},
        ],
        "benefits": {
            "discount_percent": "7.00",
            "points_multiplier": "1.5",
            "tags": ["silver"],
            "user_group": "wholesale",
            "entitlements": ["shipping:express"],
            "discounts": [
                {"ladder": "hard", "key": "h1", "discount_percent": "9.00", "products": ["p1"]},
                {"ladder": "tiers", "key": "silver", "discount_percent": "7.00", "products": []},
                {"ladder": "default", "key": "s1", "discount_percent": "5.00", "products": []},
            ],
        },
        "progress": {
            "ladder": "tiers",
            "next": {"key": "gold", "name": "gold", "match": "all", "criteria": [SPENT]},
            "keep": {
                "missing": "0.00",
                "falls_off_on": str(TODAY + timedelta(3)),
                "to": "bronze",
                "needed_to_keep": "450.00",
            },
        },
        "points": {"balance": 1150, "earned_in_window": 1150},
        "incomplete": False,
        "personal": None,
    }  # fmt: skip


@pytest.mark.parametrize("part", ["tier", "stages", "benefits", "progress"])
async def test_a_part_alone_is_that_part_of_the_whole(town, part):
    await with_history(town)

    assert await told(town, f"customers/c-7/{part}") == (await told(town))[part]


async def test_who_is_not_known_is_404_or_holds_nothing(town):
    unknown = await town.api.get("/v1/customers/nobody")
    answer = await told(town, "customers/nobody?default=true")

    assert (unknown.status_code, unknown.json()["code"]) == (404, "customer_not_found")
    assert (answer["id"], answer["tier"], answer["stages"]) == ("nobody", None, [])
    assert answer["benefits"] == NOTHING
    assert answer["points"] == {"balance": 0, "earned_in_window": 0}
    assert answer["progress"]["next"]["criteria"][0]["missing"] == "1.00"
    assert answer["progress"]["keep"] is None
    assert await town.rows("SELECT 1 FROM members WHERE program_id = :program_id") == []


@pytest.mark.parametrize("path", ["", "/tier", "/stages", "/benefits", "/progress"])
async def test_an_organization_is_not_a_customer(town, path):
    await town.put("organizations/o-1")

    as_customer = await town.api.get(f"/v1/customers/o-1{path}")
    unknown = await town.api.get(f"/v1/organizations/o-2{path}")

    assert (as_customer.status_code, as_customer.json()["code"]) == (404, "customer_not_found")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "organization_not_found")
    assert (await town.api.get(f"/v1/organizations/o-1{path}")).status_code == 200


async def test_progress_of_a_track_is_told_when_asked(town):
    await with_history(town)

    answer = await told(town, "customers/c-7/progress?ladder=default")
    unknown = await town.api.get("/v1/customers/c-7/progress?ladder=nothing")

    assert (answer["ladder"], answer["next"]["key"]) == ("default", "s2")
    assert answer["keep"]["falls_off_on"] == str(TODAY + timedelta(31))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "ladder_not_found")


@pytest.mark.parametrize("path", ["", "/tier", "/stages", "/benefits", "/progress"])
async def test_what_the_caller_has_is_304_until_it_changes(town, path):
    await with_history(town)
    first = await town.api.get(f"/v1/customers/c-7{path}")
    have = {"If-None-Match": first.headers["ETag"]}

    same = await town.api.get(f"/v1/customers/c-7{path}", headers=have)
    await town.order("c-7", "20000.00")
    other = await town.api.get(f"/v1/customers/c-7{path}", headers=have)

    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["ETag"] == first.headers["ETag"]
    assert same.headers["Cache-Control"] == "private, no-cache"
    assert other.status_code == 200
    assert other.headers["ETag"] != first.headers["ETag"]


async def test_a_representative_is_told_what_its_organization_holds(town):
    await with_history(town)
    await town.put("organizations/o-1/representatives/c-7")
    await town.order("c-8", "11000.00", organization_id="o-1")

    answer = await told(town)
    organization = await told(town, "organizations/o-1")

    assert answer["organization_id"] == "o-1"
    assert answer["tier"]["key"] == "gold"
    assert answer["personal"]["tier"]["key"] == "silver"
    assert [one["key"] for one in answer["personal"]["stages"]] == ["s1", "h1"]
    shared = organization.keys() - {"id", "parent_id", "personal"}
    assert {name: answer[name] for name in shared} == {name: organization[name] for name in shared}
    assert await told(town, "customers/c-7/tier") == organization["tier"]


async def test_a_disabled_program_is_told_and_gives_nothing(town):
    await with_history(town)
    await town.api.patch("/v1/settings", json={"enabled": False}, headers={"If-Match": "*"})

    answer = await told(town)

    assert (answer["active"], answer["tier"]["key"]) == (False, "silver")
    assert answer["benefits"] == NOTHING
    assert answer["progress"] == {"ladder": "tiers", "next": None, "keep": None}


async def test_an_override_is_told_with_its_end(town):
    await with_history(town)
    said = {"mode": "floor", "level": "gold", "reason": "Agreed", "until": "2026-12-24"}
    await town.api.post("/v1/customers/c-7/overrides", json=said)

    held = (await told(town))["tier"]

    assert (held["key"], held["overridden"], held["until"]) == ("gold", "floor", "2026-12-24")


async def test_orders_without_a_rate_make_it_incomplete(town):
    await with_history(town)
    await town.order("c-7", "90.00", currency="USD")

    assert (await told(town))["incomplete"] is True
    await town.api.put(f"/v1/exchange-rates/{TODAY}", json={"USD": "2"})
    assert (await told(town))["incomplete"] is False


@pytest.mark.parametrize("path", ["", "/tier", "/stages", "/benefits", "/progress"])
async def test_who_was_merged_or_erased_is_not_known(town, path):
    await with_history(town)
    await town.order("c-8", "50.00")
    await town.order("c-9", "50.00")
    await town.happen("customer.merged", kept_id="c-8", removed_id="c-7")
    await town.happen("customer.redacted", id="c-9")

    for gone in ("c-7", "c-9"):
        assert (await town.api.get(f"/v1/customers/{gone}{path}")).status_code == 404
    assert (await told(town, "customers/c-8"))["tier"]["key"] == "silver"


async def test_a_key_without_the_scope_is_refused(database_url):
    async with opened(database_url, DEFINITION, scopes=("ingest",)) as town:
        for path in ("", "/tier", "/stages", "/benefits", "/progress"):
            answer = await town.api.get(f"/v1/customers/c-7{path}")
            assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
