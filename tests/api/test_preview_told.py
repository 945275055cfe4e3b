"""What a preview tells beside its counts, and what it refuses."""

import asyncio
from datetime import timedelta

import pytest

from app.evaluation import repository
from tests.api.town import TODAY, key, opened, tier

DEFINITION = {
    "settings": {"currency": "EUR", "tiers": {"window": {"rolling_days": 30}}},
    "tiers": [
        tier("silver", "100.00", benefits={"discount_percent": "5"}),
        tier("gold", "1000.00", benefits={"discount_percent": "10"}),
    ],
    "loyalty_stages": [{"key": "s1", "amount": "500.00"}],
}
CHEAPER_GOLD = [
    *DEFINITION["tiers"][:1],
    tier("gold", "600.00", benefits={"discount_percent": "8"}),
]


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        yield made


async def preview(town, status=200, **asked):
    answer = await town.api.post("/v1/preview", json=asked)
    assert answer.status_code == status, answer.text
    return answer.json()


def of_tiers(found):
    [tiers] = [one for one in found["ladders"] if one["ladder"] == "tiers"]
    return tiers


async def spending(town, **spends):
    for customer, amount in spends.items():
        await town.order(customer, amount)


async def test_it_tells_moves_samples_near_misses_and_cost(town):
    await spending(town, a="95.00", b="200.00", c="545.00", d="620.00", e="1500.00", f="89.99")

    found = await preview(town, tiers=CHEAPER_GOLD)

    assert of_tiers(found) == {
        "ladder": "tiers",
        "moves": [{"from": "silver", "to": "gold", "count": 1}],
        "near_misses": [{"level": "silver", "count": 1}, {"level": "gold", "count": 1}],
        "samples": [{"kind": "customer", "member": "d", "from": "silver", "to": "gold"}],
    }
    before = (200 + 545 + 620) * 0.05 + 1500 * 0.10
    after = (200 + 545) * 0.05 + (620 + 1500) * 0.08
    assert found["benefit_cost"] == {
        "currency": "EUR",
        "ladders": [
            {
                "ladder": "tiers", "first": "2026-10-23", "last": str(TODAY),
                "before": f"{before:.2f}", "after": f"{after:.2f}",
            },
            {
                "ladder": "default", "first": "2026-10-23", "last": str(TODAY),
                "before": "0.00", "after": "0.00",
            },
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    "tiers",
    [CHEAPER_GOLD, [*CHEAPER_GOLD, tier("tagged", None, criteria=[{"tag": "press"}])]],
    ids=["screened", "everybody looked at"],
)
@pytest.mark.parametrize("counted", [["paid", "closed"], ["paid"]], ids=["as stored", "anew"])
async def test_however_they_are_found_the_sums_are_the_same(town, tiers, counted):
    await spending(town, a="95.00", b="200.00", c="545.00", d="620.00")
    await town.order("asleep", "1500.00", on=TODAY - timedelta(1))
    await town.put("organizations/o-1/representatives/asleep")

    found = await preview(town, tiers=tiers, settings={"counted_statuses": counted})

    assert of_tiers(found)["moves"] == [{"from": "silver", "to": "gold", "count": 1}]
    assert of_tiers(found)["near_misses"] == [
        {"level": "silver", "count": 1},
        {"level": "gold", "count": 1},
    ]
    cost = found["benefit_cost"]["ladders"][0]
    assert (cost["before"], cost["after"]) == ("68.25", "86.85")  # 620 at 8 percent


async def test_samples_are_twenty_at_most(town):
    await spending(town, **{f"c{number}": "700.00" for number in range(23)})

    found = of_tiers(await preview(town, tiers=CHEAPER_GOLD))

    assert found["moves"] == [{"from": "silver", "to": "gold", "count": 23}]
    assert len({one["member"] for one in found["samples"]}) == 20


async def test_a_part_is_put_into_the_definition_in_force(town):
    await spending(town, a="700.00")

    settings = await preview(town, settings={"tiers": {"upgrade": "at_check"}})
    stages = await preview(town, stages=[{"key": "s1", "amount": "800.00"}])
    whole = await preview(town, definition={**DEFINITION, "tiers": CHEAPER_GOLD})

    assert [one["moves"] for one in settings["ladders"]] == [[], []]
    # a stage is held for 30 days at least
    assert [one["moves"] for one in stages["ladders"]] == [[], []]
    assert of_tiers(whole)["moves"] == [{"from": "silver", "to": "gold", "count": 1}]


async def test_it_is_as_of_the_day_asked(town):
    await spending(town, a="700.00")

    later = await preview(town, as_of="2027-01-01")

    assert of_tiers(later)["moves"] == [{"from": "silver", "to": None, "count": 1}]
    assert of_tiers(await preview(town))["moves"] == []


async def test_it_warns_and_refuses_as_publishing_does(town):
    await spending(town, a="700.00")
    same = [tier("silver", "100.00"), tier("gold", "100.00")]
    misplaced = [tier("silver", "100.00", position=2), tier("gold", "200.00", position=1)]

    warned = await preview(town, settings={"tiers": {"window": {"calendar": "month"}}})
    refused = await preview(town, 422, tiers=same)
    wrong = await preview(town, 422, tiers=misplaced)
    twice = await preview(town, 422, tiers=same, definition=DEFINITION)
    euros = await preview(town, 409, settings={"currency": "USD"})

    assert [one["code"] for one in warned["warnings"]] == ["falls_with_period"]
    assert [one["pointer"] for one in refused["errors"]] == [
        "/tiers/0/criteria",
        "/tiers/1/criteria",
    ]
    assert wrong["code"] == "definition_refused"
    assert twice["errors"][0]["code"] == "definition_twice"
    assert euros["code"] == "facts_recorded"


async def test_a_program_has_one_preview_at_a_time(town):
    async with town.db.transaction() as session:
        assert await repository.only_preview(session, town.program_id)
        busy = await preview(town, 409)
    free = await preview(town)

    assert busy["code"] == "preview_running"
    assert free["ladders"]


async def test_several_previews_of_one_program_never_fail_otherwise(town):
    await spending(town, a="700.00")

    answers = await asyncio.gather(
        *(town.api.post("/v1/preview", json={"tiers": CHEAPER_GOLD}) for _ in range(6))
    )

    assert {one.status_code for one in answers} <= {200, 409}
    assert 200 in {one.status_code for one in answers}


async def test_who_may_publish_may_preview(town):
    for scope, status in (("read", 403), ("configure", 200), ("ingest", 403), ("operate", 403)):
        headers = await key(town, scope)
        answer = await town.api.post("/v1/preview", json={}, headers=headers)
        assert answer.status_code == status
