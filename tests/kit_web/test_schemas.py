from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from pydantic import ValidationError, create_model

from app.kit import schemas
from app.kit.schemas import MISSING, Schema
from app.kit.texts import exponents

REFUSED = {
    "Id": ["", "a" * 256, "a\n", "a\u0000", "a\u0085b", "a\u2028b", "\ud800", 7, None, True],
    "Key": ["", "Gold", "-gold", "g old", "gold\n", "ö", "a" * 64, 1],
    "Name": ["", "   ", "a\tb", "\u007f", "a" * 201],
    "Text": ["a\u0000", "a\u001b", "\udfff", "a" * 2_001],
    "Reason": ["ab", "   ", "a" * 501, "abc\u0000"],
    "Money": [
        "", " 1", "1 ", "1\n", "-1", "+1", "01", "1.", ".5", "1,5", "1_000", "1e3", "NaN", "inf",
        "0x10", "\u0661", "1.1234567", "1234567890123", 1, 1.5, True, None,
    ],
    "SignedMoney": ["-0", "--1", "-01", "-", "+1", -1],
    "Rate": ["0", "0.000", "-1", "1.12345678901", 1.1],
    "Percent": ["100.01", "101", "-1", "7.555", "07", 7],
    "Count": [-1, 2**31, 1.0, "1", True, None, 10**30],
    "PositiveInt": [0, 2**31],
    "BigCount": [2**63, -1],
    "PositiveParam": ["", "0", "-1", "1.0", "1_0", " 1", "01", "+1", "\u0663", "2147483648",
                      "1" * 30, True],
    "FlagParam": ["1", "True", "yes", "on", "", 1, None, []],
    "Uuid": ["", "x", "{6f1d7c5e-0e0b-5d0c-9a3e-7f2d1b8c4a60}",
             "6F1D7C5E-0E0B-5D0C-9A3E-7F2D1B8C4A60"],
    "Instant": [
        "2026-11-22", "2026-11-22T10:15:30", "2026-11-22 10:15:30Z", "2026-02-30T00:00:00Z",
        "2016-12-31T23:59:60Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
        "2026-11-22T24:00:00Z", "2026-11-22T10:15:30.1234567890Z", "1763800000", 1763800000,
        "now", "2026-11-22T10:15:30+25:00", "2026-11-22T10:15:30+00:60",
        "\u0662026-11-22T10:15:30Z", datetime(2026, 1, 1), True,  # noqa: DTZ001 - naive
    ],
    "Day": ["2026-02-29", "2026-1-1", "20260101", "0001-01-01", "9999-12-31", "today", 20260101,
            "2026-11-22T00:00:00Z", "2026-11-22\n", datetime(2026, 1, 1, tzinfo=UTC)],
    "CurrencyCode": ["eur", "EU", "EURO", "XXX", "XAU", "DEM", "ZZZ", "", 978],
    "TimeZone": ["", "europe/vilnius", "../../etc/passwd", "/etc/localtime",
                 "Mars/Base", "Factory"],
    "Cron": ["", "* * * *", "* * * * * *", "60 0 * * *", "0 0 30 2 *", "* * * * *", "*/30 * * * *",
             "@daily", "0 0 * * MON-", "0  0 * * *"],
}  # fmt: skip
ACCEPTED = {
    "Id": ["c-7", "null", "0001", "=1+1", "<b>", "../x", "{{x}}", "e\u0301", "\u202eabc", " a "],
    "Key": ["gold", "a", "0-a_b", "a" * 63],
    "Name": ["Ünïcode", "金", "a\u200fb"],
    "Text": ["", "two\nlines\tand a tab"],
    "Money": ["0", "0.00", "120.50", "999999999999.999999", "0.000001"],
    "SignedMoney": ["-20.00", "0", "-0.01"],
    "Rate": ["1.10", "0.0000000001"],
    "Percent": ["0", "7.5", "99.99", "100", "100.00"],
    "Count": [0, 2**31 - 1],
    "CurrencyCode": ["EUR", "JPY", "BHD", "CLF"],
    "TimeZone": ["Europe/Vilnius", "UTC", "Etc/GMT+12", "America/Argentina/Buenos_Aires"],
    "Cron": ["15 0 * * *", "0 * * * *", "0 0 29 2 *", "0 0 * * 7", "0 6,18 1-7 * MON"],
}


