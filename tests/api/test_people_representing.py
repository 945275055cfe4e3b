from datetime import date, timedelta

import pytest

from tests.api.town import DEFINITION, TODAY, opened

TOMORROW = TODAY + timedelta(1)
YESTERDAY = TODAY - timedelta(1)
C_1_OF_O_1 = "organizations/o-1/representatives/c-1"


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


async def test_two_representatives_bring_one_organization_up_in_one_change(town):
    await town.put("customers/c-1", organization_id="o-1")
    await town.put("customers/c-2", organization_id="o-1")

    await town.order("c-1", "60.00")
    await town.order("c-2", "50.00")

    silver = ("tier.assigned", None, "silver", "order", "qualified")
    assert await town.changes("organization", "o-1") == [silver]
    await town.put("customers/c-1", organization_id=None)
    assert await town.changes("organization", "o-1") == [silver]
    assert await town.level("customer", "c-1") is None


async def test_joining_moves_no_order_of_an_earlier_day(town):
    await town.order("c-1", "150.00", on=YESTERDAY)
    await town.order("c-1", "30.00")

    answer = await town.put("customers/c-1", organization_id="o-1")

    assert answer.json()["organization_id"] == "o-1"
    assert await town.spend("customer", "c-1") == {YESTERDAY: 15_000}
    assert await town.spend("organization", "o-1") == {TODAY: 3_000}
    assert await town.represents("c-1") == [("o-1", TODAY, None)]
    assert await town.level("customer", "c-1") == "silver"  # kept while it sleeps


async def test_joining_again_changes_nothing(town):
    await town.put("customers/c-1", organization_id="o-1")
    await town.pass_to(TOMORROW)

    await town.put("customers/c-1", organization_id="o-1")
    answer = await town.put(C_1_OF_O_1)

    assert answer.status_code == 200
    assert answer.json()["from"] == TODAY.isoformat()
    assert await town.represents("c-1") == [("o-1", TODAY, None)]


async def test_null_ends_it_with_today(town):
    await town.put("customers/c-1", organization_id="o-1")

    first = await town.put("customers/c-1", organization_id=None)
    await town.put("customers/c-1", organization_id=None)

    assert first.json()["organization_id"] == "o-1"  # its last day
    assert await town.represents("c-1") == [("o-1", TODAY, TODAY)]
    await town.order("c-1", "40.00")
    await town.order("c-1", "70.00", on=TOMORROW)
    assert await town.spend("organization", "o-1") == {TODAY: 4_000}
    assert await town.spend("customer", "c-1") == {TOMORROW: 7_000}


async def test_who_comes_back_on_the_last_day_stays(town):
    await town.put("customers/c-1", organization_id="o-1")
    await town.put("customers/c-1", organization_id=None)

    await town.put("customers/c-1", organization_id="o-1")

    assert await town.represents("c-1") == [("o-1", TODAY, None)]


async def test_another_organization_is_added_and_the_newest_holds(town):
    await town.put("customers/c-1", organization_id="o-1")
    await town.pass_to(TOMORROW)
    await town.order("c-1", "20.00", on=TODAY)

    await town.put("customers/c-1", organization_id="o-2")
    await town.order("c-1", "30.00")
    back = await town.put("customers/c-1", organization_id="o-1")

    assert await town.represents("c-1") == [
        ("o-1", TODAY, TODAY),
        ("o-2", TOMORROW, None),
        ("o-1", TOMORROW, None),
    ]
    assert back.json()["organization_id"] == "o-1"
    assert await town.spend("organization", "o-1") == {TODAY: 2_000, TOMORROW: 3_000}
    assert await town.spend("organization", "o-2") == {}


async def test_a_first_day_in_the_past_brings_orders_home_and_decides_both(town):
    await town.order("c-1", "150.00", on=date(2026, 11, 10))
    await town.order("c-1", "10.00", on=date(2026, 11, 1))

    answer = await town.put(C_1_OF_O_1, **{"from": "2026-11-05"})

    assert answer.status_code == 201
    assert answer.json() == {
        "organization_id": "o-1",
        "customer_id": "c-1",
        "from": "2026-11-05",
        "until": None,
    }
    assert await town.spend("organization", "o-1") == {date(2026, 11, 10): 15_000}
    assert await town.spend("customer", "c-1") == {date(2026, 11, 1): 1_000}
    assert await town.changes("organization", "o-1", "tiers") == [
        ("tier.assigned", None, "silver", "membership", "qualified")
    ]


