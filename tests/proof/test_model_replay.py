"""One hand-computed example for each feature of decisions, in the reference model."""

import pytest

from .examples import (
    BRONZE,
    DAY,
    GOLD,
    SILVER,
    bought,
    override,
    program,
    publish,
    refunded,
    represent,
    snapshot,
    stage,
    story,
    tier,
)
from .gaps import Gap, Silent
from .replay import replay

NEXT = "2026-11-23"


def level(world, ladder="tiers", member="customer:c1"):
    return world.held[member, ladder].level


def test_facts_of_one_batch_are_judged_together():
    gone = refunded("1", "1000", "1000")["event"]
    batch = [snapshot("1", "1000"), gone]

    assert story(replay([program(SILVER), {"batch": batch}])) == []
    single = replay([program(SILVER), *({"event": one} for one in batch)])
    assert story(single) == [(None, "silver", "order", "qualified", DAY)]
    assert single.held["customer:c1", "tiers"].state == "at_risk"


def test_a_batch_whose_facts_cancel_out_still_decides():
    first = program(SILVER, refund_downgrade="immediate")
    settings = first["program"]["definition"]["settings"]
    harder = publish(first, tiers=[tier("silver", 2, "2000")], settings=settings)
    added = snapshot("2", "50")
    gone = snapshot("2", "50", event_id="x", occurred_at=f"{DAY}T14:00:00Z", status="cancelled")

    world = replay([first, bought("1", "1000"), harder, {"batch": [added, gone]}])

    assert story(world)[1:] == [("silver", None, "order", "shortfall", DAY)]


def test_an_import_ends_with_one_decision_under_the_rows_of_a_check():
    log = [
        program(SILVER, upgrade="at_check"),
        {"import": [snapshot("1", "600"), snapshot("2", "400")]},
    ]

    assert story(replay(log)) == [(None, "silver", "import", "qualified", DAY)]


def test_a_duplicate_decides_nobody_and_so_climbs_no_ladder():
    stages = [stage("s1", 1, "10"), stage("s2", 2, "20")]
    log = [program(stages=stages), bought("1", "30"), bought("1", "30"), bought("1", "30")]

    assert [move[1] for move in story(replay(log))] == ["s1"]


def test_grace_begins_is_announced_once_and_ends_in_a_fall():
    first = program(SILVER, grace_days=3, today="2026-10-23")
    log = [first, bought("1", "1000", day="2026-10-23"), {"clock": "2026-11-30"}]

    world = replay(log)

    assert story(world)[1:] == [
        ("silver", "silver", "check", "grace", NEXT),
        ("silver", None, "check", "shortfall", "2026-11-26"),
    ]
    assert [one["type"] for one in world.changes] == ["tier.assigned", "tier.at_risk", "tier.left"]
    assert [one["seq"] for one in world.changes] == [1, 2, 3]


def test_an_order_in_the_grace_ends_it():
    first = program(SILVER, grace_days=3, today="2026-10-23")
    log = [first, bought("1", "1000", day="2026-10-23"), {"clock": "2026-11-24"}]

    world = replay([*log, bought("2", "1000", day="2026-11-24")])

    assert world.held["customer:c1", "tiers"][2:] == ("held", None)


def test_one_step_falls_level_by_level_with_a_minimum_stay_each():
    rules = {"downgrade": "one_step", "min_stay_days": 2}
    first = program(BRONZE, SILVER, GOLD, today="2026-10-23", **rules)
    log = [first, bought("1", "10000", day="2026-10-23"), {"clock": "2026-11-30"}]

    assert [(move[1], move[4]) for move in story(replay(log))][1:] == [
        ("silver", NEXT),
        ("bronze", "2026-11-25"),
        (None, "2026-11-27"),
    ]


def test_keep_criteria_hold_a_level_that_would_not_be_entered():
    kept = SILVER | {"keep": [{"metric": "spend", "at_least": "500"}]}
    log = [program(kept), bought("1", "1000"), refunded("1", "1000", "500")]

    assert level(replay([*log, {"check": {"as_of": DAY}}])) == "silver"
    assert level(replay([program(kept), bought("1", "500")])) is None


def test_a_hand_only_level_is_never_entered():
    by_hand = tier("vip", 3, automatic=False)

    world = replay([program(SILVER, by_hand), bought("1", "99999"), override("nudge", "vip")])

    assert [move[1] for move in story(world)] == ["silver", "vip"]
    assert level(replay([program(SILVER, by_hand), bought("1", "99999")])) == "silver"


def test_tags_decide_with_occasion_membership():
    tagged = tier("vip", 1) | {"criteria": [{"tag": "vip"}]}
    log = [program(tagged), {"put_customer": {"id": "c1"}}]
    tags = {"put_customer": {"id": "c1", "tags": ["vip"]}}

    assert story(replay([*log, tags, tags])) == [(None, "vip", "membership", "qualified", DAY)]


