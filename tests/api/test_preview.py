"""A preview is true: on a frozen base its counts are those of the check after publishing."""

import copy
from collections import Counter
from datetime import timedelta

import pytest

from app.checks import slicing
from app.evaluation import preview
from tests.api.crowd import Crowd, run_owed_check
from tests.api.town import TODAY, opened, tier


def spent(amount, **more):
    return {"metric": "spend", "at_least": amount, **more}


DEFINITION = {
    "settings": {
        "currency": "EUR",
        "tiers": {"window": {"rolling_days": 60}},
        "stages": {"default": {"min_stay_days": 0}},
    },
    "tiers": [
        tier("bronze", "100.00", benefits={"discount_percent": "3"}),
        tier("silver", "400.00", benefits={"discount_percent": "7"}),
        tier("gold", "900.00", benefits={"discount_percent": "10"}),
    ],
    "loyalty_stages": [
        {"key": "s1", "amount": "150.00", "discount_percent": "2"},
        {"key": "s2", "amount": "600.00", "discount_percent": "4"},
    ],
}
POINTS = [{"metric": "points", "at_least": 300}]
ORDERS = [{"metric": "orders", "at_least": 3, "window": {"calendar": "quarter"}}]


def settings(**more):
    def change(definition):
        definition["settings"] |= more

    return change


def ladder(**more):
    def change(definition):
        definition["settings"]["tiers"] |= more

    return change


def tiers(*levels):
    def change(definition):
        definition["tiers"] = list(levels)

    return change


def stages(*levels):
    def change(definition):
        definition["loyalty_stages"] = list(levels)

    return change


LOWER = tiers(tier("bronze", "50.00"), tier("silver", "300.00"), tier("gold", "700.00"))
EDITS = {
    "nothing": settings(),
    "lower": LOWER,
    "removed": tiers(tier("bronze", "100.00"), tier("gold", "900.00")),
    "added": tiers(tier("silver", "400.00"), tier("jade", "500.00"), tier("gold", "800.00")),
    "disabled": tiers(tier("silver", "200.00", enabled=False), tier("gold", "500.00")),
    "points": tiers({"key": "gold", "criteria": POINTS}),
    "windows": tiers({"key": "gold", "criteria": [spent("300.00"), *ORDERS]}),
    "tags": tiers({"key": "gold", "match": "any", "criteria": [{"tag": "press"}, *POINTS]}),
    "anniversary": ladder(window={"anniversary": 2}),
    "previous": ladder(window={"previous": "month"}),
    "lifetime": ladder(window="lifetime"),
    "stay": ladder(min_stay_days=5, window={"rolling_days": 10}),
    "grace": ladder(grace_days=5, window={"rolling_days": 10}),
    "one step": ladder(downgrade="one_step", window={"rolling_days": 10}),
    "never": ladder(downgrade="never", window={"rolling_days": 10}),
    "more stages": stages(
        {"key": "s1", "amount": "10.00"},
        {"key": "n1", "amount": "90.00", "track": "new"},
        {"key": "n2", "amount": "200.00", "track": "new"},
    ),
    "no stages": stages(),
    "closed only": settings(counted_statuses=["closed"]),
    "pending too": settings(counted_statuses=["pending", "paid", "closed"]),
    "placed": settings(dated_by="placed"),
    "closed day": settings(dated_by="closed"),
    "goods": settings(amount_basis="goods_without_tax"),
    "pooling": settings(pooling="current_representatives"),
    "many points": settings(points_per_unit="3"),
    "begins": settings(starts_on=str(TODAY - timedelta(20))),
    "off": settings(enabled=False),
}

PAIRS = [
    "points + many points",
    "windows + closed day",
    "tags + pooling",
    "anniversary + placed",
    "pooling + goods",
    "more stages + closed only",
    "removed + never",
]


@pytest.fixture
async def town(database_url):
    async with opened(database_url, DEFINITION) as made:
        yield made


def changed(*names):
    definition = copy.deepcopy(DEFINITION)
    for name in names:
        EDITS[name](definition)
    return definition


def counts(found):
    """(ladder, from, to) → how many."""
    return {
        (one["ladder"], move["from"], move["to"]): move["count"]
        for one in found["ladders"]
        for move in one["moves"]
    }


