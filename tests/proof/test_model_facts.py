"""One hand-computed example for each feature of facts, in the reference model."""

from datetime import date

import pytest

from .dates import due
from .earning import totals
from .examples import (
    BRONZE,
    DAY,
    SILVER,
    bought,
    people,
    program,
    publish,
    refunded,
    represent,
    snapshot,
    story,
    tier,
)
from .gaps import Gap, Silent
from .model import incomplete
from .replay import replay

MONTH = "2026-11-"


def spend(world, member="customer:c1"):
    found = totals(world.facts, member, world.ladders[0], world.today)
    return next(value for name, value in found.items() if name.startswith("spend"))


def test_the_same_id_with_other_content_is_a_conflict_and_the_first_stays():
    world = replay([program(BRONZE), bought("1", "10"), bought("1", "99")])

    assert (spend(world), world.conflicts) == (1000, [f"1/{DAY}"])


def test_trailing_zeros_nulls_and_zones_are_the_same_content():
    same = snapshot("1", "10.00", placed_at=f"{DAY}T13:00:00+01:00", tax=None)

    world = replay([program(BRONZE), bought("1", "10"), {"event": same}])

    assert world.conflicts == []


def test_a_guest_order_counts_when_its_customer_becomes_known():
    known = bought("1", "10", "c1", event_id="later", occurred_at=f"{DAY}T14:00:00Z")

    world = replay([program(BRONZE), bought("1", "10", None), known])

    assert story(world) == [(None, "bronze", "order", "qualified", DAY)]


def test_an_order_that_changes_customer_leaves_the_first():
    moved = bought("1", "10", "c2", event_id="later", occurred_at=f"{DAY}T14:00:00Z")

    world = replay([program(BRONZE), bought("1", "10"), moved, {"check": {"as_of": DAY}}])

    assert story(world)[-1] == ("bronze", None, "check", "shortfall", DAY)
    assert story(world, "customer:c2") == [(None, "bronze", "order", "qualified", DAY)]


def test_a_deleted_order_counts_no_more_and_a_later_state_brings_it_back():
    deleted = {"event_id": "d", "type": "order.deleted", "occurred_at": f"{DAY}T13:00:00Z"}
    gone = {"event": deleted | {"order": {"id": "1"}}}
    back = bought("1", "10", event_id="b", occurred_at=f"{DAY}T14:00:00Z")
    start = [program(BRONZE), bought("1", "10"), gone]

    assert spend(replay(start)) == 0
    assert spend(replay([*start, back])) == 1000


def test_an_order_of_one_source_is_not_that_of_another():
    other = bought("1", "20", event_id="x") | {}
    other["event"]["source"] = "erp"

    assert spend(replay([program(BRONZE), bought("1", "10"), other])) == 3000


def test_a_future_order_counts_when_its_day_comes():
    log = [program(BRONZE), bought("1", "10", day="2026-11-25"), {"clock": "2026-11-27"}]

    assert story(replay(log)) == [(None, "bronze", "check", "qualified", "2026-11-25")]


def test_orders_before_starts_on_do_not_count():
    log = [program(BRONZE, settings={"starts_on": DAY}), bought("1", "10", day="2026-11-21")]

    assert spend(replay(log)) == 0


def test_a_rate_of_the_day_counts_the_order_and_the_last_value_holds():
    euros = bought("1", "10", currency="EUR")
    rates = [{"rate": {"date": DAY, "currency": "EUR", "rate": rate}} for rate in ("2", "1.5")]
    worlds = [replay([program(BRONZE), euros, *rates[:count]]) for count in range(3)]

    assert [spend(world) for world in worlds] == [0, 2000, 1500]
    waiting = [incomplete(world.facts, "customer:c1", world.today) for world in worlds]
    assert waiting == [True, False, False]


def test_merged_customers_share_facts_also_those_that_come_later():
    merged = people("merged", kept_id="c1", removed_id="c2")
    log = [program(SILVER), bought("1", "1000", "c2"), bought("2", "1"), merged]

    world = replay([*log, bought("3", "5", "c2")])

    assert spend(world) == 100600
    assert story(world) == [(None, "silver", "membership", "qualified", DAY)]
    assert story(world, "customer:c2")[-1] == ("silver", None, "membership", "merged", DAY)


def test_a_redacted_customer_leaves_and_does_not_come_back():
    redacted = people("redacted", id="c1", order_ids=[])

    world = replay([program(BRONZE), bought("1", "10"), redacted, bought("2", "10")])

    assert [one["type"] for one in world.changes] == [
        "tier.assigned",
        "tier.left",
        "customer.redacted",
    ]
    assert spend(world) == 1000


def test_merging_ends_positions_while_disabled():
    log = [program(BRONZE), bought("1", "1", "c2"), {"disable": None}]

    world = replay([*log, people("merged", kept_id="c1", removed_id="c2")])

    assert story(world, "customer:c2")[-1][3] == "merged"
    assert story(world) == []


