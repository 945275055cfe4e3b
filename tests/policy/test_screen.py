from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.policy.criteria import Criterion, Level, Metric, Sums, Totals
from app.policy.decision import Case, Occasion, Standing, decide
from app.policy.ladder import Downgrade
from app.policy.screen import Cut, settled
from tests.policy import strategies as some
from tests.policy.build import LIFETIME, TODAY, level, rolling, spend, stages, tiers, totals


def unchanged(ladder, standing, found):
    decision = decide(ladder, Case(standing, found, Occasion.check, TODAY))
    return decision.standing == standing and decision.review_on is None


@given(st.data())
def test_the_screen_hides_no_mover(data):
    ladder = data.draw(some.ladders())
    standing = Standing(data.draw(some.HELD), data.draw(some.standings()).since)
    found = data.draw(some.sums(ladder))
    screen = settled(ladder)

    if screen and screen.skips(standing.level, found):
        assert unchanged(ladder, standing, found)


@given(st.data())
def test_the_screen_skips_whoever_has_long_been_settled(data):
    ladder = data.draw(some.ladders())
    standing = Standing(data.draw(some.HELD), date(2000, 1, 1))
    found = data.draw(some.sums(ladder))
    screen = settled(ladder)

    if screen:
        assert screen.skips(standing.level, found) == unchanged(ladder, standing, found)


def test_plain_tiers_have_one_signature_for_each_position():
    screen = settled(tiers())

    assert screen.cuts == (Cut(0, Metric.spend, (1, 1_000, 10_000), 1),)
    assert screen.settled == {
        None: frozenset({0}),
        "bronze": frozenset({1}),
        "silver": frozenset({2}),
        "gold": frozenset({3}),
    }


def test_with_downgrades_off_everybody_above_is_settled():
    screen = settled(tiers(downgrade=Downgrade.never))

    assert screen.settled["silver"] == {0, 1, 2}


def test_a_signature_mixes_metrics_and_windows():
    often = Level("often", (Criterion(Metric.orders, 3, 1), spend(50)))
    ladder = tiers(level("bronze", 1), often, windows=(rolling(30), LIFETIME))
    found = Totals((Sums(50, 1, 50, 0), Sums(70, 3, 50, 0)))

    screen = settled(ladder)

    assert screen.cuts == (Cut(0, Metric.spend, (1, 50), 1), Cut(1, Metric.orders, (3,), 3))
    assert screen.signature(found) == 2 + 3
    assert screen.skips("often", found)
    assert not screen.skips("bronze", found)
    assert not screen.skips("unknown", found)


def test_the_keep_thresholds_cut_too():
    screen = settled(stages(level("s1", 50, keep=(spend(20),))))

    assert screen.cuts[0].thresholds == (20, 50)
    assert screen.settled == {None: frozenset({0, 1}), "s1": frozenset({1, 2})}


def test_tags_cannot_be_screened():
    assert settled(tiers(Level("staff", (Criterion(Metric.tags, tag="staff"),)))) is None


def test_too_many_cases_are_not_screened():
    metrics = (Metric.spend, Metric.orders, Metric.largest_order, Metric.points)
    levels = [
        Level(key, tuple(Criterion(metric, number) for metric in metrics))
        for number, key in enumerate("abcdef", 1)
    ]

    assert settled(tiers(*levels[:4])) is not None
    assert settled(tiers(*levels)) is None


def test_a_disabled_program_moves_nobody():
    ladder = replace(tiers(), active=False)

    assert settled(ladder).skips("gold", totals(0))


def test_four_thousand_and_ninety_six_cases_are_screened_and_no_more():
    sixty_three = [level(f"l{n}", n) for n in range(1, 64)]

    screen = settled(tiers(*sixty_three))

    assert sum(map(len, screen.settled.values())) == 64
    assert settled(tiers(*sixty_three, level("l64", 64))) is None
