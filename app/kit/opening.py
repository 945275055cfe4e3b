"""Opens the database of a process, or says in one line per fault why it must not be used."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app.kit.clock import Clock
from app.kit.db import Database, connect, rows_as, sql
from app.kit.failures import shown
from app.kit.fitness import Facts
from app.kit.migrations import CannotMigrate, in_range, migrate
from app.kit.postgres import PostgresUnavailable, start

FACTS = sql(__file__, "startup_facts")
REACHABLE_WITHIN = 30.0


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
    pool: int = 20
    overflow: int = 0
    archive: Path | None = None


@dataclass(frozen=True, slots=True)
class Addresses:
    """Of one database: as its owner, who migrates, and as the role that the service works under."""

    owner: str
    service: str


@asynccontextmanager
async def opened(place: Place, clock: Clock) -> AsyncIterator[Database]:
    """The database, fit to serve. An embedded one is started, and migrated first.

    Raises CannotStart with every fault at once.
    """
    async with AsyncExitStack() as stack:
        at = await stack.enter_async_context(running(place))
        if not place.url:
            await _bring_up(at.owner)
        db = connect(at.service, pool=place.pool, overflow=place.overflow)
        stack.push_async_callback(db.close)
        await _reach(db)
        if lines := await faults(db, clock, place.pool + place.overflow):
            raise CannotStart(lines)
        yield db


@asynccontextmanager
async def running(place: Place) -> AsyncIterator[Addresses]:
    """Where the server is, an embedded one as long as the block lasts. Raises CannotStart."""
    if place.url:
        yield Addresses(place.url, place.url)
        return
    try:
        server = await start(place.data_dir, bindir=place.bindir, archive=place.archive)
    except PostgresUnavailable as error:
        raise CannotStart([str(error)]) from error
    except OSError as error:
        raise CannotStart([f"{place.data_dir}: {error.strerror or error}"]) from error
    try:
        yield Addresses(server.url, server.service_url)
    finally:
        await server.stop()


async def faults(db: Database, clock: Clock, connections: int) -> list[str]:
    """Why this database must not be served from."""
    is_migrated = await in_range(db)
    return (await facts(db)).faults(clock.now(), connections, is_migrated=is_migrated)


async def facts(db: Database) -> Facts:
    """What the server says of itself."""
    async with db.transaction() as session:
        return (await rows_as(session, Facts, FACTS))[0]


async def _bring_up(owner_url: str) -> None:
    db = connect(owner_url, pool=1, overflow=0, statement_timeout="60s")
    try:
        await migrate(db)
    except CannotMigrate as error:
        raise CannotStart([str(error)]) from error
    finally:
        await db.close()


async def _reach(db: Database) -> None:
    until = time.monotonic() + REACHABLE_WITHIN
    while True:
        try:
            await facts(db)
        except Exception as error:
            if shown(error) is None or time.monotonic() > until:
                raise CannotStart(["The database cannot be reached."]) from error
            await asyncio.sleep(0.5)
        else:
            return
