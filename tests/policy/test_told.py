"""What a decision tells beside the level: the row, the direction and the reason."""

import pytest

from app.policy.decision import Direction, Occasion, Reason, Standing
from app.policy.ladder import Start
from tests.policy.build import TODAY, held, judged, kept, level, override, tiers


@pytest.mark.parametrize(("on", "row"), [("gold", 0), ("silver", 4)])
def test_a_nudge_is_row_0_and_one_to_what_is_held_row_4(on, row):
    nudge = override("nudge", on, from_on=TODAY)

    decision = judged(
        tiers(), held("silver"), 1, Occasion.override, nudge=nudge, overrides=(nudge,)
    )

    assert (decision.level, decision.row) == (on, row)


@pytest.mark.parametrize("occasion", [Occasion.order, Occasion.check])
def test_a_rise_beyond_the_facts_is_of_the_override(occasion):
    floor = override("floor", "gold")

    decision = judged(tiers(), held("bronze"), 1_000, occasion, overrides=(floor,))

    assert (decision.level, decision.reason, decision.override) == ("gold", Reason.override, floor)


def test_nobody_starts_where_every_level_is_given_by_hand():
    ladder = tiers(level("club", automatic=False), start=Start.lowest)

    assert kept(judged(ladder, Standing(), 0, is_new=True), Standing())


@pytest.mark.parametrize(
    ("removed", "amount", "direction"),
    [
        ({}, 1, Direction.up),
        ({"old": 1}, 1, Direction.down),
        ({"old": 1}, 1_000, Direction.up),
        ({"old": 3}, 10_000, Direction.down),
    ],
)
def test_who_leaves_a_removed_level_goes_down_unless_above_what_lay_below(
    removed, amount, direction
):
    decision = judged(tiers(removed=removed), held("old"), amount)

    assert decision.direction is direction
