"""Why a member holds what it holds: told whole, and enough to compute the decision again."""

import os
from datetime import timedelta

import pytest

from tests.api.crowd import Crowd
from tests.api.test_preview import changed, crowded, publish
from tests.api.town import TODAY, opened, tier
from tests.proof.recompute import differences

DEFINITION = {
    "settings": {
        "currency": "EUR",
        "tiers": {"window": {"rolling_days": 30}},
        "stages": {"default": {"min_stay_days": 0}},
    },
    "tiers": [
        tier("bronze", "1.00"),
        tier("silver", "1000.00", name="Silver"),
        tier("gold", "10000.00", visible=False),
    ],
    "loyalty_stages": [{"key": "s1", "amount": "500.00"}],
}


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        yield made


@pytest.fixture
async def crowd(database_url):
    async with opened(database_url, changed("nothing")) as made:
        yield made


async def told(town, path="customers/c-7", **params):
    answer = await town.api.get(f"/v1/{path}/explanation", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def back(days):
    return TODAY - timedelta(days)


async def test_every_order_is_told_with_its_reason(town):
    await town.order("c-7", "600.00", on=back(28))
    await town.order("c-7", "400.00", on=back(31))
    await town.order("c-7", "550.00")
    await town.order("c-7", "70.00", status="pending")
    await town.order("c-7", "80.00", currency="USD")
    await town.order("c-7", "90.00", refunds=[{"id": "r", "amount": "90.00"}])
    await town.order("c-7", "20.00", on=TODAY + timedelta(2))
    await town.order("c-7", "30.00", organization_id="o-1")
    await town.order("c-8", "999.00")

    answer = await told(town)

    lines = [
        (one["id"], one["day"], one["counted_amount"], one["windows"], one["excluded_because"])
        for one in answer["orders"]
    ]
    assert lines == [
        ("order-2", str(back(31)), "400.00", [], "window"),
        ("order-1", str(back(28)), "600.00", [0], None),
        ("order-3", str(TODAY), "550.00", [0], None),
        ("order-4", str(TODAY), "0.00", [], "status"),
        ("order-5", str(TODAY), "0.00", [], "unconverted"),
        ("order-6", str(TODAY), "0.00", [], "refunded"),
        ("order-8", str(TODAY), "30.00", [], "organization"),
        ("order-7", str(TODAY + timedelta(2)), "20.00", [], "window"),
    ]
    said = {one["id"]: (one["status"], one["total"], one["refunded"]) for one in answer["orders"]}
    assert said["order-4"] == ("pending", "70", "0")
    assert said["order-6"] == ("paid", "90", "90")
    assert [one["code"] for one in answer["notes"]] == ["unconverted"]
    assert differences(answer) == []


async def test_the_decision_is_told_with_all_that_led_to_it(town):
    await town.order("c-7", "600.00", on=back(28))
    await town.order("c-7", "550.00")

    answer = await told(town, ladder="tiers")

    assert answer["member"] == answer["asked"] == {"kind": "customer", "id": "c-7"}
    assert (answer["ladder"], answer["as_of"], answer["version"]) == ("tiers", str(TODAY), 1)
    assert answer["windows"] == [
        {
            "window": {"rolling_days": 30},
            "first": str(back(30)),
            "last": str(TODAY),
            "sums": {"spend": "1150.00", "orders": 2, "largest_order": "600.00", "points": 1150},
        }
    ]
    silver = answer["levels"][1]
    assert (silver["key"], silver["entered"], silver["kept"]) == ("silver", True, True)
    assert silver["criteria"] == [
        {
            "metric": "spend", "window": 0, "value": "1150.00", "needed": "1000.00",
            "missing": "0.00", "holds": True,
        }
    ]  # fmt: skip
    assert answer["held"] == {
        "level": "silver", "position": 2, "since": str(TODAY), "state": "held",
        "grace_until": None, "told_by": "position",
    }  # fmt: skip
    decision = answer["decision"]
    assert (decision["row"], decision["reason"], decision["moved"]) == (4, "unchanged", False)
    assert decision["earned"] == {"level": "silver", "position": 2}
    assert (answer["next"]["key"], answer["next"]["criteria"][0]["missing"]) == ("gold", "8850.00")
    keep = answer["keep"]
    assert (keep["falls_off_on"], keep["to"]) == (str(TODAY + timedelta(3)), "bronze")
    assert (keep["missing"], keep["needed_to_keep"]) == ("0.00", "450.00")
    assert keep["criteria_then"][0]["value"] == "550.00"


async def test_customers_are_not_told_what_the_explanation_names(town):
    await town.order("c-7", "20000.00")

    whole = (await town.api.get("/v1/customers/c-7")).json()

    assert (await told(town))["held"]["level"] == "gold"
    assert whole["tier"] == {
        "key": None, "name": None, "position": 3, "since": str(TODAY), "state": "held",
        "until": None, "overridden": None,
    }  # fmt: skip
    assert whole["progress"]["next"] is None
    assert "gold" not in str(whole)


async def test_it_is_the_organization_that_is_explained(town):
    await town.order("c-7", "50.00", on=back(9))
    await town.put("organizations/o-1/representatives/c-7")
    await town.order("c-7", "1200.00")

    answer = await told(town)

    assert answer["asked"] == {"kind": "customer", "id": "c-7"}
    assert answer["member"] == {"kind": "organization", "id": "o-1"}
    assert [one["id"] for one in answer["orders"]] == ["order-2"]
    assert [one["code"] for one in answer["notes"]] == ["organization"]
    own = {**answer, "asked": answer["member"], "notes": []}
    assert await told(town, "organizations/o-1") == own
    then = await told(town, as_of=str(back(1)))
    assert then["member"] == {"kind": "customer", "id": "c-7"}
    assert [(one["id"], one["excluded_because"]) for one in then["orders"]] == [
        ("order-1", None),
        ("order-2", "organization"),
    ]


async def test_an_override_is_explained(town):
    await town.order("c-7", "50.00")
    said = {"mode": "floor", "level": "silver", "reason": "Agreed by phone", "until": "2026-12-24"}
    await town.api.post("/v1/customers/c-7/overrides", json=said)

    answer = await told(town)

    assert differences(answer) == []
    [override] = answer["overrides"]
    assert override.pop("id") == answer["decision"]["override"]
    assert override.pop("author").startswith("key:")
    assert override.pop("recorded") > 0
    assert override == {
        "mode": "floor", "level": "silver", "from": str(TODAY), "until": "2026-12-24",
        "in_force": True, "reason": "Agreed by phone",
    }  # fmt: skip
    assert answer["decision"]["earned"]["level"] == "bronze"
    assert (answer["held"]["level"], answer["decision"]["level"]) == ("silver", "silver")
    assert answer["keep"]["falls_off_on"] == "2026-12-25"


async def test_a_past_date_is_explained_by_the_changes(town):
    await town.pass_to(back(20))
    await town.order("c-7", "1500.00", on=back(20))
    await town.pass_to(TODAY)
    await town.order("c-7", "9000.00", on=back(1))

    then, before = await told(town, as_of=str(back(10))), await told(town, as_of=str(back(21)))

    assert then["held"] == {
        "level": "silver", "position": 2, "since": str(back(20)), "state": "held",
        "grace_until": None, "told_by": "changes",
    }  # fmt: skip
    assert then["windows"][0]["sums"]["spend"] == "1500.00"
    assert (before["held"]["level"], before["windows"][0]["sums"]["orders"]) == (None, 0)
    assert "past" in [one["code"] for one in then["notes"]]
    assert [differences(one) for one in (then, before)] == [[], []]


async def test_a_date_to_come_is_explained_from_what_is_held_now(town):
    await town.order("c-7", "1500.00")

    answer = await told(town, as_of=str(TODAY + timedelta(31)))

    assert (answer["held"]["level"], answer["decision"]["level"]) == ("silver", None)
    assert (answer["decision"]["row"], answer["decision"]["reason"]) == (11, "shortfall")
    assert answer["keep"]["falls_off_on"] == answer["as_of"]
    assert "future" in [one["code"] for one in answer["notes"]]
    assert differences(answer) == []


async def test_twelve_orders_before_the_window_are_told_however_old(town):
    for number in range(15):
        await town.order("c-7", "10.00", on=back(200 + number))

    answer = await told(town)

    assert [one["id"] for one in answer["orders"]] == [f"order-{n}" for n in range(12, 0, -1)]


async def test_the_same_facts_give_the_same_bytes_at_any_hour(town):
    await town.order("c-7", "600.00", on=back(28))
    await town.order("c-7", "550.00")
    first = await town.api.get("/v1/customers/c-7/explanation")
    town.clock.at += timedelta(hours=9)
    os.environ["TZ"] = "Pacific/Kiritimati"

    again = await town.api.get("/v1/customers/c-7/explanation")
    same = await town.api.get(
        "/v1/customers/c-7/explanation", headers={"If-None-Match": first.headers["ETag"]}
    )

    del os.environ["TZ"]
    assert first.content == again.content
    assert same.status_code == 304


async def test_what_is_unknown_is_404(town):
    await town.order("c-7", "550.00")
    paths = {
        "customers/nobody/explanation": "customer_not_found",
        "organizations/c-7/explanation": "organization_not_found",
        "customers/c-7/explanation?ladder=other": "ladder_not_found",
    }
    for path, code in paths.items():
        answer = await town.api.get(f"/v1/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, code)


SOME = ["windows", "tags", "anniversary", "previous", "stay", "grace", "removed + never"]


@pytest.mark.parametrize("name", SOME)
async def test_a_script_computes_every_decision_again(crowd, name):
    definition = changed(*name.split(" + "))
    await crowded(crowd, seed=name)
    await publish(crowd, definition, apply="next_check")
    people = Crowd(crowd, seed=name)
    paths = [f"customers/{one}" for one in people.customers]
    rows = set()

    for path in [*paths, *(f"organizations/{one}" for one in people.organizations)]:
        for ladder in ("tiers", "default"):
            for on in (TODAY, TODAY - timedelta(7), TODAY + timedelta(12)):
                answer = await told(crowd, path, ladder=ladder, as_of=str(on))
                assert differences(answer) == []
                rows.add(answer["decision"]["row"])

    assert len(rows) > 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told["orders"][0].update(counted_amount="600.01"),
        lambda told: told["windows"][0].update(first=str(back(29))),
        lambda told: told["windows"][0]["sums"].update(points=1),
        lambda told: told["levels"][1].update(entered=False),
        lambda told: told["decision"].update(row=3),
        lambda told: told["decision"].update(level="bronze"),
        lambda told: told["decision"]["earned"].update(position=1),
        lambda told: told["held"].update(level="bronze", position=1),
        lambda told: told["overrides"].append(
            {"mode": "exact", "level": "bronze", "from": str(back(1)), "until": None, "recorded": 9}
        ),
    ],
)
async def test_the_script_sees_what_does_not_fit(town, spoil):
    await town.order("c-7", "600.00", on=back(28))
    await town.order("c-7", "550.00")
    answer = await told(town)
    assert differences(answer) == []

    spoil(answer)

    assert differences(answer) != []
