"""The database: engine, sessions, transactions, SQL files, and what its errors mean."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from asyncpg import PostgresError
from fastapi import Depends, Request
from sqlalchemy import CursorResult, Row, TextClause, orm, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.ext.asyncio import async_sessionmaker as sessionmaker
from sqlmodel.ext.asyncio.session import AsyncSession as Session

from app import VERSION
from app.kit import metrics
from app.kit.pools import WatchedPool, Wires

__all__ = [
    "Database",
    "Session",
    "Snapshot",
    "Storage",
    "Transaction",
    "add",
    "connect",
    "number_of",
    "once_committed",
    "retried",
    "roomy",
    "row",
    "rows",
    "rows_as",
    "run",
    "sql",
    "stream",
    "unhurried",
]

Answer = TypeVar("Answer")

RETRIED = frozenset({"40P01", "40001"})  # a lock that was not had in time has cost enough
ATTEMPTS = 6
COMMITTED = "committed"


class Overtaken(Exception):
    """What was read has changed before it was written upon; the transaction starts anew."""


@dataclass(frozen=True, slots=True)
class Database:
    """One pool; `sessions()` makes a session, a transaction begins with its first statement.

    `snapshots()` one that only reads, everything as of the instant of its first statement.
    """

    engine: AsyncEngine
    sessions: sessionmaker[Session]
    snapshots: sessionmaker[Session]
    wires: Wires

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """A unit of work: committed at the end of the block, rolled back by an exception."""
        async with self.sessions() as session:
            async with session.begin():
                yield session
            for tell in session.info.pop(COMMITTED, ()):
                tell()

    async def run(self, work: Callable[[Session], Awaitable[Answer]]) -> Answer:
        """`work` in a transaction; done again, with a bound, when another one got in its way.

        Raises what the last attempt raised.
        """
        for _ in range(ATTEMPTS - 1):
            try:
                async with self.transaction() as session:
                    return await work(session)
            except (Overtaken, DBAPIError) as error:
                if not _passes(error):
                    raise
        async with self.transaction() as session:
            return await work(session)

    async def close(self) -> None:
        await self.engine.dispose()


def connect(
    url: str,
    *,
    pool: int = 10,
    overflow: int = 10,
    wait: float = 2.0,
    statement_timeout: str = "5s",
    lock_timeout: str = "2s",
    name: str = "tiers",
) -> Database:
    """A pool towards `url`; nothing is connected before the first statement.

    `wait`: seconds for a free connection, then sqlalchemy's TimeoutError.
    """
    settings = {
        "application_name": f"{name}/{VERSION}",
        "statement_timeout": statement_timeout,
        "lock_timeout": lock_timeout,
        "idle_in_transaction_session_timeout": "15s",
        "timezone": "UTC",
        "jit": "off",
    }
    engine = create_async_engine(
        url,
        pool_size=pool,
        max_overflow=overflow,
        pool_timeout=wait,
        pool_use_lifo=True,
        poolclass=WatchedPool,
        connect_args={"server_settings": settings, "timeout": 2, "command_timeout": 660},
    )
    still = engine.execution_options(**SNAPSHOT)  # BEGIN itself says so
    return Database(engine, _sessions(engine), _sessions(still), Wires(engine))


def _sessions(engine: AsyncEngine) -> sessionmaker[Session]:
    return sessionmaker(engine, class_=Session, expire_on_commit=False)


def once_committed(session: Session, tell: Callable[[], None]) -> None:
    """Call this when the transaction is committed, and never if it is not."""
    session.info.setdefault(COMMITTED, []).append(tell)


def database(request: Request) -> Database:
    """The application's database; roots put it into the state."""
    held: Database = request.app.state.db
    return held


async def storage(request: Request) -> Database:
    return database(request)


async def transaction(request: Request) -> AsyncIterator[Session]:
    async with database(request).transaction() as session:
        yield session


async def snapshot(request: Request) -> AsyncIterator[Session]:
    async with database(request).snapshots() as session:
        yield session


Storage = Annotated[Database, Depends(storage)]
# "function": committed before the answer leaves, so a failed commit is not a 200
Transaction = Annotated[Session, Depends(transaction, scope="function")]
Snapshot = Annotated[Session, Depends(snapshot, scope="function")]