async def moved(town, check_id):
    found = await town.rows(
        "SELECT ladder, from_level, to_level FROM changes"
        " WHERE check_id = :check AND direction IS NOT NULL",
        check=check_id,
    )
    return Counter(tuple(one.values()) for one in found)


async def previewed(town, **asked):
    answer = await town.api.post("/v1/preview", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def publish(town, definition, **query):
    answer = await town.api.put(
        "/v1/definition", json=definition, params=query, headers={"If-Match": "*"}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def everything(town):
    """Every row that a preview might have touched."""
    names = ("members", "orders", "day_totals", "positions", "changes", "points_entries",
             "program_versions", "order_events", "checks")  # fmt: skip
    return {
        name: await town.rows(
            f"SELECT md5(string_agg(t.*::text, '' ORDER BY t.*::text)) FROM {name} t"
            " WHERE program_id = :program_id"
        )
        for name in names
    }


async def crowded(town, seed, before=DEFINITION):
    """A crowd that was decided and overruled a while ago, and that has bought since."""
    await town.pass_to(TODAY - timedelta(7))
    crowd = Crowd(town, seed)
    await crowd.gather()
    await crowd.buy(90)
    await crowd.overrule(["bronze", "gold"], 6)
    await publish(town, before, apply="now")
    await run_owed_check(town)
    await town.pass_to(TODAY)
    await crowd.buy(20)


@pytest.mark.parametrize("name", [*EDITS, *PAIRS])
async def test_the_check_after_publishing_moves_what_the_preview_counts(town, name):
    await crowded(town, seed=name)
    definition = changed(*name.split(" + "))
    frozen = await everything(town)

    found = await previewed(town, definition=definition)
    dry = await publish(town, definition, dry_run="true")
    assert await everything(town) == frozen
    await publish(town, definition, apply="now")
    check = await run_owed_check(town)

    assert dry == found
    if check is None:
        assert name in ("nothing", "off")
    else:
        assert counts(found) == await moved(town, check)
    assert bool(counts(found)) != (name == "off")


async def test_positions_with_gaps_are_read_as_publishing_reads_them(town):
    definition = changed("lower")
    for place, one in enumerate(definition["tiers"]):
        one["position"] = 10 * (place + 1)
    definition["tiers"].reverse()

    found = await previewed(town, definition=definition)

    assert found == await publish(town, definition, dry_run="true")


@pytest.mark.parametrize("name", ["lower", "closed only", "points + many points"])
async def test_many_slices_come_to_the_same(town, monkeypatch, name):
    await crowded(town, seed=name)
    definition = changed(*name.split(" + "))
    whole = await previewed(town, definition=definition)
    for module, number in ((preview, "SLICE_MEMBERS"), (preview, "AT_ONCE")):
        monkeypatch.setattr(module, number, 3)
    monkeypatch.setattr(slicing, "SLICE_MEMBERS", 3)

    sliced = await previewed(town, definition=definition)
    await publish(town, definition, apply="now")
    check = await run_owed_check(town)

    assert counts(sliced) == counts(whole) == await moved(town, check)
    assert sliced["benefit_cost"] == whole["benefit_cost"]


async def test_edits_that_wait_for_their_check_are_counted_together(town):
    await crowded(town, seed="together")
    await publish(town, changed("closed only"))
    definition = changed("closed only", "lower")

    found = await previewed(town, definition=definition)
    await publish(town, definition, apply="now")

    assert counts(found) == await moved(town, await run_owed_check(town))


async def test_who_gets_orders_from_a_later_slice_moves_in_the_same_check(town, monkeypatch):
    monkeypatch.setattr(slicing, "SLICE_MEMBERS", 1)
    numbers = [str(number) for number in range(40)]
    first = min(numbers, key=lambda one: town.member("organization", one))
    last = max(numbers, key=lambda one: town.member("customer", one))
    await town.order(last, "950.00", on=TODAY - timedelta(5))
    await town.put(f"organizations/{first}/representatives/{last}")
    await town.api.put("/v1/clock", json={"today": str(TODAY + timedelta(1))})

    await publish(town, changed("pooling"), apply="now")
    await run_owed_check(town)

    assert await town.level("organization", first) == "gold"
    assert counts(await previewed(town)) == {("default", "s1", "s2"): 1}
