"""What holds for every ladder and every member."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.policy.criteria import Level, Sums
from app.policy.decision import Case, Direction, Occasion, Reason, decide, rests
from app.policy.ladder import Downgrade, Start, Strategy
from tests.policy import strategies as some
from tests.policy.build import TODAY, held, judged, spend, stages, totals

UP_TO_TWENTY = st.lists(st.integers(1, 20), min_size=1, max_size=5, unique=True).map(sorted)


@given(st.data())
def test_an_added_order_never_lowers(data):
    ladder = data.draw(some.ladders())
    case = data.draw(some.cases(ladder, keys=some.keys_of(ladder)))

    decision = decide(ladder, replace(case, occasion=Occasion.order, took_away=False))

    assert decision.position >= ladder.position_of(case.held.level)


@given(st.data())
def test_earning_more_never_ends_lower_under_highest(data):
    ladder = data.draw(some.ladders(strategy=Strategy.highest))
    case = data.draw(some.cases(ladder, ruled=some.overrides()))
    extra = data.draw(some.sums(ladder))
    grown = tuple(
        Sums(*map(sum, zip(one, other, strict=True)))
        for one, other in zip(case.totals.sums, extra.sums, strict=True)
    )

    less = decide(ladder, case)
    more = decide(ladder, replace(case, totals=replace(case.totals, sums=grown)))

    assert more.position >= less.position


@given(st.data())
def test_a_settled_member_stays_settled_until_its_review(data):
    ladder = data.draw(some.ladders())
    case = data.draw(some.cases(ladder, ruled=some.overrides()))
    decision = decide(ladder, case)
    days = data.draw(st.integers(0, 25))
    later = TODAY + timedelta(days)

    if decision.review_on is None or later < decision.review_on:
        rerun = Case(
            decision.standing, case.totals, Occasion.check, later, overrides=case.overrides
        )
        assert decide(ladder, rerun).standing == decision.standing


@given(st.data())
def test_a_position_rests_only_where_a_check_decides_nothing(data):
    ladder = data.draw(some.ladders())
    case = data.draw(some.cases(ladder))
    later = TODAY + timedelta(data.draw(st.integers(-5, 25)))
    check = Case(case.held, case.totals, Occasion.check, later)

    decision = decide(ladder, check)

    settled = (decision.standing, decision.row, decision.review_on) == (case.held, 4, None)
    assert rests(ladder, case.held, case.totals, later) == settled


@given(st.data())
def test_one_check_settles_highest(data):
    settling = {"strategy": Strategy.highest, "downgrade": Downgrade.to_earned}
    ladder = data.draw(some.ladders(start=Start.none, **settling))
    no_keep = all(one.keep is None for one in ladder.levels)
    ruled = some.overrides() if no_keep else some.NO_OVERRIDES  # a ceiling ends what was kept
    case = data.draw(some.cases(ladder, ruled=ruled))

    once = decide(ladder, replace(case, occasion=Occasion.check))
    again = Case(once.standing, case.totals, Occasion.check, TODAY, overrides=case.overrides)

    assert decide(ladder, again).standing == once.standing


@given(st.data())
def test_overrides_in_force_bound_the_position(data):
    ladder = data.draw(some.ladders())
    case = data.draw(some.cases(ladder, ruled=some.overrides()))
    limits = [one for one in case.overrides if one.holds_on(TODAY)]
    known = {one.mode.value: ladder.position_of(one.level) for one in limits}

    position = decide(ladder, case).position

    if len(limits) == 1 and None not in known.values():
        assert position == known.get("exact", position)
        assert position >= known.get("floor", 0)
        assert position <= known.get("ceiling", position)


@given(st.data())
def test_a_move_starts_today_and_nothing_else_changes_since(data):
    ladder = data.draw(some.ladders())
    case = data.draw(some.cases(ladder, ruled=some.overrides()))

    decision = decide(ladder, case)

    assert decision.moved == (decision.level != case.held.level)
    assert decision.since == (TODAY if decision.moved else case.held.since)
    assert (decision.direction is None) == (not decision.moved)
    assert not (decision.moved and decision.grace_until)
    assert decision.level == ladder.key_at(decision.position)


@given(st.data())
def test_only_a_shortfall_a_removal_or_an_override_lowers(data):
    ladder = data.draw(some.ladders())
    case = data.draw(some.cases(ladder, ruled=some.overrides()))

    decision = decide(ladder, case)

    if decision.direction is Direction.down:
        allowed = {Reason.shortfall, Reason.level_removed, Reason.override}
        assert decision.reason in allowed
    if decision.reason is Reason.override:
        assert decision.override in case.overrides


@given(st.data())
def test_step_moves_one_automatic_position_at_most(data):
    ladder = data.draw(some.ladders(strategy=Strategy.step))
    case = data.draw(some.cases(ladder, keys=some.keys_of(ladder)))
    before = ladder.position_of(case.held.level)

    position = decide(ladder, case).position

    assert position in {before, ladder.next_above(before), ladder.next_below(before)}


@given(UP_TO_TWENTY, st.integers(0, 25), st.sampled_from([None, *"abcde"]))
def test_without_a_path_one_check_forgets_what_was_held(amounts, total, held_key):
    levels = [Level(key, (spend(n),)) for key, n in zip("abcde", amounts, strict=False)]
    ladder = replace(stages(*levels), strategy=Strategy.highest, removed={"e": 0, "d": 0, "c": 0})

    decision = judged(ladder, held(held_key), total)

    assert decision.position == sum(amount <= total for amount in amounts)


@given(UP_TO_TWENTY, st.integers(0, 25), st.integers(0, 5))
def test_as_many_checks_as_levels_settle_stages_to_hold(amounts, total, start):
    levels = [Level(key, (spend(n),)) for key, n in zip("abcde", amounts, strict=False)]
    ladder = stages(*levels)
    standing = held(ladder.key_at(min(start, len(levels))))

    for _ in levels:
        case = Case(standing, totals(total), Occasion.check, TODAY)
        standing = decide(ladder, case).standing

    assert ladder.position_of(standing.level) == sum(amount <= total for amount in amounts)
