"""One hand-computed example for each kind of override, in the reference model."""

import pytest

from .examples import BRONZE, DAY, GOLD, SILVER, bought, override, program, story
from .replay import replay

NEXT = "2026-11-23"


def level(world):
    return world.held["customer:c1", "tiers"].level


@pytest.mark.parametrize(
    ("mode", "key", "held"),
    [
        ("exact", "gold", "gold"),
        ("exact", "bronze", "bronze"),
        ("floor", "gold", "gold"),
        ("floor", "bronze", "silver"),
        ("ceiling", "bronze", "bronze"),
        ("ceiling", "gold", "silver"),
        ("freeze", None, "silver"),
        ("nudge", "gold", "gold"),
    ],
)
def test_an_override_acts_when_it_is_set(mode, key, held):
    log = [program(BRONZE, SILVER, GOLD), bought("1", "1000"), override(mode, key)]

    world = replay(log)

    assert level(world) == held
    assert [move[2:4] for move in story(world)[1:]] == [("override", "override")] * (
        held != "silver"
    )


def test_freeze_is_stronger_than_exact_than_ceiling_than_floor():
    log = [program(BRONZE, SILVER, GOLD), bought("1", "1000"), override("floor", "gold")]

    below = replay([*log, override("ceiling", "bronze")])
    exact = replay([*log, override("ceiling", "bronze"), override("exact", "silver")])
    freeze = replay([*log, override("freeze"), override("exact", "bronze")])

    assert (level(below), level(exact), level(freeze)) == ("bronze", "silver", "gold")


def test_of_two_floors_the_newest_holds():
    log = [program(BRONZE, SILVER, GOLD), bought("1", "1"), override("floor", "gold")]

    world = replay([*log, override("floor", "silver", id="newer"), {"check": {"as_of": DAY}}])

    assert story(world)[-1][:4] == ("gold", "silver", "override", "override")


def test_a_ceiling_acts_at_once_even_with_downgrades_off():
    first = program(BRONZE, SILVER, downgrade="never", min_stay_days=9)

    world = replay([first, bought("1", "1000"), override("ceiling", "bronze")])

    assert story(world)[-1][1:4] == ("bronze", "override", "override")


def test_an_override_turns_on_its_first_day_and_the_day_after_its_last():
    weekly = {"check_schedule": "0 6 * * 1"}
    later = override("floor", "silver", **{"from": NEXT, "until": "2026-11-24"})
    log = [program(SILVER, settings=weekly), bought("1", "1"), later, {"clock": "2026-11-28"}]

    assert story(replay(log)) == [
        (None, "silver", "override", "override", NEXT),
        ("silver", None, "override", "shortfall", "2026-11-25"),
    ]


def test_a_nudge_moves_once_and_automation_moves_it_next():
    log = [program(BRONZE, SILVER), bought("1", "1"), override("nudge", "silver")]

    world = replay([*log, {"remove_override": {"id": "nudge"}}, {"clock": NEXT}])

    assert [move[1:] for move in story(world)[1:]] == [
        ("silver", "override", "override", DAY),
        ("bronze", "check", "shortfall", NEXT),
    ]


def test_removing_an_override_evaluates_once():
    log = [program(BRONZE, SILVER), bought("1", "1"), override("floor", "silver")]

    world = replay([*log, {"remove_override": {"id": "floor"}}])

    assert story(world)[-1][1:4] == ("bronze", "override", "shortfall")
