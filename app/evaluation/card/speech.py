"""How a card speaks: its words in one language; money, dates and numbers as people write them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, parse_pattern

from app.policy.criteria import Metric

WORDS = Path(__file__).parent / "words"
Language = Literal["en", "de", "ru"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT: Language = "en"
MONEY = {Metric.spend, Metric.largest_order}
RANGE = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?")
CODE_BEFORE_DIGIT = re.compile(r"(?<=[A-Za-z])(?=[0-9])")  # as CLDR spaces currencies; babel: not
MOST_RANGES = 20
NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Speech:
    """One language and one currency, which has `exponent` decimals."""

    language: Language
    currency: str
    exponent: int

    def say(self, key: str, **named: str) -> str:
        """A message of `words/<language>.toml`."""
        return words(self.language)[key].format(**named)

    def amount(self, metric: Metric, value: str | int) -> str:
        """What a metric counts: money, or a number."""
        return self.money(str(value)) if metric in MONEY else self.number(str(value))

    def money(self, amount: str) -> str:
        """With the currency's own number of decimals: none is rounded away."""
        locale = self._locale
        pattern = parse_pattern(locale.currency_formats["standard"].pattern)
        pattern.frac_prec = (self.exponent, self.exponent)
        said = pattern.apply(Decimal(amount), locale, self.currency, currency_digits=False)
        return CODE_BEFORE_DIGIT.sub(NO_BREAK, said)

    def percent(self, percent: str) -> str:
        """At most two decimals, as discounts have."""
        pattern = parse_pattern(self._locale.percent_formats[None].pattern)
        pattern.frac_prec = (0, 2)
        return str(pattern.apply(Decimal(percent).scaleb(-2), self._locale))

    def number(self, number: str) -> str:
        return format_decimal(Decimal(number), locale=self._locale, decimal_quantization=False)

    def day(self, day: date) -> str:
        return format_date(day, "long", self._locale)

    @property
    def _locale(self) -> Locale:
        return Locale(self.language)


@cache
def words(language: Language) -> Mapping[str, str]:
    """The messages of a language."""
    return tomllib.loads((WORDS / f"{language}.toml").read_text("utf-8"))


def preferred(header: str | None) -> Language:
    """The first of our languages that an Accept-Language asks for, else English."""
    asked = [RANGE.fullmatch(part) for part in (header or "").split(",")[:MOST_RANGES]]
    found = [(one[1].lower(), Decimal(one[2] or 1)) for one in asked if one]
    liked = sorted((one for one in found if one[1]), key=lambda one: -one[1])
    ours = {str(one): one for one in LANGUAGES}
    return next((ours[name] for name, _ in liked if name in ours), DEFAULT)
