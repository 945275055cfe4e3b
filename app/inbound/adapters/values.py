"""Values as platforms write them, read strictly into ours. Each raises Unreadable."""

import re
from datetime import UTC, datetime
from decimal import ROUND_05UP, Decimal
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from app.inbound.adapters.contract import NO_INSTANT, Reason, Rules, Unreadable
from app.kit import texts
from app.kit.strict_json import MAX_DIGITS
from app.orders.statuses import mapped

PLAIN_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
EPOCH = re.compile(r"[0-9]{1,11}")
LOCAL = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?"
    r"([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
RFC_2822 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}"
    r" (?:[+-][0-9]{4}|GMT)"
)
ID = re.compile(texts.ONE_LINE)
YES = frozenset({"true", "1", "y", "yes", "да"})
NO = frozenset({"false", "0", "n", "no", "нет", ""})
MOST_ID = 255
MOST_SHOWN = 100
MOST_MONEY = 10**12
MOST_NUMBER = 10**MAX_DIGITS
DECIMALS = Decimal("0.000001")
NOTHING = Decimal(0)


def as_amount(value: Any, pointer: str = "") -> Decimal | None:
    """Plain digits with a point, in a text or as a JSON number; null and "" are None.

    Digits beyond the sixth decimal are cut so that rounding once more cannot differ.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Unreadable(Reason.bad_amount, pointer)
    if isinstance(value, str) and not PLAIN_NUMBER.fullmatch(value):
        raise Unreadable(Reason.bad_amount, pointer)
    amount = Decimal(value)
    if not amount.is_finite() or amount.adjusted() >= len(str(MOST_MONEY)):
        raise Unreadable(Reason.bad_amount, pointer)
    return amount if amount == (cut := amount.quantize(DECIMALS, ROUND_05UP)) else cut


def as_money(value: Any, pointer: str = "") -> Decimal | None:
    """An amount that is not negative and that money may be."""
    amount = as_amount(value, pointer)
    if amount is not None and not 0 <= amount < MOST_MONEY:
        raise Unreadable(Reason.bad_amount, pointer)
    return amount


def as_id(value: Any, pointer: str = "") -> str | None:
    """An identifier as text; null, 0 and "" are None."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < MOST_NUMBER:
        value = str(value)
    if not isinstance(value, str) or not _is_id(value):
        raise Unreadable(Reason.not_valid, pointer)
    return None if value in ("", "0") else value


def as_instant(value: Any, pointer: str = "", zone: ZoneInfo | None = None) -> datetime | None:
    """ISO 8601 with an offset, or without one where `zone` tells it; null and "" are None."""
    if value is None or value == "":
        return None
    found = LOCAL.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found[4] is None and zone is None):
        raise Unreadable(Reason.bad_time, pointer)
    on, at, fraction, offset = found.groups()
    text = f"{on}T{at}.{(fraction or '0'):0<6.6}{(offset or '').upper()}"
    try:
        read = datetime.fromisoformat(text)
        return _known(read if read.tzinfo else read.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        raise Unreadable(Reason.bad_time, pointer) from None


def as_epoch(value: Any, pointer: str = "") -> datetime | None:
    """Whole seconds since 1970, as a number or a text; null, 0 and "" are None."""
    if value is None or value == "":
        return None
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not EPOCH.fullmatch(text):
        raise Unreadable(Reason.bad_time, pointer)
    if not int(text):
        return None
    try:
        return _known(datetime.fromtimestamp(int(text), UTC))
    except (ValueError, OverflowError):
        raise Unreadable(Reason.bad_time, pointer) from None


def as_mail_date(value: Any, pointer: str = "") -> datetime | None:
    """RFC 2822, as in "Tue, 25 Jun 2019 15:00:00 +0000"; null and "" are None."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not RFC_2822.fullmatch(value):
        raise Unreadable(Reason.bad_time, pointer)
    try:
        read = parsedate_to_datetime(value)
        return _known(read if read.tzinfo else read.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise Unreadable(Reason.bad_time, pointer) from None


def as_flag(value: Any, pointer: str = "") -> bool:
    """true, 1, Y, да and their opposites in any case; null and "" are no."""
    text = "" if value is None else str(value).strip().casefold()
    if text in YES:
        return True
    if text not in NO:
        raise Unreadable(Reason.bad_flag, pointer)
    return False


def as_currency(value: Any, rules: Rules, pointer: str = "") -> str:
    """The ISO 4217 code of what the platform writes; "" and null are looked up under ""."""
    written = value if isinstance(value, str) else ""
    code = rules.currency_map.get(written, written.upper())
    if code not in texts.exponents():
        raise Unreadable(Reason.unknown_currency, pointer, shown(written))
    return code


def as_status(raw: str, rules: Rules, pointer: str = "") -> str:
    """Ours, as the source's map says; it is asked again when the map is edited."""
    if (status := mapped(rules.status_map, raw)) is not None:
        return status
    raise Unreadable(Reason.unmapped_status, pointer, shown(raw))


def content_id(topic: str, body: bytes) -> str:
    """The event id of a body that has none of its own inside what is signed."""
    told = topic.encode(errors="backslashreplace")
    return sha256(told + b"\n" + body).hexdigest()[:32]


def dated_id(identifier: str, instant: datetime | None) -> str:
    """An id of a body without any instant: A → B → A must not be a duplicate."""
    return f"{identifier}{NO_INSTANT}{as_text(instant) if instant else ''}"


def signed_id(identifier: str, body: bytes) -> str:
    """The platform's own id, or the content's where that is no id of ours."""
    fit = identifier not in ("", "0") and _is_id(identifier)
    return identifier if fit else content_id("", body)


def as_text(instant: datetime) -> str:
    """RFC 3339 in UTC."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def shown(text: str) -> str:
    """A text of the body, fit to be kept and shown."""
    return "".join(one if one.isprintable() else "?" for one in text[:MOST_SHOWN])


def _known(instant: datetime) -> datetime:
    instant = instant.astimezone(UTC)
    if not texts.EARLIEST <= instant.year <= texts.LATEST:
        raise ValueError
    return instant


def _is_id(text: str) -> bool:
    is_text = text.encode(errors="replace").decode() == text
    return len(text) <= MOST_ID and is_text and ID.fullmatch(text) is not None
