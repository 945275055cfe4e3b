"""Who rests is told without a decision: on a position of the ladder, untroubled, already begun."""

from datetime import timedelta

import pytest

from app.policy.decision import Standing, State, rests
from tests.policy.build import TODAY, held, stages, tiers, totals


@pytest.mark.parametrize("build", [tiers, stages])
@pytest.mark.parametrize(
    ("standing", "amount", "expected"),
    [
        (Standing(), 0, True),
        (Standing(None, TODAY), 0, True),
        (Standing(None, TODAY + timedelta(1)), 0, False),
        (Standing(None, TODAY - timedelta(1)), 10_000, False),
        (held("old"), 0, False),
        (held(None, state=State.at_risk), 0, False),
        (held(None, grace_until=TODAY), 0, False),
    ],
)
def test_who_earns_what_is_held_rests(build, standing, amount, expected):
    assert rests(build(), standing, totals(amount), TODAY) is expected


def test_a_level_rests_on_the_day_it_is_reached():
    assert rests(tiers(), Standing("silver", TODAY), totals(1_000), TODAY)
    assert not rests(tiers(), Standing("silver", TODAY), totals(999), TODAY)
