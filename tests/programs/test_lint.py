import pytest

from app.programs.definition import Definition
from app.programs.lint import warnings
from app.programs.lint_windows import longest_interval
from app.programs.presets import PRESETS, preset
from tests.programs.build import definition, ordered, spent, stage, tier

ADVANCE = {"amount_means": "to_advance"}
WEEKLY, MONTHLY = "0 0 * * 1", "0 0 1 * *"


def told(*levels, **more):
    return [(one.code, one.pointer) for one in warnings(definition(*levels, **more))]


def swings(*levels, **track):
    found = warnings(definition(*levels, track={**ADVANCE, **track}))
    return [(one.pointer, one.detail) for one in found if one.code == "swings"]


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_presets_are_not_warned_about(name, currency):
    assert warnings(Definition.of(preset(name, currency, "UTC"))) == ()


def test_advancing_read_literally_swings_for_every_sum_in_between():
    found = swings(stage("a", "50"), stage("b", "60"), stage("c", "100"))

    assert [pointer for pointer, _ in found] == [f"/loyalty_stages/{n}" for n in range(3)]
    assert [detail.partition(" a member ")[0] for _, detail in found] == [
        "With a sum from 0.00 to 49.99", "With a sum from 50.00 to 59.99",
        "With a sum from 60.00 to 99.99",
    ]  # fmt: skip
    assert found[0][1].endswith("goes up to a and falls to none by turns.")
    assert found[2][1].endswith("goes up to c and falls to b by turns.")


def test_keep_amounts_up_to_what_enters_do_not_swing():
    a, b = stage("a", "50", keep_amount="0"), stage("b", "100", keep_amount="50")

    assert swings(a, b) == []
    assert [pointer for pointer, _ in swings(a, {**b, "keep_amount": "50.01"})] == [
        "/loyalty_stages/1"
    ]


def test_a_sum_that_goes_on_up_does_not_swing_below():
    a = stage("a", "50", keep_amount="80")
    b = stage("b", "100", keep_amount="0")

    [(pointer, detail)] = swings(a, b)

    assert pointer == "/loyalty_stages/0"
    assert "from 0.00 to 49.99" in detail


@pytest.mark.parametrize(
    ("levels", "track"),
    [
        ([stage("a", "50"), stage("b", "100")], {"downgrade": "never"}),
        ([stage("a", "50", keep_amount="0", move_to_next=False), stage("b", "100")], {}),
        ([stage("a", "50", automatic=False)], {}),
        ([stage("a", "50", enabled=False)], {}),
        ([stage("a", "50"), stage("b", "100")], {"amount_means": "to_hold"}),
    ],
)
def test_what_cannot_go_up_or_down_does_not_swing(levels, track):
    assert swings(*levels, **track) == []


def test_a_stage_that_does_not_move_on_bars_those_above():
    levels = [
        stage("a", "1"),
        stage("b", "2", move_to_next=False),
        stage("c", "3"),
        stage("d", "4"),
    ]

    assert told(*levels) == [
        ("unreachable", "/loyalty_stages/2"), ("unreachable", "/loyalty_stages/3"),
    ]  # fmt: skip
    assert told(*levels[:2], {**levels[2], "automatic": False}) == []


@pytest.mark.parametrize(
    ("below", "above"),
    [
        (tier("a", spent("10"), ordered(5)), tier("b", spent("10"))),
        (tier("a", spent("10")), tier("b", ordered(2), spent("10"), match="any")),
        (tier("a", spent("10"), {"tag": "x"}), tier("b", {"tag": "x"})),
        (tier("a", spent("10")), tier("b")),
        (tier("a", spent("10")), tier("b", ordered(0))),
        (tier("a"), tier("b", spent("0"))),
    ],
)
def test_a_level_that_always_comes_with_a_higher_one_is_never_held(below, above):
    assert told(below, above) == [("unreachable", "/tiers/0")]


