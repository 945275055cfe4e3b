from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Self
from uuid import UUID

from app.kit.ids import computed_id
from app.kit.tables import ROOM_FOR_UPDATES, Table, at_least, column, holds, index, one_of


class Member(Table, table=True):
    """A customer, an organization or a contract; also the home of a guest's order.

    `version` is raised by every transaction that touches the member's facts or positions: the
    update is the member's lock, the number guards every check's decision.
    """

    __tablename__ = "members"
    __table_args__ = (
        one_of("kind", ("customer", "organization", "contract", "guest")),
        at_least("version", 1),
        at_least("change_seq", 0),
        index("program_id", "kind", "external_id"),
        index("program_id", "member_id", where="NOT decided"),
        index("program_id", "counting"),
        index("merged_into", where="merged_into IS NOT NULL"),
        ROOM_FOR_UPDATES,
    )

    member_id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    kind: str = column("text")
    external_id: str | None = column("text", null=True)  # null = erased
    joined_on: date | None = column("day", null=True)
    known_on: date = column("day")  # the program's date on which it first became known
    tags: list[str] = column("texts", default="'{}'")
    currency: str | None = column("text", null=True)
    version: int = column("bigint")
    counting: int = column("integer")  # the program's `counting` under which its orders stand
    change_seq: int = column("integer", default="0")
    decided: bool = column("flag", default="false")  # False: `start` is still ahead of it
    merged_into: UUID | None = column("uuid", null=True)
    created_at: datetime = column("instant")


class EraseKeyRow(Table, table=True):
    """The key that the stones of the erased are made with, sealed; the installation's only one."""

    __tablename__ = "erase_keys"
    __table_args__ = (one_of("name", ("erase",)),)

    name: str = column("text", key=True)
    sealed: bytes = column("bytes")
    created_at: datetime = column("instant")


class Representation(Table, table=True):
    """A customer orders for an organization from `from_on` through `until_on` (null = open)."""

    __tablename__ = "representations"
    __table_args__ = (
        holds("days", "until_on >= from_on"),
        index("program_id", "organization_id"),
    )

    member_id: UUID = column("uuid", key=True)  # the customer
    organization_id: UUID = column("uuid", key=True)
    from_on: date = column("day", key=True)
    program_id: UUID = column("uuid")
    until_on: date | None = column("day", null=True)
    recorded: int = column("bigint")  # the greater is the newer, also among customers merged


@dataclass(frozen=True, slots=True)
class Who:
    """A member by its ids; a guest's external id is its order key."""

    member_id: UUID
    kind: str
    external_id: str

    @staticmethod
    @lru_cache(maxsize=65_536)
    def of(program_id: UUID, kind: str, external_id: str) -> "Who":
        """The member's id is computed, so concurrent first facts of one member converge."""
        return Who(computed_id(program_id, kind, external_id), kind, external_id)

    @classmethod
    def existing(cls, member_id: UUID) -> Self:
        """A member that is known to exist: only its lock is wanted."""
        return cls(member_id, "guest", "")


@dataclass(frozen=True, slots=True)
class Locked:
    """A member as it stands under this transaction's lock."""

    member_id: UUID
    kind: str
    external_id: str | None
    version: int
    counting: int
    is_new: bool
    merged_into: UUID | None

    @property
    def erased(self) -> bool:
        return self.external_id is None

    @property
    def removed(self) -> bool:
        """Merged away or erased: nothing is decided for it any more."""
        return self.merged_into is not None or self.erased


@dataclass(frozen=True, slots=True)
class Represents:
    """One representation of a customer; `until_on` is its last day, None = open."""

    member_id: UUID
    organization_id: UUID
    from_on: date
    until_on: date | None
    recorded: int

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a member itself; tags are sorted. `external_id` None = erased."""

    member_id: UUID
    kind: str
    external_id: str | None
    joined_on: date | None
    tags: list[str]
    currency: str | None
    merged_into: UUID | None