class Colour(StrEnum):
    red = "red"


def _cases(table):
    return [(kind, value) for kind, values in table.items() for value in values]


def _read(kind, value):
    return create_model("One", __base__=Schema, value=(getattr(schemas, kind), ...))(value=value)


@pytest.mark.parametrize(("kind", "value"), _cases(REFUSED))
def test_what_a_kind_refuses(kind, value):
    with pytest.raises(ValidationError):
        _read(kind, value)


@pytest.mark.parametrize(("kind", "value"), _cases(ACCEPTED))
def test_what_a_kind_takes_comes_back_unchanged(kind, value):
    assert _read(kind, value).value == value


@pytest.mark.parametrize("kind", [*REFUSED])
def test_input_and_output_have_one_json_schema(kind):
    model = create_model("One", __base__=Schema, value=(getattr(schemas, kind), ...))

    schema = model.model_json_schema()

    assert schema == model.model_json_schema(mode="serialization")
    assert "ge" not in schema["properties"]["value"]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-22T10:15:30Z", datetime(2026, 11, 22, 10, 15, 30, tzinfo=UTC)),
        ("2026-11-22t10:15:30+02:00", datetime(2026, 11, 22, 8, 15, 30, tzinfo=UTC)),
        ("2026-11-22T10:15:30.123456789z", datetime(2026, 11, 22, 10, 15, 30, 123456, tzinfo=UTC)),
        ("2026-11-22T10:15:30.5-23:59", datetime(2026, 11, 23, 10, 14, 30, 500000, tzinfo=UTC)),
    ],
)
def test_an_instant_becomes_utc(text, instant):
    assert _read("Instant", text).value == instant


def test_a_day_is_a_date():
    assert _read("Day", "2024-02-29").value == date(2024, 2, 29)


def test_parameters_are_read_from_text():
    assert _read("PositiveParam", "250").value == 250
    assert _read("FlagParam", "true").value is True
    assert _read("FlagParam", "false").value is False


class Inner(Schema):
    number: int
    type: str = "x"


class Outer(Schema):
    """Fields named like parts of a core schema are fields all the same."""

    inner: tuple[Inner, ...] | MISSING = MISSING
    colour: Colour | MISSING = MISSING
    flag: bool | MISSING = MISSING
    metadata: dict[str, int] | MISSING = MISSING
    default: int | MISSING | None = MISSING


@pytest.mark.parametrize(
    "body",
    [
        {"flag": 1},
        {"flag": "true"},
        {"inner": [{"number": "1"}]},
        {"inner": [{"number": True}]},
        {"inner": [{"number": 1.0}]},
        {"inner": [{"number": 1, "type": 5}]},
        {"inner": None},
        {"colour": "blue"},
        {"metadata": {"a": "1"}},
        {"default": "1"},
        {"unknown": 1},
    ],
)
def test_a_schema_coerces_no_scalar(body):
    with pytest.raises(ValidationError):
        Outer.model_validate(body)


def test_a_schema_reads_what_json_has():
    body = {"inner": [{"number": 1}], "colour": "red", "flag": False, "default": None}

    read = Outer.model_validate(body)

    assert read.inner == (Inner(number=1),)
    assert read.colour is Colour.red
    assert read.model_dump(exclude_unset=True, mode="json") == body
    assert Outer.model_validate({}).model_dump() == {}


def test_exponents_are_those_of_iso_4217():
    assert [exponents()[code] for code in ("JPY", "EUR", "BHD", "CLF")] == [0, 2, 3, 4]
