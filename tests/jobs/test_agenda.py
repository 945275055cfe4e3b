"""What is owed at an instant: dates of schedules, edits, overrides that turn. Pure."""

from datetime import UTC, date, datetime
from itertools import islice, pairwise
from uuid import UUID

import pytest

from app.checks.agenda import Agenda, InForce, owed
from app.kit.cron import firings, next_date

ID = UUID(int=1)
CREATED = datetime(2026, 11, 1, 10, tzinfo=UTC)


def at(day, hour=12, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def version(published=CREATED, until=None, schedule="15 0 * * *", zone="UTC", *, enabled=True):
    return InForce(published, until, schedule, zone, enabled)


def agenda(*versions, **more):
    known = {
        "program_id": ID,
        "sandbox_day": None,
        "created_at": CREATED,
        "checked_on": None,
        "overrides_on": date(2026, 11, 30),
        "recheck_at": None,
        "recheck_occasion": None,
        "recheck_keep": None,
        "last_on": None,
        "busy": False,
        "versions": versions or (version(),),
    }
    return Agenda(**{**known, **more})


def due_dates(found, now):
    """The scheduled dates that are owed one after the other."""
    dates = []
    while (todo := owed(found, now)) is not None and todo.scheduled:
        dates.append(todo.as_of.day)
        found = agenda(*found.versions, last_on=todo.as_of)
    return dates


def test_the_first_scheduled_date_is_after_the_creation():
    assert due_dates(agenda(), at(1, 23, 59)) == []
    assert due_dates(agenda(), at(2, 0, 14)) == []
    assert due_dates(agenda(), at(2, 0, 15)) == [2]


def test_a_schedule_later_on_the_day_of_creation_is_met_that_day():
    assert due_dates(agenda(version(schedule="0 18 * * *")), at(1, 18)) == [1]


def test_missed_dates_are_owed_one_after_the_other_each_once():
    assert due_dates(agenda(last_on=date(2026, 11, 5)), at(9, 3)) == [6, 7, 8, 9]


def test_several_firings_a_day_are_one_date_due_with_the_first():
    hourly = agenda(version(schedule="0 */2 * * *"))

    assert due_dates(hourly, at(3, 23)) == [2, 3]
    assert due_dates(hourly, at(3, 0)) == [2, 3]


def test_dates_that_passed_while_disabled_are_skipped():
    off = version(at(3, 9), at(6, 9), enabled=False)
    found = agenda(version(until=at(3, 9)), off, version(at(6, 9)), last_on=date(2026, 11, 2))

    assert due_dates(found, at(8)) == [7, 8]


def test_a_disabled_program_owes_nothing():
    off = version(at(3), enabled=False)

    assert owed(agenda(version(until=at(3)), off, recheck_at=at(3)), at(9)) is None


def test_a_new_schedule_asks_nothing_of_the_past():
    monthly = version(until=at(10, 9), schedule="0 0 1 * *")
    found = agenda(monthly, version(at(10, 9), schedule="15 0 * * *"))

    assert due_dates(found, at(12)) == [11, 12]


def test_dates_missed_under_an_older_schedule_are_still_owed():
    daily = version(until=at(5, 9))
    found = agenda(daily, version(at(5, 9), schedule="0 0 1 12 *"), last_on=date(2026, 11, 3))

    assert due_dates(found, at(9)) == [4, 5]


def test_the_date_is_the_one_of_the_program_zone():
    tokyo = version(zone="Asia/Tokyo")

    assert due_dates(agenda(tokyo), at(1, 15, 14)) == []
    assert due_dates(agenda(tokyo), at(1, 15, 15)) == [2]


@pytest.mark.parametrize("expression", ["0 0 * * 0", "0 0 * * 7"])
def test_0_and_7_are_sunday(expression):
    assert next_date(expression, date(2026, 11, 16)) == date(2026, 11, 22)


def test_clock_changes_neither_double_nor_drop_a_date():
    for schedule in ("30 2 * * *", "0 * * * *", "15 0 * * *"):
        spring = list(islice(firings(schedule, "Europe/Berlin", date(2026, 3, 27)), 4))
        autumn = list(islice(firings(schedule, "Europe/Berlin", date(2026, 10, 23)), 4))
        assert [one.on.day for one in spring] == [28, 29, 30, 31]
        assert [one.on.day for one in autumn] == [24, 25, 26, 27]
        assert all(a.at < b.at for a, b in pairwise(autumn))


def test_a_wall_time_that_the_clocks_skip_fires_later_but_for_its_own_date():
    [first] = islice(firings("30 23 * * *", "America/Scoresbysund", date(2025, 3, 28)), 1)

    assert (first.on, first.at) == (date(2025, 3, 29), datetime(2025, 3, 30, 1, 30, tzinfo=UTC))


def test_a_date_that_a_zone_left_out_does_not_fire():
    found = islice(firings("15 0 * * *", "Pacific/Apia", date(2011, 12, 28)), 2)

    assert [one.on.day for one in found] == [29, 31]


def test_an_edit_is_owed_when_its_quiet_period_is_over():
    found = agenda(recheck_at=at(1, 12), recheck_occasion="rules_changed")

    assert owed(found, at(1, 11, 59)) is None
    todo = owed(found, at(1, 12))
    assert (todo.occasion, todo.as_of, todo.scheduled) == (
        "rules_changed",
        date(2026, 11, 1),
        False,
    )


def test_an_edit_comes_before_a_scheduled_check_also_if_its_quiet_period_runs():
    found = agenda(recheck_at=at(2, 0, 16), recheck_occasion="rules_changed")

    assert owed(found, at(2, 0, 15)).occasion == "rules_changed"


def test_a_late_check_of_an_edit_is_as_of_the_date_it_was_due():
    found = agenda(recheck_at=at(4, 12), recheck_occasion="resync", last_on=date(2026, 11, 4))

    assert owed(found, at(7)).as_of == date(2026, 11, 4)


def test_overrides_that_turn_are_owed_up_to_the_check_or_today():
    behind = {"overrides_on": date(2026, 11, 3), "last_on": date(2026, 11, 3)}

    assert owed(agenda(**behind), at(6)).turns_through == date(2026, 11, 4)
    late = agenda(version(schedule="0 0 1 12 *"), **behind)
    assert (owed(late, at(6)).turns_through, owed(late, at(6)).occasion) == (
        date(2026, 11, 6),
        None,
    )
    assert (
        owed(agenda(version(schedule="0 0 1 12 *"), overrides_on=date(2026, 11, 6)), at(6)) is None
    )


def test_a_sandbox_owes_only_what_its_edits_ask():
    box = {"sandbox_day": date(2020, 1, 1), "overrides_on": date(2020, 1, 1)}

    assert owed(agenda(**box), at(9)) is None
    asked = agenda(**box, recheck_at=at(2), recheck_occasion="rules_changed")
    assert owed(asked, at(9)).as_of == date(2020, 1, 1)
