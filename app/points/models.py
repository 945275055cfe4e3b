from datetime import date, datetime
from uuid import UUID

from app.kit.tables import Table, column, index, one_of

KINDS = ("earned", "bonus", "adjusted", "redeemed")


class PointsEntry(Table, table=True):
    """One line of a member's points ledger; append-only, reversals are lines of their own.

    `recorded`: the member's version then, which orders the lines. `level_key`: whose entry bonus
    it is. `activity_id`, `customer_id`: which activity of whom, as an order has its key.
    """

    __tablename__ = "points_entries"
    __table_args__ = (
        one_of("kind", KINDS),
        index("member_id", "day"),
        index("order_key", where="order_key IS NOT NULL"),
        index("program_id", "customer_id", where="customer_id IS NOT NULL"),
    )

    member_id: UUID = column("uuid", key=True)
    entry_id: UUID = column("uuid", key=True)
    program_id: UUID = column("uuid")
    kind: str = column("text")
    points: int = column("bigint")
    day: date = column("day")
    order_key: UUID | None = column("uuid", null=True)
    reason: str | None = column("text", null=True)
    author: str | None = column("text", null=True)
    recorded_at: datetime = column("instant")
    recorded: int = column("bigint", default="0")
    level_key: str | None = column("text", null=True)
    activity_id: str | None = column("text", null=True)
    customer_id: UUID | None = column("uuid", null=True)
