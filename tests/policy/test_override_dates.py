from dataclasses import replace
from datetime import date, timedelta

from app.policy.override import Override, OverrideMode, in_force, next_turn, nudge_on
from tests.policy.build import TODAY, held, judged, override, tiers

AFTER = TODAY + timedelta(1)


def test_an_override_turns_on_its_from_and_on_the_day_after_its_end():
    exact = override("exact", "gold", from_on=TODAY, until=AFTER)
    nudge = override("nudge", "gold", from_on=AFTER, until=AFTER)

    assert exact.turns() == [TODAY, AFTER + timedelta(1)]
    assert nudge.turns() == [AFTER]
    assert replace(exact, until=date.max).turns() == [TODAY]
    assert next_turn([exact, nudge], TODAY) == AFTER
    assert next_turn([exact], AFTER + timedelta(1)) is None
    decision = judged(tiers(), held("gold"), 0, overrides=(exact, nudge))
    assert decision.review_on == AFTER


def test_the_newest_of_each_mode_is_in_force():
    old, new = override("floor", "gold", recorded=1), override("floor", "bronze", recorded=2)
    nudges = [override("nudge", "gold", from_on=TODAY, recorded=n) for n in (2, 1)]

    assert in_force([new, old], TODAY) == {OverrideMode.floor: new}
    assert nudge_on([*nudges, new], TODAY) == nudges[0]
    assert nudge_on(nudges, AFTER) is None


def test_what_tells_no_number_is_older_than_all_that_do():
    told = override("floor", "silver", recorded=1)
    untold = Override("untold", OverrideMode.floor, "gold", told.from_on)

    assert in_force([told, untold], TODAY) == {OverrideMode.floor: told}
