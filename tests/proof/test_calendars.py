"""P10 at smoke size, in this process, and what the campaign has to see."""

from datetime import date

import pytest

from tests.proof.calendars import YEARS, ZONES, drawn, in_zone
from tests.proof.turning import turned
from tests.proof.walls import at_home, changes, hosted, midnight, wall

ASKED = drawn(ZONES["smoke"], 0)


@pytest.mark.parametrize("asked", [ASKED[::2], ASKED[1::2]], ids=["even", "odd"])
def test_days_and_due_dates_are_those_of_the_walls(asked):
    found = [in_zone(one, YEARS["smoke"], blind=False) for one in asked]

    assert [line for _, lines in found for line in lines] == []
    assert sum(cases for cases, _ in found) > 500


def test_the_zone_of_the_host_is_seen_where_it_decides():
    _, failures = in_zone(("Europe/Berlin", "Pacific/Kiritimati"), YEARS["smoke"], blind=True)

    assert failures


def test_windows_turn_on_the_days_of_the_model_in_a_leap_year():
    cases, failures = turned(2028)

    assert failures == []
    assert cases > 366 * 20


def test_walls_know_the_changes_and_a_day_without_a_midnight():
    with at_home():
        hosted("America/Santiago")
        found = changes(date(2026, 1, 1), date(2027, 1, 1))
        springs = midnight(date(2026, 9, 6))
        told = (wall(springs - 1), wall(springs))

    assert [f"{one.before:%m-%d %H:%M}" for one in found] == ["04-05 00:00", "09-06 00:00"]
    assert [f"{one:%m-%d %H:%M:%S}" for one in told] == ["09-05 23:59:59", "09-06 01:00:00"]
