"""JSON bodies: parsed strictly, then asked field by field, each refusal with its pointer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from app.inbound.adapters.contract import Reason, Unreadable
from app.inbound.adapters.values import (
    as_amount,
    as_epoch,
    as_id,
    as_instant,
    as_mail_date,
    as_money,
    shown,
)
from app.kit.strict_json import DuplicateKey, Unparsable, parse_json

MOST_KEYS = 100_000
NO_FIELD_HOLDS = Decimal("NaN")
Value = TypeVar("Value")
FRACTION = re.compile(r"-?[0-9]{1,18}\.[0-9]{1,18}")


def parse(body: bytes, most_keys: int = MOST_KEYS) -> Any:
    """The value of a JSON body, its fractions as decimals. Raises Unreadable."""
    try:
        return parse_json(body, most_keys, _fraction)
    except Unparsable as error:
        raise Unreadable(Reason.not_parsable, "", str(error)) from None
    except DuplicateKey as error:
        raise Unreadable(Reason.not_valid, "", str(error)) from None


def _fraction(digits: str) -> Decimal:
    return Decimal(digits) if FRACTION.fullmatch(digits) else NO_FIELD_HOLDS


@dataclass(frozen=True, slots=True)
class Part:
    """An object of a body, and where it stands. A field that is absent is one that is null."""

    value: Mapping[str, Any]
    pointer: str = ""

    @classmethod
    def of(cls, value: Any, pointer: str = "") -> Self:
        """The value as an object. Raises Unreadable."""
        if not isinstance(value, dict):
            raise Unreadable(Reason.not_valid, pointer)
        return cls(value, pointer)

    @classmethod
    def of_body(cls, body: bytes) -> Self:
        return cls.of(parse(body))

    def has(self, *names: str) -> bool:
        """Whether all these fields are there, be they null."""
        return self.value.keys() >= set(names)

    def get(self, name: str) -> Any:
        return self.value.get(name)

    def at(self, name: str) -> str:
        """The pointer of a field."""
        return f"{self.pointer}/{name.replace('~', '~0').replace('/', '~1')}"

    def part(self, name: str) -> Self | None:
        value = self.get(name)
        return None if value is None else self.of(value, self.at(name))

    def needed_part(self, name: str) -> Self:
        return self._needed(name, self.part(name))

    def members(self, name: str) -> list[Any]:
        """The values of a list; none where there is no list."""
        value = self.get(name)
        if value is not None and not isinstance(value, list):
            raise Unreadable(Reason.not_valid, self.at(name))
        return value or []

    def parts(self, name: str) -> list[Self]:
        """The objects of a list; none where there is no list."""
        members = enumerate(self.members(name))
        return [self.of(one, f"{self.at(name)}/{place}") for place, one in members]

    def text(self, name: str) -> str | None:
        value = self.get(name)
        if value is not None and not isinstance(value, str):
            raise Unreadable(Reason.not_valid, self.at(name))
        return value

    def needed_text(self, name: str) -> str:
        return self._needed(name, self.text(name))

    def id(self, name: str) -> str | None:
        return as_id(self.get(name), self.at(name))

    def needed_id(self, name: str) -> str:
        return self._needed(name, self.id(name))

    def amount(self, name: str) -> Decimal | None:
        """With its sign."""
        return as_amount(self.get(name), self.at(name))

    def money(self, name: str) -> Decimal | None:
        return as_money(self.get(name), self.at(name))

    def needed_money(self, name: str) -> Decimal:
        return self._needed(name, self.money(name))

    def instant(self, name: str, zone: ZoneInfo | None = None) -> datetime | None:
        """`zone`: of instants that are written without one."""
        return as_instant(self.get(name), self.at(name), zone)

    def epoch(self, name: str) -> datetime | None:
        return as_epoch(self.get(name), self.at(name))

    def mail_date(self, name: str) -> datetime | None:
        return as_mail_date(self.get(name), self.at(name))

    def mismatch(self, topic: str) -> Unreadable:
        """The shape of this body does not fit the topic that came with it."""
        return Unreadable(Reason.topic_mismatch, self.pointer, shown(topic))

    def _needed(self, name: str, value: Value | None) -> Value:
        if value is None:
            raise Unreadable(Reason.missing_field, self.at(name))
        return value
