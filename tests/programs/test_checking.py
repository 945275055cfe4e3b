import pytest

from app.programs.checking import faults, misplaced
from app.programs.definition import Definition
from app.programs.presets import PRESETS, preset
from tests.programs.build import definition, ordered, spent, stage, tier


def told(*levels, **more):
    return [(fault.pointer, fault.code) for fault in faults(definition(*levels, **more))]


def both(code, what="criteria", name="tiers"):
    return [(f"/{name}/{n}/{what}", code) for n in (0, 1)]


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_presets_have_no_faults(name, currency):
    assert faults(Definition.of(preset(name, currency, "UTC"))) == []


@pytest.mark.parametrize(
    ("below", "above"),
    [
        (tier("a", spent("10")), tier("b", spent("10.00"))),
        (tier("a", spent("10")), tier("b", spent("10"), match="any")),
        (tier("a", spent("10")), tier("b", spent("10"), spent("10"))),
        (tier("a", spent("10")), tier("b", spent("10", window={"rolling_days": 365}))),
        (tier("a", spent("10"), ordered(2)), tier("b", ordered(2), spent("10"))),
        (tier("a", {"tag": "x"}), tier("b", {"tag": "x"})),
        (tier("a"), tier("b")),
        (tier("a", spent("10"), keep=[spent("5")]), tier("b", spent("10"))),
    ],
)
def test_two_levels_that_ask_the_same_are_both_named(below, above):
    assert told(below, above) == both("asks_the_same")


@pytest.mark.parametrize(
    ("below", "above"),
    [
        (tier("a", spent("10")), tier("b", spent("10.01"))),
        (tier("a", spent("10")), tier("b", spent("10", window="lifetime"))),
        (tier("a", spent("10")), tier("b", spent("10"), ordered(2))),
        (tier("a", spent("10"), ordered(2), match="any"), tier("b", spent("10"), ordered(2))),
        (tier("a", spent("10")), tier("b", spent("10"), automatic=False)),
        (tier("a", spent("10")), tier("b", spent("5"), automatic=False)),
        (tier("a", spent("10")), tier("b", spent("10"), enabled=False)),
        (tier("a", spent("10"), enabled=False), tier("b", spent("5"))),
        (tier("a", ordered(10)), tier("b", spent("5"))),
        (tier("a", {"tag": "x"}), tier("b", {"tag": "y"})),
        (tier("a"), tier("b", spent("0"))),
    ],
)
def test_levels_that_differ_or_are_not_entered_by_themselves_pass(below, above):
    assert told(below, above) == []


@pytest.mark.parametrize(
    ("below", "above"),
    [
        (tier("a", spent("10")), tier("b", spent("9.99"))),
        (tier("a", spent("10"), ordered(5)), tier("b", spent("20"), ordered(3))),
        (tier("a", spent("10", window="lifetime")), tier("b", spent("5", window="lifetime"))),
        (tier("a", spent("5"), spent("10")), tier("b", spent("7"))),
        (tier("a", spent("10")), tier("b", spent("30"), spent("9"), match="any")),
    ],
)
def test_a_level_easier_than_one_below_is_refused_and_both_are_named(below, above):
    assert told(below, above) == both("easier_than_below")


def test_every_pair_is_compared_and_each_level_told_once():
    found = faults(definition(tier("a", spent("9")), tier("b", spent("5")), tier("c", spent("3"))))

    assert [fault.pointer for fault in found] == [f"/tiers/{n}/criteria" for n in range(3)]
    assert found[0].detail == "b stands above a and asks less. c stands above a and asks less."


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        (("50", "100"), []),
        (("50", "50.00"), both("asks_the_same", "amount", "loyalty_stages")),
        (("100", "50"), both("easier_than_below", "amount", "loyalty_stages")),
    ],
)
def test_amounts_of_stages_rise(amounts, expected):
    assert told(stage("a", amounts[0]), stage("b", amounts[1])) == expected


def test_tracks_are_not_compared_with_each_other():
    assert told(stage("a", "50"), stage("b", "50", track="other")) == []


@pytest.mark.parametrize(
    ("currency", "amount", "precise"),
    [("JPY", "10", True), ("JPY", "10.5", False), ("EUR", "10.55", True), ("EUR", "10.555", False),
     ("KWD", "10.555", True), ("KWD", "10.5555", False)],
)  # fmt: skip
def test_amounts_have_no_more_decimals_than_the_currency(currency, amount, precise):
    track = {"amount_means": "to_advance"}
    levels = [
        tier("a", spent(amount), keep=[{"metric": "largest_order", "at_least": amount}]),
        stage("s", amount, keep_amount=amount),
    ]

    found = told(*levels, currency=currency, track=track)

    pointers = [
        "/tiers/0/criteria/0/at_least", "/tiers/0/keep/0/at_least",
        "/loyalty_stages/0/amount", "/loyalty_stages/0/keep_amount",
    ]  # fmt: skip
    assert found == ([] if precise else [(pointer, "too_precise") for pointer in pointers])


def test_keep_amounts_belong_to_advancing():
    kept = stage("a", "50", keep_amount="10")

    assert told(kept) == [("/loyalty_stages/0/keep_amount", "keep_amount_refused")]
    assert told(kept, track={"amount_means": "to_advance"}) == []


def test_keys_are_given_once_and_some_never():
    assert told(tier("a", {"tag": "1"}), tier("a", {"tag": "2"})) == [
        ("/tiers/0/key", "key_repeated"), ("/tiers/1/key", "key_repeated"),
    ]  # fmt: skip
    assert told(stage("a", "1"), stage("a", "2", track="other")) == [
        ("/loyalty_stages/0/key", "key_repeated"), ("/loyalty_stages/1/key", "key_repeated"),
    ]  # fmt: skip
    assert told(stage("order", "1")) == [("/loyalty_stages/0/key", "key_reserved")]
    assert told(stage("a", "1", track="tiers")) == [("/settings/stages/tiers", "key_reserved")]
    assert told(tier("a", {"tag": "1"}), stage("a", "1")) == []


def test_ladders_have_at_most_64_levels():
    tiers = [tier(f"t{n}", spent(str(n))) for n in range(65)]
    stages = [stage(f"s{n}", str(n + 1)) for n in range(65)]

    assert told(*tiers[:64], *stages[:64]) == []
    assert told(*tiers, *stages) == [("/tiers", "too_many"), ("/loyalty_stages", "too_many")]


def test_there_are_at_most_16_tracks():
    stages = [stage(f"s{n}", "1", track=f"t{n}") for n in range(17)]

    assert told(*stages[:16]) == []
    assert told(*stages) == [("/settings/stages", "too_many")]


def test_a_ladder_looks_at_most_at_16_windows():
    tiers = [tier(f"t{n}", spent("1", window={"rolling_days": n})) for n in range(16)]

    assert told(*tiers[:15]) == []
    assert told(*tiers) == [("/tiers", "too_many_windows")]


def test_given_positions_are_the_places_within_tiers_and_tracks():
    raw = {
        "tiers": [{"key": "a", "position": 1}, {"key": "b"}, {"key": "c", "position": 2}],
        "loyalty_stages": [
            {"key": "s", "position": 1}, {"key": "t", "position": 1, "track": "other"},
            {"key": "u", "position": 3},
        ],
    }  # fmt: skip

    assert [fault.pointer for fault in misplaced(raw)] == [
        "/tiers/2/position", "/loyalty_stages/2/position",
    ]  # fmt: skip
