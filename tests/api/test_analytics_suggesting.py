"""Suggested thresholds, held against a count of everybody in Python."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from app.kit.ids import computed_id
from tests.api.merchant import faults
from tests.api.town import TODAY, opened, tier

DEFINITION = {
    "settings": {"currency": "EUR", "tiers": {"window": {"rolling_days": 30}}},
    "tiers": [tier("silver", "100.00"), tier("gold", "700.00"), tier("vip", "900.00")],
}
MEMBERS = 400
PEOPLE = (
    "INSERT INTO members (member_id, program_id, kind, external_id, known_on, version, counting,"
    " decided, created_at) SELECT id, :program_id, 'customer', name, :today, 1, 1, true, :at"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[])) AS one (id, name)"
)
DAYS = (
    "INSERT INTO day_totals (member_id, day, program_id, spend, orders, largest, points)"
    " SELECT id, day, :program_id, spend, 1 + spend % 4, spend, spend / 100 FROM"
    " unnest(CAST(:ids AS uuid[]), CAST(:days AS date[]), CAST(:spends AS bigint[]))"
    " AS one (id, day, spend)"
)


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        yield made


async def bought(town, draw):
    """So many members with three days each, of which two count; member → day rows."""
    names = [f"c-{number}" for number in range(MEMBERS)]
    ids = [computed_id(town.program_id, "customer", name) for name in names]
    await town.rows(PEOPLE, ids=ids, names=names, today=TODAY, at=town.clock.now())
    lines = [
        (member, TODAY - timedelta(days), draw(number))
        for number, member in enumerate(ids)
        for days in (0, 30, 31)
    ]
    binds = {"ids": [one[0] for one in lines], "days": [one[1] for one in lines]}
    await town.rows(DAYS, **binds, spends=[one[2] for one in lines])
    return [(member, spend) for member, day, spend in lines if day > TODAY - timedelta(31)]


async def suggested(town, target, **more):
    body = {"target": target, **more}
    answer = await town.api.post("/v1/analytics/suggest-thresholds", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def values(lines, metric):
    """What each of the members has, by the semantics of the metrics."""
    found = {}
    for member, spend in lines:
        found.setdefault(member, []).append(spend)
    count = {
        "spend": sum,
        "orders": lambda spends: sum(1 + spend % 4 for spend in spends),
        "largest_order": max,
        "points": lambda spends: sum(spend // 100 for spend in spends),
    }[metric]
    return [count(spends) for spends in found.values()]


def placed(told, have):
    """Level → how many of these values stand on it, if levels asked what is suggested."""
    at_least = {one["key"]: int(str(one["at_least"]).replace(".", "")) for one in told["levels"]}
    order = sorted(at_least, key=at_least.get)
    reached = (
        max((key for key in order if one >= at_least[key]), key=order.index, default=None)
        for one in have
    )
    return Counter(reached)


@pytest.mark.parametrize("metric", ["spend", "largest_order"])
async def test_the_targets_are_met_on_the_same_facts_within_one_percent(town, metric):
    draw = random.Random(metric)
    lines = await bought(town, lambda _: draw.randint(0, 5_000_000))
    target = {"vip": "0.01", "gold": 0.05, "silver": "0.15"}

    told = await suggested(town, target, metric=metric)

    held = placed(told, values(lines, metric))
    assert told["members"] == MEMBERS
    assert [one["key"] for one in told["levels"]] == ["silver", "gold", "vip"]
    for one in told["levels"]:
        assert abs(held[one["key"]] / MEMBERS - float(target[one["key"]])) <= 0.01
        assert one["members"] == held[one["key"]]
        assert float(one["share"]) == pytest.approx(one["members"] / MEMBERS, abs=1e-6)


@pytest.mark.parametrize("metric", ["spend", "orders", "points"])
async def test_ties_stay_together_and_are_told(town, metric):
    draw = random.Random(metric)
    lines = await bought(town, lambda number: 10_000 * draw.randint(0, 2 + number % 2))
    target = {"gold": "0.2", "silver": "0.3"}

    told = await suggested(town, target, metric=metric)

    have = values(lines, metric)
    held = placed(told, have)
    for one in told["levels"]:
        least = int(str(one["at_least"]).replace(".", ""))
        assert one["tied"] == have.count(least)
        assert one["tied"] > 4
        assert one["members"] == held[one["key"]]
        off = one["members"] / MEMBERS - float(target[one["key"]])
        assert float(one["off_by"]) == pytest.approx(off, abs=1e-6)
    reach = sum(held[key] for key in target)
    nearest = min(
        (sum(one >= least for one in have) for least in set(have)),
        key=lambda found: abs(found - MEMBERS / 2),
    )
    assert abs(reach - MEMBERS / 2) == abs(nearest - MEMBERS / 2)


async def test_more_than_have_bought_is_everybody(town):
    lines = await bought(town, lambda number: 5_000 if number < 40 else 0)

    told = await suggested(town, {"gold": "0.05", "silver": "0.95"})

    [silver, gold] = told["levels"]
    assert (gold["at_least"], gold["members"], gold["tied"]) == ("100.00", 40, 40)
    assert (silver["at_least"], silver["members"], silver["tied"]) == ("0.00", 360, 360)
    assert len(lines) == 2 * MEMBERS


async def test_who_represents_or_was_erased_is_not_counted(town):
    await bought(town, lambda number: 100 * number)
    before = await suggested(town, {"gold": "0.01"})

    await town.put("customers/c-399", organization_id="o-1")
    event = {"event_id": "x", "type": "customer.redacted", "customer": {"id": "c-398"}}
    await town.tell({**event, "occurred_at": f"{TODAY}T11:00:00Z"})

    after = await suggested(town, {"gold": "0.01"})
    assert (before["levels"][0]["at_least"], before["levels"][0]["members"]) == ("792.00", 4)
    assert after["members"] == MEMBERS - 1
    assert (after["levels"][0]["at_least"], after["levels"][0]["members"]) == ("788.00", 4)


async def test_nobody_needs_nothing(town):
    told = await suggested(town, {"gold": "0.5"})

    assert told["members"] == 0
    assert [one["members"] for one in told["levels"]] == [0]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"target": {"gold": "0.6", "silver": 0.5}}, [("/target", "above_all")]),
        ({"target": {"iron": "0.6"}}, [("/target/iron", "unknown_level")]),
        ({"target": {"gold": "0.6"}, "ladder": "none"}, [("/ladder", "unknown_ladder")]),
        ({"target": {"gold": "1.5"}}, [("/target/gold", "string_pattern_mismatch")]),
        ({"target": {"gold": 1e-7}}, [("/target/gold", "string_pattern_mismatch")]),
        ({"target": {"gold": True}}, [("/target/gold", "string_type")]),
        ({"target": {}}, [("/target", "too_short")]),
        ({"target": {"gold": "0.1"}, "metric": "tags"}, [("/metric", "literal_error")]),
    ],
)
async def test_odd_targets_are_refused(town, body, found):
    answer = await town.api.post("/v1/analytics/suggest-thresholds", json=body)

    assert answer.status_code == 422
    assert faults(answer) == found
