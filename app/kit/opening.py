"""Opens the database of a process, or says in one line per fault why it must not be used."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from app.kit.clock import Clock
from app.kit.db import Database, connect, row, sql
from app.kit.failures import shown
from app.kit.migrations import head, migrate, revision_of
from app.kit.postgres import PostgresUnavailable, start

FACTS = sql(__file__, "startup_facts")
REACHABLE_WITHIN = 30.0
CLOCK_MAY_DIFFER = 30.0
OLDEST_SERVER = 150_000


class CannotStart(Exception):
    """The service must not run like this; one line per fault, never a value."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Place:
    """Where the data is; without a `url` an embedded server keeps it under `data_dir`."""

    url: str
    data_dir: Path
    bindir: Path | None = None
    pool: int = 10
    overflow: int = 10


@asynccontextmanager
async def opened(place: Place, clock: Clock) -> AsyncIterator[Database]:
    """The database, fit to serve. An embedded one is started, and migrated first.

    Raises CannotStart with every fault at once.
    """
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(running(place))
        db = connect(url, pool=place.pool, overflow=place.overflow)
        stack.push_async_callback(db.close)
        if not place.url:
            await migrate(db)
        await _reach(db)
        if lines := await faults(db, clock, place.pool + place.overflow):
            raise CannotStart(lines)
        yield db


@asynccontextmanager
async def running(place: Place) -> AsyncIterator[str]:
    """The URL of the server, an embedded one as long as the block lasts. Raises CannotStart."""
    if place.url:
        yield place.url
        return
    try:
        server = await start(place.data_dir, bindir=place.bindir)
    except PostgresUnavailable as error:
        raise CannotStart([str(error)]) from error
    except OSError as error:
        raise CannotStart([f"{place.data_dir}: {error.strerror or error}"]) from error
    try:
        yield server.url
    finally:
        await server.stop()


async def faults(db: Database, clock: Clock, connections: int) -> list[str]:
    """Why this database must not be served from."""
    async with db.transaction() as session:
        facts = await row(session, FACTS)
    assert facts is not None
    revision = await revision_of(db)
    away = abs((clock.now() - facts.now.astimezone(UTC)).total_seconds())
    checks = {
        "The server is older than PostgreSQL 15.": facts.server >= OLDEST_SERVER,
        "The server runs with fsync off.": facts.fsync == "on",
        "The server runs with full_page_writes off.": facts.full_page_writes == "on",
        "The server runs with synchronous_commit off.": facts.synchronous_commit != "off",
        "The database's encoding is not UTF8.": facts.encoding == "UTF8",
        "The server's clock and ours differ by more than 30 s.": away <= CLOCK_MAY_DIFFER,
        "The pool is larger than the server's connections.": connections <= facts.connections,
        "The schema is not the one of this code: migrate.": revision == head(),
    }
    return [line for line, good in checks.items() if not good]


async def _reach(db: Database) -> None:
    until = time.monotonic() + REACHABLE_WITHIN
    while True:
        try:
            async with db.transaction() as session:
                await row(session, FACTS)
        except Exception as error:
            if shown(error) is None or time.monotonic() > until:
                raise CannotStart(["The database cannot be reached."]) from error
            await asyncio.sleep(0.5)
        else:
            return
