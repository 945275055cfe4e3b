"""What every table shares: one metadata, constraint names by rule, columns that mean one thing."""

from collections.abc import Iterable
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel, col, select

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

TYPES: dict[str, Any] = {
    "uuid": Uuid,
    "text": Text,
    "day": Date,
    "instant": DateTime(timezone=True),
    "integer": Integer,
    "bigint": BigInteger,
    "number": Numeric,
    "flag": Boolean,
    "json": JSONB(none_as_null=True),
    "bytes": LargeBinary,
    "texts": ARRAY(Text),
    "version": Text(collation="C"),
}
ROOM_FOR_UPDATES = {"postgresql_with": {"fillfactor": 80}}  # an update stays on its page: no index
Kind = Literal[
    "uuid", "text", "day", "instant", "integer", "bigint",
    "number", "flag", "json", "bytes", "texts", "version",
]  # fmt: skip


class Table(SQLModel):
    """The base of every table. Rows validate nothing: schemas do, and CHECKs guard."""

    metadata = metadata


def column(kind: Kind, *, key: bool = False, null: bool = False, default: str | None = None) -> Any:
    """A column of a table; `default` is the server's, as SQL."""
    server_default = None if default is None else text(default)
    made = Column(TYPES[kind], primary_key=key, nullable=null, server_default=server_default)
    return Field(sa_column=made, default=None) if null else Field(sa_column=made)


def one_of(name: str, words: Iterable[str]) -> CheckConstraint:
    """A text column holds one of the words: our enum."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{name} IN ({listed})", name=name)


def at_least(name: str, least: int) -> CheckConstraint:
    """A number is not below `least`."""
    return CheckConstraint(f"{name} >= {least}", name=name)


def holds(name: str, condition: str) -> CheckConstraint:
    """An invariant of a row that a bug must not break."""
    return CheckConstraint(condition, name=name)


def index(*columns: str, where: str | None = None) -> Index:
    """An index named by its table and columns, of the rows `where` holds."""
    condition = None if where is None else text(where)
    return Index(None, *columns, postgresql_where=condition)


def covering_key(*columns: str, also: Iterable[str]) -> PrimaryKeyConstraint:
    """The primary key, whose index holds other columns too: reads of many rows need no table."""
    return PrimaryKeyConstraint(*columns, postgresql_include=list(also))


def unique_index(name: str, *columns: str, where: str) -> Index:
    """A uniqueness among the rows `where` holds."""
    return Index(name, *columns, unique=True, postgresql_where=text(where))


__all__ = [
    "ROOM_FOR_UPDATES",
    "Table",
    "UniqueConstraint",
    "at_least",
    "col",
    "column",
    "covering_key",
    "holds",
    "index",
    "metadata",
    "one_of",
    "select",
    "unique_index",
]