@pytest.mark.parametrize(
    ("below", "above"),
    [
        (tier("a", spent("10")), tier("b", spent("10"), ordered(5))),
        (tier("a", spent("10"), ordered(2), match="any"), tier("b", spent("10"), ordered(2))),
        (tier("a", spent("10"), ordered(2), match="any"), tier("b", spent("10"))),
        (tier("a", spent("10")), tier("b", spent("10", window="lifetime"), ordered(0))),
        (tier("a", spent("10")), tier("b", automatic=False)),
        (tier("a"), tier("b", spent("10"))),
    ],
)
def test_a_level_that_is_held_by_some_is_not_warned_about(below, above):
    assert told(below, above) == []


def test_going_down_in_steps_reaches_every_level():
    levels = [tier("a", spent("10"), ordered(5)), tier("b", spent("10"))]

    assert told(*levels, ladder={"downgrade": "one_step"}) == []


def test_keep_that_asks_more_than_enter_changes_nothing():
    keep = [spent("10.01"), ordered(3)]

    assert told(tier("a", spent("10"), keep=keep)) == [("keep_harder_than_enter", "/tiers/0/keep")]
    assert told(tier("a", spent("10"), keep=[spent("10")])) == []
    assert told(tier("a", spent("10"), keep=[spent("11", window="lifetime")])) == []


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        ("15 0 * * *", 1), ("0 0 * * 1-5", 3), (WEEKLY, 7), (MONTHLY, 31), ("0 0 1-5 * *", 27),
        ("0 0 1 1,7 *", 184), ("0 0 1 3 *", 365), ("0 */6 * * *", 1),
    ],
)  # fmt: skip
def test_the_longest_interval_of_a_schedule(schedule, days):
    assert longest_interval(schedule) == days


@pytest.mark.parametrize(
    ("window", "schedule", "short"),
    [
        ({"rolling_days": 5}, WEEKLY, True),
        ({"rolling_days": 6}, WEEKLY, False),
        ({"rolling_days": 0}, "15 0 * * *", False),
        ({"rolling_days": 29}, MONTHLY, True),
        ({"rolling_days": 30}, MONTHLY, False),
        ({"rolling_months": 1}, MONTHLY, False),
        ({"previous": "month"}, "0 0 1 1,4,7,10 *", True),
        ({"previous": "quarter"}, "0 0 1 1,4,7,10 *", False),
        ({"previous": "half"}, "0 0 1 3 *", True),
        ({"previous": "year"}, "0 0 1 3 *", False),
        ("lifetime", "0 0 1 3 *", False),
    ],
)
def test_a_window_shorter_than_the_interval_is_warned_about(window, schedule, short):
    own = told(tier("a", spent("1")), ladder={"window": window}, check_schedule=schedule)
    criterion = told(tier("a", spent("1", window=window)), check_schedule=schedule)
    track = told(stage("a", "1"), track={"window": window}, check_schedule=schedule)

    code = "window_shorter_than_interval"
    assert own == ([(code, "/settings/tiers/window")] if short else [])
    assert criterion == ([(code, "/tiers/0/criteria/0/window")] if short else [])
    assert track == ([(code, "/settings/stages/default/window")] if short else [])


@pytest.mark.parametrize(
    "window", [{"calendar": "month"}, {"fiscal_year": "04-01"}, {"anniversary": 12}]
)
def test_a_to_date_window_with_downgrades_lets_everybody_fall(window):
    levels = [tier("a", spent("1")), tier("b", spent("2"))]
    code = "falls_with_period"

    assert told(*levels, ladder={"window": window}) == [(code, "/settings/tiers/window")]
    assert told(tier("a", spent("1", window=window))) == [(code, "/tiers/0/criteria/0/window")]
    assert told(stage("a", "1"), track={"window": window}) == [
        (code, "/settings/stages/default/window")
    ]


@pytest.mark.parametrize(
    ("level", "ladder"),
    [
        (tier("a", spent("1")), {"downgrade": "never"}),
        (tier("a", spent("1")), {"grace_days": 1}),
        (tier("a", spent("1"), keep=[spent("1", window={"previous": "year"})]), {}),
        (tier("a", spent("1"), enabled=False), {}),
        (tier("a", spent("0")), {}),
        (tier("a", {"tag": "x"}), {}),
        (tier("a"), {}),
    ],
)
def test_nobody_falls_with_the_period_where_something_holds_them(level, ladder):
    assert told(level, ladder={"window": {"calendar": "year"}, **ladder}) == []
