from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.customers.models import Represents
from app.customers.representing import (
    Pair,
    Term,
    ended,
    left,
    left_from,
    parted,
    passed_on,
    recorded_now,
    switched,
    told,
)
from app.customers.service import organization_on
from app.kit.errors import RequestInvalid

TODAY = date(2026, 11, 22)
CUSTOMER, OTHER = UUID(int=1), UUID(int=2)
ORGANIZATIONS = [UUID(int=number) for number in (11, 12, 13)]
A, B, C = ORGANIZATIONS
PAST = Term(from_on=date(2026, 1, 1), until_on=date(2026, 1, 31))


def day(offset):
    return TODAY + timedelta(offset)


def row(organization, begins=0, ends=None, recorded=1, customer=CUSTOMER):
    last = None if ends is None else day(ends)
    return Represents(customer, organization, day(begins), last, recorded)


def holder(rows, on):
    newest = sorted(rows, key=lambda one: one.recorded, reverse=True)
    return organization_on(newest, on)


def test_what_was_recorded_later_has_the_greater_number():
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    first = recorded_now([], at)
    again = recorded_now([row(A, recorded=first)], at)

    assert again == first + 1
    assert recorded_now([row(A, recorded=first)], at + timedelta(seconds=1)) > again


def test_a_first_organization_is_represented_from_the_day_on():
    assert switched([], Pair(CUSTOMER, A), TODAY, TODAY, 5) == [row(A, recorded=5)]


def test_the_same_organization_again_changes_nothing():
    known = [row(A, -9, None, 4), row(B, -20, None, 3)]

    assert switched(known, Pair(CUSTOMER, A), TODAY, TODAY, 5) == known
    assert switched(known, Pair(CUSTOMER, A), TODAY, day(-5), 5) == known


def test_a_planned_end_stays_but_on_its_last_day():
    assert switched([row(A, -9, 5)], Pair(CUSTOMER, A), TODAY, TODAY, 5) == [row(A, -9, 5)]
    assert switched([row(A, -9, 0)], Pair(CUSTOMER, A), TODAY, TODAY, 5) == [
        row(A, -9, -1),
        row(A, recorded=5),
    ]


def test_back_to_an_organization_leaves_the_days_between_alone():
    known = [row(A, -9, None, 1), row(B, -5, None, 2)]

    new = switched(known, Pair(CUSTOMER, A), TODAY, TODAY, 5)

    assert [holder(new, day(on)) for on in (-6, -5, -1, 0, 9)] == [A, B, B, A, A]


def test_told_days_replace_those_that_overlap_and_keep_their_age():
    known = [row(A, -9, None, 1), row(B, -5, None, 2)]

    new = told(known, Pair(CUSTOMER, A), TODAY, Term(day(-3), day(4)), 5)

    assert new == [row(B, -5, None, 2), row(A, -3, 4, 1)]


def test_told_without_days_is_what_it_is_now():
    assert told([row(A, -9, 5)], Pair(CUSTOMER, A), TODAY, Term(), 5) == [row(A, -9, 5)]
    assert told([row(A, -9, 0)], Pair(CUSTOMER, A), TODAY, Term(), 5) == [row(A, -9)]
    assert told([row(A, -9, 5)], Pair(CUSTOMER, A), TODAY, Term(open_ended=True), 5) == [row(A, -9)]
    assert told([row(A, -9, -2)], Pair(CUSTOMER, A), TODAY, Term(), 5) == [
        row(A, -9, -2),
        row(A, recorded=5),
    ]


def test_what_is_over_is_not_rewritten_by_a_later_term():
    known = [row(A, -20, -10)]

    new = told(known, Pair(CUSTOMER, A), TODAY, Term(day(-15)), 5)

    assert new == [row(A, -20, -16), row(A, -15, None, 5)]


def test_what_is_over_is_corrected_by_days_that_are_over():
    known = [row(A, -20, -10)]

    new = told(known, Pair(CUSTOMER, A), TODAY, Term(day(-15), day(-12)), 5)

    assert new == [row(A, -15, -12)]


def test_days_that_end_before_they_begin_are_refused():
    with pytest.raises(RequestInvalid):
        told([], Pair(CUSTOMER, A), TODAY, Term(day(1), day(0)), 5)
    with pytest.raises(RequestInvalid):
        told([row(A, 0, None)], Pair(CUSTOMER, A), TODAY, Term(until_on=day(-1)), 5)