async def test_days_that_are_over_move_orders_and_wake_who_slept(town):
    await town.order("c-1", "150.00", on=date(2026, 11, 10))

    await town.put(C_1_OF_O_1, **{"from": "2026-11-05", "until": "2026-11-15"})

    assert await town.changes("customer", "c-1", "tiers") == [
        ("tier.assigned", None, "silver", "order", "qualified"),
        ("tier.left", "silver", None, "membership", "shortfall"),
    ]
    assert await town.level("organization", "o-1") == "silver"


async def test_a_representation_told_with_other_days_has_them(town):
    await town.put(C_1_OF_O_1, **{"from": "2026-11-01"})

    await town.put(C_1_OF_O_1, until="2026-12-31")
    assert await town.represents("c-1") == [("o-1", date(2026, 11, 1), date(2026, 12, 31))]
    await town.put(C_1_OF_O_1)
    assert await town.represents("c-1") == [("o-1", date(2026, 11, 1), date(2026, 12, 31))]
    await town.put(C_1_OF_O_1, **{"from": "2026-11-20", "until": None})

    assert await town.represents("c-1") == [("o-1", date(2026, 11, 20), None)]


@pytest.mark.parametrize(
    "body", [{"from": "2026-11-23", "until": "2026-11-22"}, {"until": "2026-11-21"}]
)
async def test_days_that_end_before_they_begin_are_refused(town, body):
    answer = await town.put(C_1_OF_O_1, **body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/until"
    assert await town.rows("SELECT 1 FROM members WHERE program_id = :program_id") == []


async def test_delete_ends_it_with_today_and_takes_out_what_was_to_come(town):
    await town.put(C_1_OF_O_1)
    await town.put("organizations/o-2/representatives/c-1", **{"from": "2027-01-01"})

    now = await town.api.delete(f"/v1/{C_1_OF_O_1}")
    again = await town.api.delete(f"/v1/{C_1_OF_O_1}")
    later = await town.api.delete("/v1/organizations/o-2/representatives/c-1")

    assert [one.status_code for one in (now, again, later)] == [204, 204, 204]
    assert await town.represents("c-1") == [("o-1", TODAY, TODAY)]
    await town.pass_to(TOMORROW)
    gone = await town.api.delete(f"/v1/{C_1_OF_O_1}")
    assert (gone.status_code, gone.json()["code"]) == (404, "representative_not_found")


async def test_deleting_what_never_was_is_not_found_and_makes_nobody_known(town):
    answer = await town.api.delete(f"/v1/{C_1_OF_O_1}")

    assert (answer.status_code, answer.json()["code"]) == (404, "representative_not_found")
    assert await town.rows("SELECT 1 FROM members WHERE program_id = :program_id") == []


async def test_current_representatives_bring_all_their_orders(database_url):
    pooled = {**DEFINITION["settings"], "pooling": "current_representatives"}
    async with opened(database_url, {**DEFINITION, "settings": pooled}) as town:
        await town.order("c-1", "150.00", on=date(2026, 3, 1))

        await town.put("customers/c-1", organization_id="o-1")

        assert await town.spend("organization", "o-1") == {date(2026, 3, 1): 15_000}
        assert await town.spend("customer", "c-1") == {}
        assert await town.level("organization", "o-1") == "silver"


async def test_a_customer_is_linked_by_an_event(town):
    await town.order("c-1", "150.00", on=date(2026, 11, 10))

    await town.happen("customer.linked", id="c-1", organization_id="o-1", **{"from": "2026-11-05"})
    assert await town.represents("c-1") == [("o-1", date(2026, 11, 5), None)]
    assert await town.level("organization", "o-1") == "silver"
    await town.happen("customer.linked", id="c-1", organization_id="o-1", **{"from": "2026-11-05"})
    assert await town.represents("c-1") == [("o-1", date(2026, 11, 5), None)]
    await town.happen("customer.linked", id="c-1", organization_id=None)

    assert await town.represents("c-1") == [("o-1", date(2026, 11, 5), TODAY)]


async def test_an_end_by_an_event_is_the_day_before_its_day(town):
    await town.put(C_1_OF_O_1, **{"from": "2026-11-01"})

    await town.happen("customer.linked", id="c-1", organization_id=None, **{"from": "2026-11-20"})

    assert await town.represents("c-1") == [("o-1", date(2026, 11, 1), date(2026, 11, 19))]
