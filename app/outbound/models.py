from datetime import datetime
from uuid import UUID

from app.kit.tables import Table, column


class Feed(Table, table=True):
    """How far the relay has numbered the changes of one program."""

    __tablename__ = "feeds"

    program_id: UUID = column("uuid", key=True)
    feed_seq: int = column("bigint", default="0")


class Lease(Table, table=True):
    """Who may do a single-handed work until when; `term` rises with every new holder."""

    __tablename__ = "leases"

    name: str = column("text", key=True)
    holder: str = column("text")
    term: int = column("bigint")
    until_at: datetime = column("instant")