@pytest.mark.parametrize(
    ("pooling", "own", "pooled"), [("dated", 4000, 100), ("current_representatives", 0, 4100)]
)
def test_joining_moves_past_orders_only_where_pooling_says_so(pooling, own, pooled):
    first = program(BRONZE, settings={"pooling": pooling}, today="2026-11-20")
    log = [first, bought("1", "40", day="2026-11-20"), {"clock": DAY}, represent("c1")]

    world = replay([*log, bought("2", "1")])

    assert (spend(world), spend(world, "organization:o1")) == (own, pooled)


def test_an_order_belongs_to_the_organization_that_it_names():
    world = replay([program(BRONZE), represent("c1"), bought("1", "7", organization_id="o2")])

    assert (spend(world, "organization:o1"), spend(world, "organization:o2")) == (0, 700)


def test_own_positions_sleep_while_representing_and_wake_the_day_after_it_ends():
    first = program(BRONZE, today="2026-10-23")
    log = [first, bought("1", "10", day="2026-10-23"), represent("c1", until="2026-11-24")]

    world = replay([*log, {"clock": "2026-11-25"}])

    assert story(world)[1:] == [("bronze", None, "check", "shortfall", "2026-11-25")]
    assert story(world, "organization:o1") == [
        (None, "bronze", "membership", "qualified", "2026-10-23"),
        ("bronze", None, "check", "shortfall", "2026-11-23"),
    ]


def test_of_two_representations_the_one_recorded_last_holds():
    log = [program(BRONZE), represent("c1"), represent("c1", "o2"), bought("1", "7")]

    assert spend(replay(log), "organization:o2") == 700


def test_a_linked_customer_represents_and_null_ends_it():
    linked = people("linked", id="c1", organization_id="o1")
    left = people("linked", id="c1", organization_id=None)
    log = [program(BRONZE), linked, left, {"clock": "2026-11-23"}]

    world = replay([*log, bought("1", "7", day="2026-11-23")])

    assert story(world) == [(None, "bronze", "order", "qualified", "2026-11-23")]


def test_activities_and_orders_earn_points():
    points = tier("gold", 1) | {"criteria": [{"metric": "points", "at_least": 9}]}
    activity = {"activity_id": "a", "customer_id": "c1", "points": 5, "kind": "review"}
    told = {"activity": activity | {"occurred_at": f"{DAY}T12:00:00Z"}}
    first = program(points, settings={"points_per_unit": "0.5"})

    assert story(replay([first, bought("1", "9.99"), told, told])) == [
        (None, "gold", "order", "qualified", DAY)
    ]
    assert story(replay([first, bought("1", "7.99"), told])) == []


def test_orders_count_and_the_largest_is_asked():
    criteria = [{"metric": "orders", "at_least": 2}, {"metric": "largest_order", "at_least": "9"}]
    both = tier("gold", 1) | {"criteria": criteria}
    log = [bought("1", "8"), bought("2", "9", event_id="b")]

    assert story(replay([program(both), *log]))[0][1] == "gold"
    assert story(replay([program(both), *log[:1]])) == []
    assert story(replay([program(both | {"match": "any"}), bought("1", "9")]))[0][1] == "gold"


def test_statuses_are_read_anew_after_an_edit():
    first = program(BRONZE)
    closed = first["program"]["definition"]["settings"] | {"counted_statuses": ["closed"]}

    world = replay([first, bought("1", "10"), publish(first, settings=closed)])

    assert (spend(world), len(world.changes)) == (0, 1)


def test_a_refund_on_another_day_lowers_the_order_on_its_own_day():
    log = [program(BRONZE), bought("1", "10", day="2026-11-20")]

    world = replay([*log, refunded("1", "10", "4", day="2026-11-20")])

    assert world.days()["customer:c1"][date(2026, 11, 20)].spend == 600


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        ("15 0 * * *", [22, 23, 24, 25]),
        ("0 6 * * 0", [22]),
        ("0 6 * * 7", [22]),
        ("0 6 * * 1-3", [23, 24, 25]),
        ("0 6 24,25 * *", [24, 25]),
        ("0 6 24 * 1", [23, 24]),
        ("0 6 * 12 *", []),
    ],
)
def test_a_schedule_is_due(schedule, days):
    assert [day for day in range(22, 26) if due(schedule, date(2026, 11, day))] == days


def test_silence_is_raised_and_named():
    negative = {"activity_id": "a", "customer_id": "c1", "points": -1, "kind": "review"}

    with pytest.raises(Silent) as caught:
        replay([program(BRONZE), {"activity": negative | {"occurred_at": f"{DAY}T12:00:00Z"}}])

    assert caught.value.gap is Gap.negative
