"""A track's stages replaced by a list: keys, order, and what stays."""

from app.programs.checking import faults
from app.programs.definition import Definition
from app.programs.staging import Listed, with_stages

NOW = Definition.of(
    {
        "settings": {
            "currency": "EUR",
            "stages": {"default": {"amount_means": "to_advance"}, "other": {}},
        },
        "tiers": [{"key": "gold"}],
        "loyalty_stages": [
            {"key": "s1", "name": "Stage 1", "amount": "10"},
            {"key": "s9", "name": "Old", "amount": "20"},
            {"key": "vip", "name": "VIP", "amount": "30", "track": "other"},
        ],
    }
)


def listed(name, amount, *products):
    return Listed(name, amount, "5", products, move_to_next=False)


def test_the_track_has_the_listed_stages_alone_and_others_keep_theirs():
    after = with_stages(NOW, "default", [listed("Stage 1", "50"), listed("Stage 2", "70", "p1")])

    first, second = after.track("default")
    assert (first.key, first.amount, first.discount_percent) == ("s1", "50.00", "5.00")
    assert (second.key, second.products, second.move_to_next) == ("stage-2", ("p1",), False)
    assert (first.position, second.position) == (1, 2)
    assert after.track("other") == NOW.track("other")
    assert after.tiers == NOW.tiers
    assert after.settings.stages["default"].amount_means == "to_hold"
    assert faults(after) == []


def test_a_new_track_is_made():
    after = with_stages(NOW, "erp", [listed("A", "50")])

    assert after.settings.stages["erp"].amount_means == "to_hold"
    assert [one.key for one in after.track("erp")] == ["a"]


def test_no_two_keys_are_alike_whatever_the_names():
    names = ["VIP", "vip", "V.I.P.", "Order", "Скидка", "Скидка 10", "Скидка 10", "9", "Stage 1"]
    stages = [listed(name, str(place)) for place, name in enumerate(names, 1)]

    after = with_stages(NOW, "default", stages)

    keys = [one.key for one in after.track("default")]
    assert keys == [
        *("vip-2", "vip-3", "v-i-p", "order-2"),
        *("default-5", "default-6", "default-7", "default-8", "s1"),
    ]
    assert faults(after) == []


def test_the_same_list_again_changes_nothing():
    stages = [listed("Stage 1", "50"), listed("Уровень", "60"), listed("Уровень", "70")]

    once = with_stages(NOW, "default", stages)

    assert with_stages(once, "default", stages) == once
