"""What an old system says, against what is held here: told with reasons, kept when asked."""

import csv
import io

import pytest

from tests.api.filing import errors, lines, taken
from tests.api.town import DEFINITION, opened, tier

FLOOR = {"as_overrides": "floor", "until": "2026-12-31", "reason": "As in the old shop"}


@pytest.fixture
async def town(database_url):
    tiers = [*DEFINITION["tiers"], tier("vip", None, automatic=False)]
    async with opened(database_url, {**DEFINITION, "tiers": tiers}) as made:
        yield made


def told(**levels):
    said = {name.replace("_", "-"): level for name, level in levels.items()}
    return lines(*({"customer_id": name, "tier": level} for name, level in said.items()))


async def test_every_difference_is_told_with_its_reason_and_nothing_changes(town):
    await town.order("c-1", "150.00")
    await town.order("c-2", "1500.00")
    await town.order("c-3", "150.00")
    before = await town.changes("customer", "c-1")

    said = await taken(
        town, "tiers",
        told(c_1="Gold", c_2="silver", c_3="SILVER", c_4="gold", c_5=None)
        + lines({"customer_id": "c-2", "tier": "vip", "since": "2024-05-01"}),
    )  # fmt: skip

    assert said["outcomes"] == {"differs": 4, "same": 2}
    assert said["compared"] == [
        {"ladder": "tiers", "imported": "gold", "computed": "silver", "members": 1},
        {"ladder": "tiers", "imported": "silver", "computed": "gold", "members": 1},
        {"ladder": "tiers", "imported": "silver", "computed": "silver", "members": 1},
        {"ladder": "tiers", "imported": "gold", "computed": None, "members": 1},
        {"ladder": "tiers", "imported": None, "computed": None, "members": 1},
        {"ladder": "tiers", "imported": "vip", "computed": "gold", "members": 1},
    ]
    found = await errors(town, said, "differences")
    assert [(one["line"], one["id"], one["reason"]) for one in found] == [
        (1, "c-1", "criteria_missing"),
        (2, "c-2", "earned_more"),
        (4, None, "unknown_member"),
        (6, "c-2", "given_by_hand"),
    ]
    assert found[0]["criteria"] == [
        {"metric": "spend", "value": "150.00", "needed": "1000.00", "missing": "850.00"}
    ]
    assert "spend 150.00 of 1000.00, 850.00 missing" in found[0]["detail"]
    assert found[3]["since"] == "2024-05-01"
    assert await town.changes("customer", "c-1") == before


async def test_differences_are_a_table_too(town):
    await town.order("c-1", "150.00")

    said = await taken(town, "tiers", told(c_1="gold"))

    answer = await town.api.get(f"/v1/imports/{said['id']}/differences.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["id"], row["imported"], row["computed"]) == ("c-1", "gold", "silver")


async def test_nobody_loses_on_the_first_day(town):
    await town.order("c-1", "150.00")
    await town.order("c-2", "1500.00")
    content = told(c_1="gold", c_2="silver", c_9="silver")

    said = await taken(town, "tiers", content, **FLOOR)
    again = await taken(town, "tiers", content, **FLOOR)

    assert said["outcomes"] == {"kept": 2, "differs": 1}
    assert again["outcomes"] == {"same": 2, "differs": 1}
    held = [await town.level("customer", f"c-{n}") for n in (1, 2, 9)]
    assert held == ["gold", "gold", "silver"]
    [override] = (await town.api.get("/v1/customers/c-1/overrides")).json()["items"]
    assert (override["mode"], override["level"], override["until"], override["reason"]) == (
        "floor", "gold", "2026-12-31", "As in the old shop",
    )  # fmt: skip


async def test_what_was_held_is_held_exactly_if_that_is_asked(town):
    await town.order("c-2", "1500.00")

    said = await taken(town, "tiers", told(c_2="silver"), **{**FLOOR, "as_overrides": "keep"})

    assert said["outcomes"] == {"kept": 1}
    assert await town.level("customer", "c-2") == "silver"
    [found] = await errors(town, said, "differences")
    assert (found["outcome"], found["computed"]) == ("kept", "gold")


async def test_a_representative_is_compared_by_what_its_organization_holds(town):
    await town.put("customers/c-1", organization_id="o-1")
    await town.order("c-1", "150.00")

    said = await taken(town, "tiers", told(c_1="gold"), **FLOOR)

    assert said["outcomes"] == {"not_kept": 1}
    [found] = await errors(town, said, "differences")
    assert (found["holder"], found["computed"], found["outcome"]) == ("o-1", "silver", "not_kept")
    [refused] = await errors(town, said)
    assert refused["reason"] == "represents_organization"


async def test_stages_are_compared_on_their_track(town):
    await town.order("c-1", "150.00")

    said = await taken(
        town, "tiers",
        lines(
            {"customer_id": "c-1", "stage": "s1"},
            {"customer_id": "c-1", "stage": "s1", "track": "others"},
            {"customer_id": "c-1", "stage": "s9"},
            {"customer_id": "c-1", "tier": "gold", "stage": "s1"},
            {"tier": "gold"},
        ),
    )  # fmt: skip

    assert said["outcomes"] == {"differs": 1, "refused": 4}
    refused = [(one["line"], one["column"], one["reason"]) for one in await errors(town, said)]
    assert refused == [
        (2, "track", "unknown_ladder"),
        (3, "stage", "unknown_level"),
        (4, None, "not_valid"),
        (5, None, "not_valid"),
    ]


async def test_an_override_in_force_explains_a_difference(town):
    await town.order("c-1", "150.00")
    said = {"mode": "exact", "level": "vip", "reason": "By phone"}
    await town.api.post("/v1/customers/c-1/overrides", json=said)

    found = await errors(town, await taken(town, "tiers", told(c_1="gold")), "differences")

    assert [one["reason"] for one in found] == ["overridden"]
