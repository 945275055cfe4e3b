from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.kit.tables import Table, column, holds, index


class Contract(Table, table=True):
    """A contract of an organization that is a member of its own on these days (null = open)."""

    __tablename__ = "contracts"
    __table_args__ = (
        holds("days", "until_on >= from_on"),
        index("program_id", "organization_id"),
    )

    member_id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    organization_id: UUID = column("uuid")
    contract_id: str = column("text")  # as orders name it
    from_on: date = column("day")
    until_on: date | None = column("day", null=True)


@dataclass(frozen=True, slots=True)
class Contracted:
    """A contract as a value; `until_on` is its last day, None = open."""

    member_id: UUID
    organization_id: UUID
    contract_id: str
    from_on: date
    until_on: date | None

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)