def test_leaving_ends_all_that_holds_today_and_no_plan():
    known = [row(A, -9), row(B, -5, 3), row(C, 7), row(A, -30, -20)]

    assert left(known, TODAY) == [row(A, -9, 0), row(B, -5, 0), row(C, 7), row(A, -30, -20)]
    assert left(left(known, TODAY), TODAY) == left(known, TODAY)
    assert left_from(known, day(-5)) == [row(A, -9, -6), row(C, 7), row(A, -30, -20)]


def test_parting_takes_out_what_was_to_come_of_one_organization():
    known = [row(A, -9, 2), row(A, 7), row(B, 9)]

    assert parted(known, A, TODAY) == [row(A, -9, 0), row(B, 9)]
    assert ended(known, day(-1)) == [row(A, -9, -1)]


def test_representations_of_a_removed_customer_join_those_of_the_kept_one():
    kept = [row(A, -9, -5, 3)]
    removed = [row(A, -7, None, 6, OTHER), row(B, -30, -20, 2, OTHER)]

    assert passed_on(kept, removed, CUSTOMER) == [
        row(A, -7, None, 6), row(A, -9, -8, 3), row(B, -30, -20, 2),
    ]  # fmt: skip


def test_a_merger_moves_no_day_to_what_was_recorded_for_later_ones():
    kept = [row(A, -9, None, 1)]
    removed = [row(B, -9, None, 2, OTHER), row(A, -3, -2, 3, OTHER)]

    merged = passed_on(kept, removed, CUSTOMER)

    assert [row(A, -9, -4, 1), row(A, -1, None, 1)] == [one for one in merged if one.recorded == 1]
    newest = {number: max(_on(merged, number)) for number in (-5, -3, -1)}
    assert newest == {-5: (2, B), -3: (3, A), -1: (2, B)}


def _on(known, number):
    """Of those that hold on the day: when recorded, and for whom."""
    return [(one.recorded, one.organization_id) for one in known if one.holds_on(day(number))]


rows = st.builds(
    lambda organization, begins, length, recorded: row(
        organization, begins, None if length is None else begins + length, recorded
    ),
    st.sampled_from(ORGANIZATIONS),
    st.integers(-10, 10),
    st.none() | st.integers(0, 10),
    st.integers(1, 9),
)


@st.composite
def histories(draw):
    """Rows of one customer such as a few told terms leave behind."""
    known = []
    for number, one in enumerate(draw(st.lists(rows, max_size=5)), 1):
        term = Term(one.from_on, one.until_on, open_ended=one.until_on is None)
        known = told(known, Pair(CUSTOMER, one.organization_id), TODAY, term, number)
    return known


def disjoint(known):
    return all(
        one is other
        or one.organization_id != other.organization_id
        or (one.until_on is not None and one.until_on < other.from_on)
        or (other.until_on is not None and other.until_on < one.from_on)
        for one in known
        for other in known
    )


@given(histories(), st.sampled_from(ORGANIZATIONS), st.integers(-8, 8))
def test_a_switch_holds_from_its_day_and_leaves_the_days_before(known, organization, offset):
    new = switched(known, Pair(CUSTOMER, organization), TODAY, day(offset), 100)

    assert disjoint(new)
    assert holder(new, day(offset)) == organization
    before = [day(number) for number in range(-25, offset)]
    assert [holder(new, one) for one in before] == [holder(known, one) for one in before]
    assert switched(new, Pair(CUSTOMER, organization), TODAY, day(offset), 101) == new


@given(histories())
def test_what_leaves_is_over_tomorrow_unless_it_was_planned(known):
    new = left(known, TODAY)

    assert disjoint(new)
    assert all(one.until_on == TODAY for one in new if one.holds_on(TODAY))
    past = [day(number) for number in range(-25, 1)]
    assert [holder(new, one) for one in past] == [holder(known, one) for one in past]


@given(histories(), histories())
def test_a_merger_loses_no_day_of_either(kept, removed):
    others = [
        Represents(OTHER, one.organization_id, one.from_on, one.until_on, one.recorded + 50)
        for one in removed
    ]

    new = passed_on(kept, others, CUSTOMER)

    assert disjoint(new)
    assert {one.member_id for one in new} <= {CUSTOMER}
    for on in (day(number) for number in range(-25, 25)):
        held = {one.organization_id for one in [*kept, *others] if one.holds_on(on)}
        assert {one.organization_id for one in new if one.holds_on(on)} == held
