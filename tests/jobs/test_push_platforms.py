"""What each platform is asked: pure functions, against shops that answer as documented."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.outgoing import Answer
from app.outbound.targets import PLATFORMS, cs_cart, shopify, woocommerce
from app.outbound.targets.contract import (
    Gift,
    PushFailed,
    Shop,
    Trouble,
    Wanted,
    asked_wait,
    content,
)
from tests.jobs.shops import CsCart, Shopify, WooCommerce

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CUSTOMERS = {"shopify": "gid://shopify/Customer/1", "woocommerce": "1", "cs_cart": "1"}
TAGS = ["tier:silver", "tier:gold", "Tier:Gold", "TIER: old", "vip", "tiered", "a:b"]
texts = st.sampled_from(["", "silver", "gold", "other", None])


def play(fake, wanted, ours=frozenset()):
    """Look and act until nothing is left to do; how many requests changed something."""
    platform = PLATFORMS[fake.PLATFORM]
    place = Shop("https://shop.example", fake.CREDENTIALS, "tiers", ours)
    customer = CUSTOMERS[fake.PLATFORM]
    for asked in range(3):
        steps = platform.steps(place, customer, wanted, ask(fake, platform.look(place, customer)))
        if not steps:
            return asked
        for step in steps:
            ask(fake, step)
    raise AssertionError


def ask(fake, asked):
    path = asked.url.removeprefix("https://shop.example")
    headers = {name.lower(): value for name, value in asked.headers.items()}
    status, told, body = fake.answer(asked.method, path, headers, asked.body)
    return PLATFORMS[fake.PLATFORM].judge(Answer(status, told, body, 1), NOW)


@given(st.lists(st.sampled_from(TAGS), unique_by=str.lower), st.sampled_from(["silver", "gold"]))
def test_shopify_keeps_every_tag_that_is_not_ours(tags, level):
    fake = Shopify([1])
    fake.customers["1"]["tags"] = list(tags)

    play(fake, Wanted(level, f"tier:{level}", "2026-12-31"))

    held = fake.customers["1"]
    assert [tag for tag in held["tags"] if tag in {"vip", "tiered", "a:b"}] == [
        tag for tag in tags if tag in {"vip", "tiered", "a:b"}
    ]
    ours = [tag.lower() for tag in held["tags"] if tag.lower().startswith("tier:")]
    assert ours == [f"tier:{level}"]
    assert held["fields"] == {"tier_level": level, "tier_until": "2026-12-31"}

    play(fake, Wanted())

    assert not [tag for tag in held["tags"] if tag.lower().startswith("tier:")]
    assert held["fields"] == {}


keys = st.sampled_from(["tier_level", "tier_value", "tier_until", "tier", "other"])


@given(st.lists(st.tuples(keys, texts), max_size=8), st.sampled_from(["silver", None]))
def test_woocommerce_ends_with_one_entry_of_each_key(entries, value):
    fake = WooCommerce([1])
    fake.customers["1"] = [
        {"id": number, "key": key, "value": text} for number, (key, text) in enumerate(entries, 1)
    ]
    others = [one for one in entries if one[0] in {"tier", "other"}]

    play(fake, Wanted(value, value, None))

    held = [(one["key"], one["value"]) for one in fake.customers["1"]]
    assert [one for one in held if one[0] in {"tier", "other"}] == others
    full = sorted(one for one in held if one[0].startswith("tier_") and one[1] not in (None, ""))
    assert full == ([("tier_level", value), ("tier_value", value)] if value else [])


@given(st.dictionaries(st.sampled_from("5678"), st.sampled_from("AFPD")), st.sampled_from("567"))
def test_cs_cart_leaves_only_groups_of_ours(groups, group):
    fake = CsCart([1])
    fake.customers["1"] = dict(groups)
    ours = frozenset({"5", "6", "7"})

    play(fake, Wanted("gold", group), ours)

    active = {one for one, status in fake.customers["1"].items() if status == "A"}
    assert active - {"8"} == {group}
    assert fake.customers["1"].get("8") == groups.get("8")


@pytest.mark.parametrize(
    "held",
    [
        {"5": {"usergroup_id": "5", "status": "A"}, "9": {"usergroup_id": 9, "status": "A"}},
        [{"usergroup_id": 5, "status": "A"}],
        {"usergroups": [{"usergroup_id": 5, "status": "A"}]},
    ],
)
def test_cs_cart_reads_lists_as_php_writes_them(held):
    place = Shop("https://shop.example", CsCart.CREDENTIALS, ours=frozenset({"5", "1", "2"}))

    [leave] = cs_cart.steps(place, "3", Wanted(), held)

    assert leave.url == "https://shop.example/api/users/3/usergroups/5"
    assert json.loads(leave.body) == {"status": "F"}


@pytest.mark.parametrize("platform", [shopify, woocommerce, cs_cart])
@pytest.mark.parametrize("held", [None, [[]], "x", 1, {"customer": 5}, [{"a": 1}, 2]])
def test_nonsense_fails_and_nothing_else_does(platform, held):
    body = json.dumps(held).encode()
    place = Shop("https://x", dict.fromkeys(platform.CREDENTIALS, "x"))

    with pytest.raises(PushFailed):
        platform.steps(place, "1", Wanted(), platform.judge(Answer(200, {}, body, 1), NOW))


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (301, Trouble.busy), (400, Trouble.refused), (401, Trouble.denied), (403, Trouble.denied),
        (404, Trouble.absent), (422, Trouble.refused), (429, Trouble.busy), (500, Trouble.busy),
        (503, Trouble.busy),
    ],
)  # fmt: skip
def test_whose_matter_a_status_is(status, trouble):
    with pytest.raises(PushFailed) as failed:
        content(Answer(status, {}, b"", 1), NOW)

    assert (failed.value.trouble, failed.value.word) == (trouble, f"http_{status}")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0), ("", 0), ("120", 120), ("2.5", 2.5), ("-5", 0), ("soon", 0), ("inf", 0),
        ("9" * 400, 86_400), ("Sun, 22 Nov 2026 12:01:00 GMT", 60),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0), ("Sun, 22 Nov 2099 11:00:00 GMT", 86_400),
        ("Sun, 22 Nov 99999999999 11:00:00 GMT", 0), ("٣", 0),
    ],
)  # fmt: skip
def test_retry_after_is_read_or_left(header, seconds):
    assert asked_wait(header, NOW) == seconds


@pytest.mark.parametrize(
    ("platform", "gift", "mapped", "value"),
    [
        (shopify, Gift("gold"), None, "tier:gold"),
        (shopify, Gift("gold", tag="very gold"), None, "tier:very gold"),
        (shopify, Gift("gold", tag="Tier:Gold"), None, "Tier:Gold"),
        (shopify, Gift("gold", tag="a,b"), None, "tier:gold"),
        (shopify, Gift("gold", tag="x"), "mine", "tier:mine"),
        (woocommerce, Gift("gold"), None, "gold"),
        (woocommerce, Gift("gold", tag="x"), "mine", "mine"),
        (cs_cart, Gift("gold", user_group="6"), None, "6"),
        (cs_cart, Gift("gold", user_group="6"), "7", "7"),
        (cs_cart, Gift("gold", user_group="VIP"), None, None),
        (cs_cart, Gift("gold", user_group="2"), None, None),
        (cs_cart, Gift("gold"), None, None),
    ],
)
def test_what_stands_for_a_level(platform, gift, mapped, value):
    assert platform.value_of("tiers", gift, mapped) == value


def test_ladders_of_one_shop_do_not_undo_each_other():
    fake = Shopify([1])
    place = Shop("https://shop.example", fake.CREDENTIALS, "classes")
    wanted = Wanted("a", shopify.value_of("classes", Gift("a"), None))
    play(fake, Wanted("gold", "tier:gold"))

    for asked in shopify.steps(
        place, CUSTOMERS["shopify"], wanted, ask(fake, shopify.look(place, CUSTOMERS["shopify"]))
    ):
        ask(fake, asked)

    assert set(fake.customers["1"]["tags"]) >= {"tier:gold", "stage:classes:a"}
    assert fake.customers["1"]["fields"] == {"tier_level": "gold", "stage_classes_level": "a"}
    assert play(fake, Wanted("gold", "tier:gold")) == 0


@pytest.mark.parametrize("name", ["0", "-1", "1.5", "x", "", "1/../2", "٣", "9" * 30, "1?a=b"])
def test_an_id_that_is_none_of_the_platform_never_reaches_a_url(name):
    assert [one.customer_of(name) for one in PLATFORMS.values()] == [None] * 3
