from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.pricing import Discount, Line, LostBecause, bill, price


def line(unit_price="10.00", quantity="1", product="p1", categories=()):
    return Line(product, Decimal(quantity), Decimal(unit_price), frozenset(categories))


def tier(percent, key="silver", position=1, scope=()):
    return Discount("tiers", key, position, Decimal(percent), of_tier=True, scope=frozenset(scope))


def stage(percent, key="s1", position=1, scope=(), track="default"):
    return Discount(track, key, position, Decimal(percent), of_tier=False, scope=frozenset(scope))


@pytest.mark.parametrize(
    ("unit_price", "quantity", "percent", "exponent", "amount", "off"),
    [
        ("10.00", "1", "7", 2, 1_000, 70),
        ("0.10", "1", "5", 2, 10, 0),  # half a cent goes to the even one
        ("0.30", "1", "5", 2, 30, 2),  # so does one and a half
        ("0.50", "1", "5", 2, 50, 2),
        ("0.333333", "3", "50", 2, 100, 50),
        ("0.005", "1", "100", 2, 0, 0),
        ("0.015", "1", "100", 2, 2, 2),
        ("1.01", "0.5", "50", 2, 50, 25),  # from 0.505, not from what it is rounded to
        ("1.99", "1.5", "33.33", 2, 298, 99),
        ("1001", "1", "0.05", 0, 1_001, 1),
        ("1000", "1", "0.05", 0, 1_000, 0),
        ("1.234", "2", "12.5", 3, 2_468, 308),
        ("10.00", "0", "7", 2, 0, 0),
        ("0", "5", "100", 2, 0, 0),
        (
            "999999999999.999999",
            "999999999999.999999",
            "100",
            2,
            10**26 - 2 * 10**8,
            10**26 - 2 * 10**8,
        ),
    ],
)
def test_amount_and_discount_are_each_rounded_once_half_even(
    unit_price, quantity, percent, exponent, amount, off
):
    priced = price(line(unit_price, quantity), [tier(percent)], exponent)

    assert (priced.amount, priced.off, priced.total) == (amount, off, amount - off)


@pytest.mark.parametrize(
    ("best", "other", "because"),
    [
        (stage("7.01"), tier("7"), LostBecause.smaller_discount),
        (tier("7"), stage("7.00", position=9), LostBecause.tier_before_stage),
        (stage("7", "z", 3), stage("7", "a", 2, track="b"), LostBecause.higher_position),
        (stage("7", "a", 2, track="z"), stage("7", "b", 2, track="b"), LostBecause.key_order),
    ],
)
def test_the_best_single_discount_applies_and_the_loser_says_why(best, other, because):
    for given_in in ([best, other], [other, best]):
        priced = price(line(), given_in, 2)

        assert priced.by == best
        assert priced.lost == ((other, because),)


@pytest.mark.parametrize(
    ("scope", "fits"),
    [
        ((), True),
        (("p1",), True),
        (("p2", "p1"), True),
        (("p2",), False),
        (("category:shoes",), True),
        (("category:hats",), False),
        (("category:hats", "p1"), True),
        (("shoes",), False),
        (("category:p1",), False),
    ],
)
def test_a_scope_names_products_and_categories(scope, fits):
    priced = price(line(categories=("shoes", "new")), [tier("10", scope=scope)], 2)

    assert (priced.by is not None, priced.off) == (fits, 100 if fits else 0)


def test_what_does_not_fit_a_line_does_not_lose_it():
    general, scoped = tier("5"), stage("9", scope=("p2",))

    assert price(line(), [scoped, general], 2).lost == ()
    assert price(line(product="p2"), [general, scoped], 2).by == scoped


def test_a_discount_of_nothing_is_none():
    priced = price(line(), [tier("0.00"), stage("0")], 2)

    assert (priced.by, priced.lost, priced.total) == (None, (), 1_000)


NAMES = st.sampled_from(["p1", "p2", "category:c1", "category:c2"])
AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=6)
PERCENTS = st.decimals(min_value=0, max_value=100, places=2)
LINES = st.builds(
    Line,
    st.sampled_from(["p1", "p2", "p3"]),
    AMOUNTS,
    AMOUNTS,
    st.frozensets(st.sampled_from(["c1", "c2", "c3"])),
)
DISCOUNTS = st.lists(
    st.builds(
        Discount,
        st.sampled_from(["tiers", "a", "b"]),
        st.sampled_from("klmnopq"),
        st.integers(1, 3),
        st.one_of(PERCENTS, st.sampled_from([Decimal(5), Decimal(7)])),
        st.booleans(),
        st.frozensets(NAMES, max_size=3),
    ),
    max_size=5,
    unique_by=lambda one: (one.of_tier, one.key),
)


@given(LINES, DISCOUNTS, st.integers(0, 4))
def test_a_discount_never_exceeds_its_line_and_is_within_half_a_unit(asked, discounts, exponent):
    priced = price(asked, discounts, exponent)

    assert 0 <= priced.off <= priced.amount
    percent = priced.by.percent if priced.by else Decimal(0)
    # In integers of 10**-16: six and six decimals of the factors, two and two of the percent.
    exact = int(asked.quantity * 10**6) * int(asked.unit_price * 10**6) * int(percent * 100)
    assert abs(priced.off * 10**16 - exact * 10**exponent) * 2 <= 10**16


@given(LINES, DISCOUNTS, st.randoms())
def test_the_order_of_discounts_does_not_matter(asked, discounts, random):
    other = list(discounts)
    random.shuffle(other)

    assert price(asked, other, 2) == price(asked, discounts, 2)


@given(LINES, DISCOUNTS)
def test_no_discount_that_fits_would_have_given_more(asked, discounts):
    priced = price(asked, discounts, 2)

    alone = [price(asked, [one], 2) for one in discounts]
    assert priced.off == max((one.off for one in alone), default=0)
    fitting = {one.by for one in alone if one.by}
    assert fitting == {one.discount for one in priced.lost} | ({priced.by} - {None})


@given(LINES, DISCOUNTS, PERCENTS)
def test_one_more_discount_never_makes_it_dearer(asked, discounts, percent):
    more = [*discounts, stage(str(percent), "another")]

    assert price(asked, more, 2).total <= price(asked, discounts, 2).total


@given(st.lists(LINES, max_size=6), DISCOUNTS, st.randoms())
def test_sums_are_the_lines_in_any_order(cart, discounts, random):
    places = random.sample(range(len(cart)), len(cart))

    whole = bill(cart, discounts, 2)
    other = bill([cart[place] for place in places], discounts, 2)

    assert whole.total + whole.off == sum(one.amount for one in whole.lines)
    assert whole.off == sum(price(one, discounts, 2).off for one in cart)
    assert other.lines == tuple(whole.lines[place] for place in places)
    assert (other.total, other.off) == (whole.total, whole.off)
