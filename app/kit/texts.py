"""How texts are read: each function gives the value, or refuses with a code and a sentence."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from ipaddress import ip_network
from itertools import islice
from typing import Any, LiteralString, NoReturn, TypeVar
from uuid import UUID
from zoneinfo import available_timezones

from cronsim import CronSim, CronSimError
from iso4217 import Currency
from pydantic_core import PydanticCustomError

ONE_LINE = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$"
MANY_LINES = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$"
INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?"
    r"([Zz]|[+-][0-9]{2}:[0-5][0-9])"
)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INTEGER = re.compile(r"0|-?[1-9][0-9]{0,18}")
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
EARLIEST, LATEST = 1900, 2999
MOST_FIRINGS = 24
NOT_PLACES = {"Factory", "localtime", "posixrules"}

Moment = TypeVar("Moment", date, datetime)
REFUSALS: dict[LiteralString, LiteralString] = {
    "blank": "Must hold more than blanks.",
    "not_above_zero": "Must be above zero.",
    "integer_invalid": "Must be a plain integer.",
    "flag_invalid": "Must be true or false.",
    "id_invalid": "Must be an id as we gave it.",
    "instant_invalid": "Must be an RFC 3339 instant with an offset.",
    "instant_impossible": "There is no such instant from 1900 to 2999.",
    "day_invalid": "Must be a date written YYYY-MM-DD.",
    "day_impossible": "There is no such date from 1900 to 2999.",
    "currency_unknown": "Must be an ISO 4217 code in use that has minor units.",
    "time_zone_unknown": "Must be the name of an IANA time zone.",
    "network_invalid": "Must be an address or a range like 203.0.113.0/24.",
    "cron_invalid": "Must be a cron expression of five fields, of times and days that exist.",
    "cron_never": "This schedule never fires.",
    "cron_too_often": "This schedule fires more than 24 times a day.",
}


def not_blank(text: str) -> str:
    if not text.strip():
        refuse("blank")
    return text


def above_zero(text: str) -> str:
    if not Decimal(text):
        refuse("not_above_zero")
    return text


def integer(value: Any) -> int:
    if isinstance(value, str) and INTEGER.fullmatch(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return refuse("integer_invalid")


def flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    return refuse("flag_invalid")


def uuid(value: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    if isinstance(value, str) and UUID_TEXT.fullmatch(value):
        return UUID(value)
    return refuse("id_invalid")


def instant(value: Any) -> datetime:
    """An RFC 3339 date-time with an offset, as UTC. Digits below a microsecond are cut."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    found = INSTANT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        refuse("instant_invalid")
    on, at, fraction, offset = found.groups()
    try:
        text = f"{on}T{at}.{(fraction or '0'):0<6.6}{offset.upper()}"
        read = datetime.fromisoformat(text)
        return _in_range(read if read.tzinfo is UTC else read.astimezone(UTC))
    except (ValueError, OverflowError):
        refuse("instant_impossible")


def day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or DAY.fullmatch(value) is None:
        refuse("day_invalid")
    try:
        return _in_range(date.fromisoformat(value))
    except ValueError:
        refuse("day_impossible")


def currency(code: str) -> str:
    if code not in exponents():
        refuse("currency_unknown")
    return code


def time_zone(name: str) -> str:
    if name not in _zones():
        refuse("time_zone_unknown")
    return name


def network(addresses: str) -> str:
    """One address, or a range of them; the whole Internet is no range."""
    try:
        found = ip_network(addresses)
    except ValueError:
        refuse("network_invalid")
    if not found.prefixlen:
        refuse("network_invalid")
    return str(found)


def cron(expression: str) -> str:
    """Five fields that fire at least once in fifty years and at most hourly."""
    since = datetime(2024, 1, 1, tzinfo=UTC)
    try:
        firings = list(islice(CronSim(expression, since), MOST_FIRINGS + 1))
    except CronSimError:
        refuse("cron_invalid")
    if not firings:
        refuse("cron_never")
    if len(firings) > MOST_FIRINGS and (firings[MOST_FIRINGS] - firings[0]).days < 1:
        refuse("cron_too_often")
    return expression


@cache
def exponents() -> dict[str, int]:
    """The number of decimals of each currency in use."""
    known = ((one.code, one.exponent) for one in Currency)
    return {code: exponent for code, exponent in known if exponent is not None}


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - NOT_PLACES)


def _in_range(value: Moment) -> Moment:
    if not EARLIEST <= value.year <= LATEST:
        raise ValueError
    return value


def refuse(code: LiteralString) -> NoReturn:
    raise PydanticCustomError(code, REFUSALS[code])
