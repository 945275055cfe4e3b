"""Amounts, instants, ids, flags and look-ups: what is read, and what is refused."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inbound.adapters.contract import Reason, Rules, Unreadable
from app.inbound.adapters.documents import Part, parse
from app.inbound.adapters.values import (
    as_amount,
    as_currency,
    as_epoch,
    as_flag,
    as_id,
    as_instant,
    as_mail_date,
    as_money,
    as_status,
    content_id,
    dated_id,
    signed_id,
)

NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")


def refused(read, *given):
    with pytest.raises(Unreadable) as error:
        read(*given, "/where")
    assert error.value.pointer == "/where"
    return error.value.reason


@pytest.mark.parametrize(
    ("written", "read"),
    [("120.50", "120.50"), ("0", "0"), ("-20.00", "-20"), (7, "7"), (Decimal("15.5"), "15.5"),
     ("1.00500000001", "1.005001"), ("1.00400200001", "1.004002"), ("007.5", "7.5")],
)  # fmt: skip
def test_plain_digits_are_amounts(written, read):
    assert as_amount(written) == Decimal(read)


@given(st.decimals(0, 10**9, places=9))
def test_cutting_an_amount_never_changes_what_it_rounds_to(amount):
    assert as_amount(f"{amount:f}").quantize(Decimal("0.01")) == amount.quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    "odd",
    ["23 000", "1,5", "1e3", "+1", ".5", "5.", " 1", "NaN", "٣", "1" * 19, True, 0.5, [], {},
     10**15, Decimal("NaN")],
)  # fmt: skip
def test_anything_else_is_a_bad_amount(odd):
    assert refused(as_amount, odd) == Reason.bad_amount


@pytest.mark.parametrize("odd", ["-0.01", -1, "1000000000000"])
def test_money_is_not_negative_and_below_a_trillion(odd):
    assert refused(as_money, odd) == Reason.bad_amount


@pytest.mark.parametrize("none", [None, ""])
def test_nothing_said_is_none(none):
    readers = (as_amount, as_money, as_id, as_instant, as_epoch, as_mail_date)

    assert [read(none) for read in readers] == [None] * len(readers)


@pytest.mark.parametrize(
    ("written", "read"),
    [(2**53 + 1, "9007199254740993"), (2**64 - 1, "18446744073709551615"), ("a/b", "a/b"),
     (0, None), ("0", None), ("00", "00")],
)  # fmt: skip
def test_ids_are_texts_and_exact(written, read):
    assert as_id(written) == read


def test_ids_above_two_to_the_53_survive_the_parser():
    assert Part.of(parse(b'{"id": 9007199254740993}')).id("id") == "9007199254740993"


@pytest.mark.parametrize(
    "odd", [True, 0.5, Decimal("1.5"), "a\nb", "\ud800", "x" * 256, [], 10**20]
)
def test_what_cannot_be_an_id_is_refused(odd):
    assert refused(as_id, odd) == Reason.not_valid


@pytest.mark.parametrize(
    ("written", "zone", "read"),
    [
        ("2026-03-01T10:00:00+01:00", None, NINE),
        ("2026-03-01T09:00:00Z", MOSCOW, NINE),
        ("2026-03-01T09:00:00.123456789Z", None, NINE.replace(microsecond=123456)),
        ("2026-03-01 12:00:00", MOSCOW, NINE),
        ("2026-03-01T09:00:00.5+0000", None, NINE.replace(microsecond=500000)),
    ],
)
def test_instants_become_utc_and_are_cut_to_microseconds(written, zone, read):
    assert as_instant(written, "", zone) == read


@pytest.mark.parametrize(
    "odd",
    ["2026-03-01T09:00:00", "2026-03-01", "2026-W09-7T09:00:00Z", "2026-02-30T00:00:00Z", 1, [],
     "1899-12-31T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "now"],
)  # fmt: skip
def test_other_texts_are_bad_times(odd):
    assert refused(as_instant, odd) == Reason.bad_time


def test_epochs_are_whole_seconds():
    assert [as_epoch(one) for one in (1772355600, "1772355600", 0)] == [NINE, NINE, None]
    odd = (-1, 1.5, "1e9", True, 10**11, "x", [])
    assert {refused(as_epoch, one) for one in odd} == {Reason.bad_time}


def test_mail_dates_are_of_rfc_2822():
    assert as_mail_date("Sun, 01 Mar 2026 09:00:00 +0000") == NINE
    odd = (
        "2026-03-01T09:00:00Z",
        "Sun, 41 Mar 2026 09:00:00 +0000",
        "1 Foo 2026 09:00:00 +0000",
        1,
    )
    assert {refused(as_mail_date, one) for one in odd} == {Reason.bad_time}


def test_flags_are_of_a_few_words():
    assert [as_flag(one) for one in (True, "1", "true", "Да", "Y")] == [True] * 5
    assert [as_flag(one) for one in (False, None, "", "0", "нет", "N")] == [False] * 6
    assert refused(as_flag, "maybe") == Reason.bad_flag


def test_a_status_is_looked_up_exactly_then_by_its_parts():
    maps = [
        {"a/b": "paid", "a/*": "closed", "*/b": "pending", "*": "cancelled"},
        {"a/*": "closed", "*/b": "pending", "*": "cancelled"},
        {"*/b": "pending", "*": "cancelled"},
        {"*": "cancelled"},
    ]

    found = [as_status("a/b", Rules(one)) for one in maps]

    assert found == ["paid", "closed", "pending", "cancelled"]
    assert refused(as_status, "a/b", Rules({"a": "paid", "*/a": "paid"})) == Reason.unmapped_status


def test_a_status_without_a_rule_is_named_and_fit_to_be_shown():
    with pytest.raises(Unreadable) as error:
        as_status("odd\x00" + "x" * 500, Rules({}))

    assert error.value.detail == "odd?" + "x" * 96


def test_a_currency_is_looked_up_before_it_is_read():
    rules = Rules(currency_map={"ruble": "RUB", "": "USD", "EUR": "PLN"})

    assert [as_currency(one, rules) for one in ("ruble", "", None, "EUR", "usd", "JPY")] == [
        "RUB", "USD", "USD", "PLN", "USD", "JPY",
    ]  # fmt: skip
    assert refused(as_currency, "XXX", rules) == Reason.unknown_currency
    assert refused(as_currency, None, Rules()) == Reason.unknown_currency


def test_ids_of_contents_differ_by_topic_and_by_body():
    ids = {content_id(topic, body) for topic in ("a", "b") for body in (b"", b"a", b"\nb")}

    assert len(ids) == 6
    assert {len(one) for one in ids} == {32}
    assert dated_id("x", NINE) == "x@2026-03-01T09:00:00Z"
    assert dated_id("x", None) == "x@"
    assert signed_id("msg_1", b"") == "msg_1"
    assert signed_id("x" * 256, b"a") == signed_id("", b"a") == content_id("", b"a")


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b'{"a": 1', "not_parsable"), (b'{"a": NaN}', "not_parsable"), (b"\xff", "not_parsable"),
     (b'{"a": 1, "a": 2}', "not_valid"), (b"[" * 40 + b"]" * 40, "not_parsable")],
)  # fmt: skip
def test_json_is_read_strictly(body, reason):
    with pytest.raises(Unreadable) as error:
        parse(body)

    assert error.value.reason == reason


def test_fractions_of_json_are_decimals():
    assert parse(b"[0.1, 15.50]") == [Decimal("0.1"), Decimal("15.50")]
    assert refused(as_amount, parse(b"1e5")) == Reason.bad_amount


def test_a_pointer_leads_to_what_is_refused():
    body = Part.of(parse(b'{"a/b": [{"c": "x"}, 1]}'))

    with pytest.raises(Unreadable) as wrong_member:
        body.parts("a/b")
    with pytest.raises(Unreadable) as missing:
        Part.of({"c": None}, "/a~1b/0").needed_money("c")

    assert (wrong_member.value.reason, wrong_member.value.pointer) == ("not_valid", "/a~1b/1")
    assert (missing.value.reason, missing.value.pointer) == ("missing_field", "/a~1b/0/c")
