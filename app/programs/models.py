from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from app.kit.tables import Table, UniqueConstraint, at_least, column


class Program(Table, table=True):
    """One merchant's tier program: the tenant."""

    __tablename__ = "programs"
    __table_args__ = (UniqueConstraint("key"), at_least("version", 1), at_least("counting", 1))

    id: UUID = column("uuid", key=True)
    key: str = column("text")
    name: str = column("text")
    version: int = column("integer")
    counting: int = column("integer")  # raised by every edit that counts orders anew
    sandbox_day: date | None = column("day", null=True)  # set = a sandbox; its today
    checked_on: date | None = column("day", null=True)  # the last date a scheduled check finished
    overrides_on: date | None = column("day", null=True)  # overrides that turn are done up to here
    recheck_at: datetime | None = column("instant", null=True)  # an edit asks for a full check
    recheck_occasion: str | None = column("text", null=True)  # rules_changed or resync
    recheck_keep: int | None = column("integer", null=True)  # nobody falls below this version's
    created_at: datetime = column("instant")


class ProgramVersion(Table, table=True):
    """A definition as it was published; never updated."""

    __tablename__ = "program_versions"

    program_id: UUID = column("uuid", key=True)
    version: int = column("integer", key=True)
    definition: dict[str, Any] = column("json")
    removed: dict[str, Any] = column("json")  # ladder → gone level → levels that were below it
    counting: int = column("integer")
    author: str = column("text")
    request_id: str | None = column("text", null=True)
    note: str | None = column("text", null=True)
    published_at: datetime = column("instant")


class ExchangeRate(Table, table=True):
    """Units of the program's currency for one unit of `currency` on `day`; the last value set."""

    __tablename__ = "exchange_rates"

    program_id: UUID = column("uuid", key=True)
    currency: str = column("text", key=True)
    day: date = column("day", key=True)
    rate: Decimal = column("number")
    set_at: datetime = column("instant")


class ProgramRow(NamedTuple):
    """A program as it was read."""

    id: UUID
    key: str
    name: str
    version: int
    counting: int
    sandbox_day: date | None
    checked_on: date | None
    recheck_at: datetime | None
    recheck_occasion: str | None
    recheck_keep: int | None
    created_at: datetime


class VersionRow(NamedTuple):
    """A published definition as it was read."""

    version: int
    definition: dict[str, Any]
    removed: dict[str, Any]
    author: str
    note: str | None
    published_at: datetime


class ProgramSummary(NamedTuple):
    """A program with the settings that name it."""

    key: str
    name: str
    version: int
    sandbox_day: date | None
    created_at: datetime
    currency: str
    time_zone: str
    enabled: bool


class VersionSummary(NamedTuple):
    version: int
    author: str
    note: str | None
    published_at: datetime


class NewVersion(NamedTuple):
    """A version to be published; the program's row moves with it."""

    program_id: UUID
    version: int
    definition: dict[str, Any]
    removed: Mapping[str, Any]
    counting: int
    author: str
    request_id: str | None
    note: str | None
    at: datetime


class Recheck(NamedTuple):
    """The check that edits ask for: when, why, and whose version nobody may fall below.

    `forget_checks`: the next scheduled check looks at every member instead.
    """

    at: datetime | None = None
    occasion: str | None = None
    keep: int | None = None
    forget_checks: bool = False
