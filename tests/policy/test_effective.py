import pytest

from app.policy.criteria import Level
from app.policy.effective import whose
from app.policy.ladder import Ladder, Strategy

LADDER = Ladder(
    "tiers",
    Strategy.highest,
    tuple(Level(key, ()) for key in ("bronze", "silver", "gold")),
    (),
    removed={"copper": 1},
)


@pytest.mark.parametrize(
    ("held", "sleeping", "place"),
    [
        (["gold"], True, 0),
        (["gold"], False, 0),
        (["gold", "bronze"], True, 1),
        (["gold", "bronze"], False, 0),
        (["bronze", "gold"], False, 1),
        (["silver", "silver"], False, 1),  # a tie is the organization's
        ([None, None], False, 1),
        (["gold", None], False, 0),
        (["copper", None], False, 1),  # a level that is gone gives nothing
        (["bronze", "copper"], False, 0),
        (["bronze", "gold", "silver"], True, 2),
        (["bronze", "gold", "silver"], False, 1),
        (["gold", "bronze", "gold"], False, 2),
    ],
)
def test_whose_level_counts(held, sleeping, place):
    assert whose(LADDER, held, sleeping=sleeping) == place
