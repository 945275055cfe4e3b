from decimal import Decimal

import pytest

from app.policy.money import (
    convert,
    counted,
    earned_points,
    to_major,
    to_minor,
    wholly_refunded,
)


@pytest.mark.parametrize(
    ("amount", "exponent", "minor"),
    [
        ("0.005", 2, 0),
        ("0.015", 2, 2),
        ("0.025", 2, 2),
        ("1.0050001", 2, 101),
        ("-0.015", 2, -2),
        ("999.99", 2, 99_999),
        ("1234.5", 0, 1234),
        ("1.2345", 3, 1_234),
        ("1.2355", 3, 1_236),
        ("0", 2, 0),
        ("9" * 30 + ".995", 2, int("1" + "0" * 32)),
    ],
)
def test_an_amount_is_rounded_half_even_to_the_minor_unit(amount, exponent, minor):
    assert to_minor(Decimal(amount), exponent) == minor


@pytest.mark.parametrize(
    ("minor", "exponent", "text"),
    [
        (123_456, 2, "1234.56"),
        (5, 2, "0.05"),
        (-5, 2, "-0.05"),
        (0, 2, "0.00"),
        (7, 0, "7"),
        (-7, 0, "-7"),
        (1_001, 3, "1.001"),
        (10**30, 2, "1" + "0" * 28 + ".00"),
    ],
)
def test_minor_units_are_told_in_plain_digits(minor, exponent, text):
    assert to_major(minor, exponent) == text


def test_a_conversion_is_rounded_once():
    assert convert(Decimal(100), Decimal("1.10"), 2) == 11_000
    assert convert(Decimal("0.045"), Decimal("0.1"), 2) == 0
    assert convert(Decimal("33.333333"), Decimal("3.0000001"), 2) == 10_000
    assert convert(Decimal("1.15"), Decimal("0.5"), 2) == 58  # halves that no binary number holds
    assert convert(Decimal("10.05"), Decimal("0.1"), 2) == 100


@pytest.mark.parametrize(
    ("basis", "total", "refunded", "net"),
    [
        ("100", "120", "60", "50"),
        ("120", "120", "0", "120"),
        ("120", "120", "120", "0"),
        ("120", "120", "500", "0"),
        ("120", "120", "-5", "120"),
        ("0", "0", "0", "0"),
        ("-3", "120", "0", "0"),
        ("100", "-1", "0", "0"),
        ("100", "0", "-1", "0"),
    ],
)
def test_a_refund_lowers_the_basis_in_proportion(basis, total, refunded, net):
    assert counted(Decimal(basis), Decimal(total), Decimal(refunded)) == Decimal(net)


def test_a_net_amount_at_half_a_cent_is_a_tie_and_beside_it_is_none():
    tie = counted(Decimal(1), Decimal(40), Decimal("39.8"))
    third = counted(Decimal("100.00"), Decimal(3), Decimal(1))

    assert to_minor(tie, 2) == 0
    assert to_minor(third, 2) == 6_667


@pytest.mark.parametrize(
    ("total", "refunded", "wholly"),
    [
        ("10", "10", True),
        ("10", "11", True),
        ("0.01", "0.01", True),
        ("10", "9.99", False),
        ("0", "0", False),
    ],
)
def test_an_order_refunded_in_full_leaves_the_count_but_an_order_of_zero_does_not(
    total, refunded, wholly
):
    assert wholly_refunded(Decimal(total), Decimal(refunded)) is wholly


@pytest.mark.parametrize(
    ("minor", "per_unit", "exponent", "points"),
    [
        (199, "1", 2, 1),
        (199, "1.5", 2, 2),
        (100, "0.1", 0, 10),
        (99, "0.01", 2, 0),
        (0, "1.5", 2, 0),
        (199, "0", 2, 0),
    ],
)
def test_points_are_whole_and_never_rounded_up(minor, per_unit, exponent, points):
    assert earned_points(minor, Decimal(per_unit), exponent) == points