PATIENTLY = text(
    "SELECT set_config('idle_in_transaction_session_timeout', '0', true),"
    " set_config('statement_timeout', '0', true)"
)
ROOMILY = text(
    "SELECT set_config('work_mem', '32MB', true)"
    " WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('32MB')"
)
SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
READ_ONLY = text("SET TRANSACTION READ ONLY, ISOLATION LEVEL REPEATABLE READ")


def sql(module: str, name: str) -> TextClause:
    """The statement of `sql/<name>.sql` beside the module whose `__file__` is given."""
    return text((Path(module).parent / "sql" / f"{name}.sql").read_text("utf-8"))


def number_of(statement: TextClause) -> TextClause:
    """The statement that gives as `number` how many rows another one has."""
    return text(f"SELECT count(*) AS number FROM (\n{statement.text}\n) AS counted")  # noqa: S608


async def rows(session: Session, statement: TextClause, **binds: Any) -> Sequence[Row[Any]]:
    """The rows of a statement, after what the session holds unwritten."""
    return await session.run_sync(lambda held: _executed(held, statement, binds).all())


async def rows_as(
    session: Session, make: Callable[..., Answer], statement: TextClause, **binds: Any
) -> list[Answer]:
    """The rows of a statement as values; its columns are named like the value's fields."""
    found = await rows(session, statement, **binds)
    return [make(**one._mapping) for one in found]  # noqa: SLF001 - SQLAlchemy's public name


async def row(session: Session, statement: TextClause, **binds: Any) -> Row[Any] | None:
    """The only row of a statement, or None."""
    found = await rows(session, statement, **binds)
    return found[0] if found else None


async def stream(
    session: Session, statement: TextClause, **binds: Any
) -> AsyncIterator[dict[str, Any]]:
    """The rows of a statement from a cursor of the server, one by one and as long as it takes."""
    connection = await session.connection()
    await unhurried(session)
    async for one in await connection.stream(statement, binds):
        yield one._asdict()


async def unhurried(session: Session) -> None:
    """Let this transaction take its time, also between statements: whoever reads it is slow."""
    await (await session.connection()).execute(PATIENTLY)


async def roomy(session: Session) -> None:
    """Let this transaction sort and hash many rows in memory."""
    await (await session.connection()).execute(ROOMILY)


async def run(session: Session, statement: TextClause, **binds: Any) -> int:
    """Execute a statement; how many rows it wrote."""
    return await session.run_sync(lambda held: _executed(held, statement, binds).rowcount)


async def add(
    session: Session, table: str, columns: Sequence[str], added: Iterable[Mapping[str, Any]]
) -> None:
    """New rows by COPY: cheaper than INSERT for many, no dearer for one. JSON comes as text.

    After another statement of the transaction only: that one begins it.
    """
    connection = await driver(session)
    assert connection.is_in_transaction()
    records = [tuple(map(one.get, columns)) for one in added]
    try:
        await connection.copy_records_to_table(table, records=records, columns=columns)
    except PostgresError as error:
        copied = f"COPY {table}"
        raise DBAPIError(copied, None, error) from error


async def driver(session: Session) -> Any:
    """The asyncpg connection beneath, for COPY and cursors."""
    await session.flush()
    connection: AsyncConnection = await session.connection()
    raw = await connection.get_raw_connection()
    return raw.driver_connection


def sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's five characters, None when the error is not the server's."""
    return getattr(getattr(error, "orig", error), "sqlstate", None)


def constraint(error: DBAPIError) -> str | None:
    """The name of the violated constraint."""
    cause = getattr(error.orig, "__cause__", None)
    return getattr(cause, "constraint_name", None)


async def retried(session: Session, work: Callable[[], Awaitable[Answer]]) -> Answer:
    """`work` inside the transaction; undone and done again, with a bound, as `Database.run` does.

    What is undone gives its locks back. Raises what the last attempt raised.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            async with session.begin_nested():
                return await work()
        except (Overtaken, DBAPIError) as error:
            if not _passes(error):
                raise
    async with session.begin_nested():
        return await work()


def _executed(
    held: orm.Session, statement: TextClause, binds: Mapping[str, Any]
) -> CursorResult[Any]:
    """All in one greenlet: to enter one for each step costs more than the steps."""
    held.flush()
    return held.connection().execute(statement, binds)


def _passes(error: Exception) -> bool:
    state = "overtaken" if isinstance(error, Overtaken) else sqlstate(error)
    if state != "overtaken" and state not in RETRIED:
        return False
    metrics.DB_RETRIES.labels(state).inc()
    return True
