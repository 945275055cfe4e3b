"""How a card speaks: every language whole; money, dates and shares as people write them."""

import re
from datetime import date

import pytest

from app.evaluation.card.speech import LANGUAGES, WORDS, Speech, words
from app.policy.criteria import Metric

FIELD = re.compile(r"\{(\w+)\}")


def plain(text):
    return text.replace("\xa0", " ").replace("\u202f", " ")


def test_every_language_has_its_file_and_every_file_its_language():
    assert {path.stem for path in WORDS.iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_with_the_same_fields(language):
    def fields(one):
        return {key: set(FIELD.findall(text)) for key, text in words(one).items()}

    assert fields(language) == fields("en")
    assert all(words(language).values())


@pytest.mark.parametrize("metric", Metric)
def test_every_metric_has_a_name(metric):
    assert Speech("en", "EUR", 2).say(metric.value)


@pytest.mark.parametrize(
    ("language", "currency", "exponent", "amount", "said"),
    [
        ("en", "EUR", 2, "1234567.80", "€1,234,567.80"),
        ("de", "EUR", 2, "1234567.80", "1.234.567,80 €"),
        ("ru", "EUR", 2, "1234567.80", "1 234 567,80 €"),
        ("en", "USD", 2, "0.05", "$0.05"),
        ("de", "JPY", 0, "12000", "12.000 ¥"),
        ("en", "KWD", 3, "1.234", "KWD 1.234"),
        ("ru", "RUB", 2, "450.00", "450,00 ₽"),
        ("en", "IQD", 3, "0.400", "IQD 0.400"),
    ],
)
def test_money_keeps_the_decimals_of_its_currency(language, currency, exponent, amount, said):
    assert plain(Speech(language, currency, exponent).money(amount)) == said


@pytest.mark.parametrize(
    ("language", "percent", "day"),
    [("en", "7.25%", "November 3, 2026"), ("de", "7,25 %", "3. November 2026"),
     ("ru", "7,25 %", "3 ноября 2026 г.")],  # noqa: RUF001
)  # fmt: skip
def test_shares_and_dates_are_written_as_people_do(language, percent, day):
    speech = Speech(language, "EUR", 2)

    assert plain(speech.percent("7.25")) == percent
    assert plain(speech.percent("10.00")) == percent.replace("7.25", "10").replace("7,25", "10")
    assert plain(speech.day(date(2026, 11, 3))) == day


def test_what_is_named_is_not_read_as_a_message():
    assert Speech("en", "EUR", 2).say("next", level="{x} {0} %s") == "Next: {x} {0} %s"
