"""Brings the schema to the newest revision; safe with any number of replicas at once."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.db import Database

LOCK = 7_203_461_188_001  # of the session, polled: a waiting lock deadlocks with index builds
ROOT = Path(__file__).parents[2]


async def migrate(db: Database, revision: str = "head", *, wait: float = 120.0) -> None:
    """Apply all revisions up to `revision`; one replica does it, the others wait for it.

    Raises TimeoutError after `wait` seconds behind another runner.
    """
    async with db.engine.connect() as connection:
        await _lock(connection, wait)
        try:
            await connection.run_sync(_move, revision)
            await connection.commit()
        finally:
            await connection.rollback()
            await connection.execute(text(f"SELECT pg_advisory_unlock({LOCK})"))
            await connection.commit()


async def revision_of(db: Database) -> str | None:
    """The revision the database stands at, None for an empty one."""
    async with db.engine.connect() as connection:
        return await connection.run_sync(
            lambda raw: MigrationContext.configure(raw).get_current_revision()
        )


def head() -> str | None:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


async def _lock(connection: AsyncConnection, wait: float) -> None:
    async with asyncio.timeout(wait):
        while True:
            got = await connection.scalar(text(f"SELECT pg_try_advisory_lock({LOCK})"))
            await connection.commit()
            if got:
                return
            await asyncio.sleep(0.2)


def _move(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    here = MigrationContext.configure(connection).get_current_revision()
    connection.commit()
    behind = ScriptDirectory.from_config(config).iterate_revisions(here or "base", "base")
    if revision in {"base", *(one.revision for one in behind)}:
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def _config() -> Config:
    return Config(str(ROOT / "alembic.ini"))
