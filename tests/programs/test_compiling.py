import pytest

from app.policy.criteria import Criterion, Metric
from app.policy.ladder import Downgrade, RefundDowngrade, Start, Strategy, Upgrade
from app.policy.window import Window, WindowKind
from app.programs.compiling import ladders_of, removed_after
from tests.programs.build import definition, ladder, ordered, spent, stage, tier

YEAR = Window(WindowKind.rolling_days, n=365)
MONTH = Window(WindowKind.rolling_days, n=30)


def spend(minor, window=0):
    return (Criterion(Metric.spend, minor, window),)


def keys(found):
    return [level.key for level in found.levels]


def test_a_program_without_levels_has_an_empty_tier_ladder():
    [tiers] = ladders_of(definition(), {})

    assert (tiers.name, tiers.strategy, tiers.levels) == ("tiers", Strategy.highest, ())
    assert (tiers.windows, tiers.active) == ((YEAR,), True)


def test_settings_reach_the_ladders():
    tiers, stages = ladders_of(
        definition(
            stage("a", "1"),
            ladder={
                "window": {"previous": "month"}, "upgrade": "at_check", "downgrade": "one_step",
                "min_stay_days": 3, "grace_days": 4, "refund_downgrade": "immediate",
            },
            track={"upgrade": "at_check", "downgrade": "never", "start": "lowest"},
            enabled=False,
        ),
        {},
    )  # fmt: skip

    assert tiers.windows[0].kind is WindowKind.previous
    assert (tiers.upgrade, tiers.downgrade) == (Upgrade.at_check, Downgrade.one_step)
    assert (tiers.min_stay_days, tiers.grace_days) == (3, 4)
    assert tiers.refund_downgrade is RefundDowngrade.immediate
    assert (stages.name, stages.strategy) == ("default", Strategy.step)
    assert (stages.windows, stages.min_stay_days, stages.grace_days) == ((MONTH,), 30, 0)
    assert (stages.downgrade, stages.start) == (Downgrade.never, Start.lowest)
    assert (tiers.active, stages.active) == (False, False)


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 1_000), ("EUR", 100_000), ("KWD", 10**6)])
def test_amounts_become_minor_units(currency, minor):
    level = tier("a", spent("1000"), {"metric": "largest_order", "at_least": "1000"})
    found = ladder(level, currency=currency)

    assert [one.at_least for one in found.levels[0].enter] == [minor, minor]


def test_counts_and_tags_stay_what_they_are():
    level = tier("a", ordered(3), {"metric": "points", "at_least": 50}, {"tag": "x"}, match="any")

    [found] = ladder(level).levels

    assert found.enter == (
        Criterion(Metric.orders, 3), Criterion(Metric.points, 50), Criterion(Metric.tags, tag="x"),
    )  # fmt: skip
    assert (found.match_any, found.keep) == (True, None)


def test_each_window_is_looked_at_once_and_the_ladders_own_is_the_first():
    found = ladder(
        tier("a", spent("1", window="lifetime"), ordered(2)),
        tier("b", spent("2", window={"rolling_days": 365}), keep=[spent("1", window="lifetime")]),
        tier("c", spent("3", window={"rolling_days": 7}), enabled=False),
    )

    assert found.windows == (YEAR, Window(WindowKind.lifetime))
    assert [one.window for one in found.levels[0].enter] == [1, 0]
    assert found.levels[1].enter == spend(200, 0)
    assert found.levels[1].keep == spend(100, 1)


def test_levels_that_are_reached_by_hand_say_so():
    found = ladder(tier("a", spent("1")), tier("vip", automatic=False))

    assert [level.automatic for level in found.levels] == [True, False]


def test_keep_without_criteria_is_no_keep():
    [level] = ladder(tier("a", spent("1"), keep=[])).levels

    assert level.keep is None


def test_holding_asks_the_own_amount():
    found = ladder(stage("a", "50"), stage("b", "100", move_to_next=False))

    assert [level.enter for level in found.levels] == [spend(5_000), spend(10_000)]
    assert [level.staying for level in found.levels] == [spend(5_000), spend(10_000)]
    assert [level.moves_to_next for level in found.levels] == [True, False]


def test_advancing_asks_the_amount_of_the_stage_below():
    found = ladder(
        stage("a", "50"), stage("b", "100", keep_amount="40"), stage("c", "200"),
        track={"amount_means": "to_advance"},
    )  # fmt: skip

    assert [level.enter for level in found.levels] == [(), spend(5_000), spend(10_000)]
    assert [level.staying for level in found.levels] == [spend(5_000), spend(4_000), spend(20_000)]


def test_advancing_passes_over_stages_that_are_not_entered_by_themselves():
    found = ladder(
        stage("a", "50"), stage("x", "60", automatic=False), stage("y", "70", enabled=False),
        stage("b", "100"), track={"amount_means": "to_advance"},
    )  # fmt: skip

    assert keys(found) == ["a", "x", "b"]
    assert found.levels[2].enter == spend(5_000)


def test_a_disabled_level_is_gone_to_the_next_one_below():
    found = ladder(
        tier("a", spent("1")), tier("b", spent("2"), enabled=False), tier("c", spent("3")),
        tier("d", spent("4"), enabled=False), tier("e", spent("5"), enabled=False),
    )  # fmt: skip

    assert keys(found) == ["a", "c"]
    assert found.removed == {"b": 1, "d": 2, "e": 2}


def test_what_is_deleted_is_remembered_until_it_comes_back():
    before = definition(tier("a", spent("1")), tier("b", spent("2")), tier("c", spent("3")))
    without_b = before.without_tier("b")
    without_both = without_b.without_tier("c")

    first = removed_after(before, {}, without_b)
    second = removed_after(without_b, first, without_both)
    back = removed_after(without_both, second, before)

    assert first == {"tiers": {"b": ["a"]}}
    assert second == {"tiers": {"b": ["a"], "c": ["a"]}}
    assert back == {}
    assert ladders_of(without_both, second)[0].removed == {"b": 1, "c": 1}


def test_below_a_deleted_level_the_nearest_that_is_left_counts():
    before = definition(tier("a", spent("1")), tier("b", spent("2")), tier("c", spent("3")))
    removed = removed_after(before, {}, before.without_tier("c"))
    after = before.without_tier("c").with_tier("b", {"enabled": False})

    assert ladders_of(after, removed)[0].removed == {"b": 1, "c": 1}
    lowest = after.without_tier("a")
    removed = removed_after(after, removed, lowest)
    assert ladders_of(lowest, removed)[0].removed == {"a": 0, "b": 0, "c": 0}


def test_a_track_that_is_gone_keeps_a_ladder_to_leave():
    before = definition(stage("a", "50"), track={"window": {"rolling_days": 7}})
    after = before.without_stage("a").with_settings({"stages": {"default": None}})

    removed = removed_after(before, {}, after)
    _, stages = ladders_of(after, removed)

    assert after.settings.stages == {}
    assert (stages.name, stages.levels, stages.removed) == ("default", (), {"a": 0})
    assert stages.position_of("a") is None


def test_ladders_come_in_the_order_of_their_names():
    found = ladders_of(definition(stage("a", "1", track="z"), stage("b", "1", track="m")), {})

    assert [one.name for one in found] == ["tiers", "m", "z"]