def test_a_new_member_starts_on_the_lowest_stage_and_then_obeys():
    stages = [stage("s1", 1, "50"), stage("s2", 2, "100")]
    first = program(stages=stages, track={"start": "lowest"})

    world = replay([first, bought("1", "100"), {"clock": "2026-11-24"}])

    assert story(world) == [
        (None, "s1", "order", "start", DAY),
        ("s1", "s2", "check", "qualified", NEXT),
    ]


def test_who_became_known_while_disabled_starts_at_the_resync():
    first = program(stages=[stage("s1", 1, "50")], track={"start": "lowest"})
    log = [first, {"disable": None}, bought("1", "1"), {"clock": "2026-11-24"}, {"enable": None}]

    world = replay(log)

    assert story(world) == [(None, "s1", "resync", "start", "2026-11-24")]
    assert world.changes[0]["version"] == 3


def test_checks_that_fall_due_while_disabled_are_skipped():
    log = [program(SILVER, upgrade="at_check"), {"disable": None}, bought("1", "1000")]

    assert story(replay([*log, {"clock": "2026-11-25"}, {"check": {"as_of": "2026-11-25"}}])) == []


def test_existing_keep_makes_a_floor_for_whom_the_edit_alone_would_lower():
    first = program(BRONZE, SILVER)
    harder = publish(first, tiers=[BRONZE, tier("silver", 2, "2000")])
    log = [first, bought("1", "1000"), bought("2", "1000", "c2")]
    log.append(refunded("2", "1000", "1", customer="c2"))

    kept = replay(
        [*log, {"publish": {**harder["publish"], "existing": "keep"}}, {"rules_changed": None}]
    )
    fallen = replay([*log, harder, {"rules_changed": None}])

    assert [one["member"] for one in kept.overrides] == ["customer:c1"]
    assert (level(kept), level(kept, member="customer:c2")) == ("silver", "bronze")
    assert level(fallen) == "bronze"


@pytest.mark.parametrize("frozen", [[], [override("freeze")]])
def test_a_removed_stage_falls_to_the_next_remaining_one_below(frozen):
    stages = [stage(f"s{n}", n, str(n)) for n in (1, 2, 3)]
    first = program(stages=stages, track={"downgrade": "never"})
    rest = publish(first, loyalty_stages=[stages[0], stages[2]])
    climb = [{"check": {"as_of": DAY}}] * 1
    freeze = [{"override": {**one["override"], "ladder": "default"}} for one in frozen]

    world = replay([first, bought("1", "9"), *climb, *freeze, rest, {"rules_changed": None}])

    assert story(world)[-1][:4] == ("s2", "s1", "rules_changed", "level_removed")
    assert world.changes[-1]["direction"] == "down"


def test_a_disabled_level_is_left_at_any_evaluation():
    first = program(BRONZE, SILVER, GOLD)
    off = publish(first, tiers=[BRONZE, SILVER | {"enabled": False}, GOLD])
    log = [first, bought("1", "1000"), off, bought("2", "9000", event_id="b")]

    assert story(replay(log))[-1][:4] == ("silver", "gold", "order", "level_removed")
    assert replay(log).changes[-1]["type"] == "tier.upgraded"


def test_levels_are_held_by_key_when_their_order_changes():
    first = program(BRONZE, SILVER)
    swapped = publish(first, tiers=[tier("silver", 1, "1"), tier("bronze", 2, "1000")])

    world = replay([first, bought("1", "1"), swapped, bought("2", "999", event_id="b")])

    assert [move[1] for move in story(world)] == ["bronze"]


def test_a_late_check_leaves_alone_what_began_later_and_force_skips_the_minimum_stay():
    log = [program(SILVER, min_stay_days=30), bought("1", "1000"), refunded("1", "1000", "500")]

    late = replay([*log, {"clock": NEXT}, {"check": {"as_of": "2026-11-21", "force": True}}])
    forced = replay([*log, {"check": {"as_of": DAY, "force": True}}])

    assert (level(late), level(forced)) == ("silver", None)


def test_joining_decides_the_organization_and_leaving_ends_with_today():
    log = [program(BRONZE), bought("1", "5"), represent("c1"), bought("2", "5", event_id="b")]
    left = {"unrepresent": {"organization_id": "o1", "customer_id": "c1"}}

    world = replay([*log, left, {"clock": NEXT}, bought("3", "5", day=NEXT)])

    assert story(world, "organization:o1")[0][2:4] == ("membership", "qualified")
    assert [move[:4] for move in story(world)] == [
        (None, "bronze", "order", "qualified"),
        ("bronze", None, "check", "shortfall"),
        (None, "bronze", "order", "qualified"),
    ]


def test_a_grace_that_is_overtaken_by_an_order_is_silent():
    rules = {"upgrade": "at_check", "grace_days": 9}
    first = program(BRONZE, SILVER, GOLD, today="2026-10-23", **rules)
    log = [first, {"import": [snapshot("1", "1000", day="2026-10-23")]}, {"clock": NEXT}]

    with pytest.raises(Silent) as caught:
        replay([*log, bought("2", "10000", day=NEXT)])

    assert caught.value.gap is Gap.grace_overtaken
