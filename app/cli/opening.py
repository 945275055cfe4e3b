"""What every command begins with: the settings, the database, the program it is about."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from app.customers import stones
from app.kit.clock import Clock, SystemClock
from app.kit.db import READ_ONLY, Database, Session
from app.kit.opening import Place, opened
from app.programs import service as programs
from app.settings import Settings, read_settings

Answer = TypeVar("Answer")
AUTHOR = "cli"
CANNOT_START = 78  # EX_CONFIG

Program = Annotated[str, typer.Option("--program", "-p", help="The key of the program.")]


class Refused(Exception):
    """The command cannot be done; its text says why."""


@dataclass(frozen=True, slots=True)
class Office:
    """What a command works with."""

    settings: Settings
    db: Database
    clock: Clock

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Session]:
        """A transaction that only reads, everything as of its first statement."""
        async with self.db.transaction() as session:
            await (await session.connection()).execute(READ_ONLY)
            yield session

    async def program_id(self, key: str) -> UUID:
        """Raises Refused for a program that is not there."""

        async def find(session: Session) -> UUID | None:
            return await programs.program_id_of(session, key)

        found = await self.db.run(find)
        if found is None:
            message = f'There is no program "{key}".'
            raise Refused(message)
        return found


def work(do: Callable[[Office], Awaitable[Answer]]) -> Answer:
    """Do it with the database of the settings, in an event loop of its own."""

    async def run() -> Answer:
        async with office() as found:
            return await do(found)

    return asyncio.run(run())


@asynccontextmanager
async def office() -> AsyncIterator[Office]:
    """The settings' database, open and fit. Raises SettingsInvalid and CannotStart."""
    settings, clock = read_settings(), SystemClock()
    async with opened(place_of(settings), clock) as db:
        stones.equip(db, settings.seal())
        yield Office(settings, db, clock)


def place_of(settings: Settings) -> Place:
    """Where the data of these settings is."""
    return Place(
        settings.database_url,
        settings.data_dir,
        settings.pg_bindir,
        settings.pool,
        settings.pool_overflow,
        settings.wal_archive,
    )
