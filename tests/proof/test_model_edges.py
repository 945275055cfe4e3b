"""Corners of the reference model that random histories reach too seldom to be proof."""

import pytest

from .earning import totals
from .examples import (
    BRONZE,
    DAY,
    SILVER,
    bought,
    people,
    program,
    publish,
    represent,
    snapshot,
    stage,
    story,
    tier,
)
from .gaps import Gap, Silent
from .replay import replay


def test_a_complete_list_does_not_retire_a_refund_of_its_own_instant():
    refund = {"event_id": "r", "type": "order.refund", "occurred_at": f"{DAY}T12:00:00Z"}
    told = refund | {
        "order": {"id": "1"},
        "refund": {"id": "r", "amount": "4", "at": DAY + "T12:00:00Z"},
    }

    world = replay([program(BRONZE), {"event": told}, bought("1", "10")])

    found = totals(world.facts, "customer:c1", world.ladders[0], world.today)
    assert found['spend@{"rolling_days": 30}'] == 600


def test_everybody_whom_a_batch_touches_is_decided():
    batch = [snapshot("1", "5"), snapshot("2", "5", "c2"), snapshot("1", "5")]

    world = replay([program(BRONZE), {"batch": batch}])

    assert [one["member"] for one in world.changes] == ["customer:c1", "customer:c2"]


def test_a_merge_makes_the_kept_customer_known():
    merged = people("merged", kept_id="c1", removed_id="c2")

    world = replay([program(BRONZE), bought("1", "5", "c2"), merged])

    assert story(world) == [(None, "bronze", "membership", "qualified", DAY)]


def test_the_representations_of_a_removed_customer_pass_to_the_kept_one():
    log = [program(BRONZE), represent("c2"), bought("1", "5", "c1")]
    merged = people("merged", kept_id="c3", removed_id="c2")

    world = replay([*log, merged, bought("2", "5", "c3")])

    assert story(world, "organization:o1") == [(None, "bronze", "order", "qualified", DAY)]


def test_the_start_of_a_sleeper_is_silent():
    first = program(stages=[stage("s1", 1, "50")], track={"start": "lowest"}, today="2026-11-20")
    log = [first, represent("c1", until="2026-11-20")]

    with pytest.raises(Silent) as caught:
        replay([*log, {"clock": "2026-11-21"}])

    assert caught.value.gap is Gap.started_asleep


@pytest.mark.parametrize("rules", [{"min_stay_days": 9}, {"grace_days": 9}])
def test_existing_keep_leaves_minimum_stay_and_grace_aside(rules):
    first = program(BRONZE, SILVER, **rules)
    harder = publish(first, tiers=[BRONZE, tier("silver", 2, "2000")])["publish"]

    world = replay([first, bought("1", "1000"), {"publish": harder | {"existing": "keep"}}])

    assert [(one["mode"], one["level"]) for one in world.overrides] == [("floor", "silver")]


def test_who_would_fall_anyway_is_not_kept():
    first = program(BRONZE, SILVER, today="2026-10-23", settings={"check_schedule": "0 6 1 1 *"})
    harder = publish(first, tiers=[BRONZE, tier("silver", 2, "2000")])["publish"]
    log = [first, bought("1", "1000", day="2026-10-23"), {"clock": "2026-11-23"}]

    world = replay([*log, {"publish": harder | {"existing": "keep"}}])

    assert world.overrides == []


def test_a_track_published_later_does_not_start_whom_it_finds():
    first = program(BRONZE)
    settings = first["program"]["definition"]["settings"] | {"stages": {"b": {"start": "lowest"}}}
    added = publish(first, settings=settings, loyalty_stages=[stage("s1", 1, "50", track="b")])

    world = replay(
        [first, bought("1", "5"), added, {"rules_changed": None}, bought("2", "5", "c2")]
    )

    assert [one["member"] for one in world.changes if one["ladder"] == "b"] == ["customer:c2"]


def test_a_fact_that_counts_nothing_still_starts_whom_it_makes_known():
    first = program(stages=[stage("s1", 1, "50")], track={"start": "lowest"})

    world = replay([first, bought("1", "5", status="pending")])

    assert story(world) == [(None, "s1", "order", "start", DAY)]
