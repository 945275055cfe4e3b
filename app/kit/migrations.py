"""Brings the schema to the newest revision; safe with any number of replicas at once."""

import asyncio
import os
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.db import Database, sqlstate
from app.kit.logs import log

LOCK = 7_203_461_188_001  # of the session, polled: a waiting lock deadlocks with index builds
ROOT = Path(__file__).parents[2]
SERVED = text("SELECT obj_description(to_regclass('alembic_version'), 'pg_class')")
LIMIT = "60s"
LONGEST_WAIT = "2s"
FIRST_WAITS = "500ms", "1s"  # for a lock: whoever comes behind waits as long
BUILD_LIMITS = "600s", LONGEST_WAIT  # holds up nobody; the driver waits for no statement longer
CONCURRENTLY = re.compile(
    r"\s*(CREATE|DROP|REINDEX)\b.*\bCONCURRENTLY\b", re.IGNORECASE | re.DOTALL
)
# Of the session, because SET LOCAL ends where an index is built concurrently.
SETTINGS = {
    "lock_timeout": LONGEST_WAIT,
    "statement_timeout": LIMIT,
    "citus.multi_shard_modify_mode": "sequential",  # means nothing to plain PostgreSQL
}
SET = [f"set_config('{name}', '{value}', false)" for name, value in SETTINGS.items()]
BRIEFLY = text(f"SELECT {', '.join(SET)}")
AS_BEFORE = tuple(text(f"RESET {name}") for name in SETTINGS)
WAIT = "lock_timeout"  # in what is remembered of the connection
NO_LOCK = frozenset({"55P03", "40P01"})
TRIES = 10
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0


class CannotMigrate(Exception):
    """The schema stays at the last revision that was applied."""


class NotOurs(CannotMigrate):
    """The schema is of a later release, which does not say that this code runs on it."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"The schema is at {revision}, which this code does not know.")


class StillLocked(CannotMigrate):
    """Others held what the next revision needs, at each of its tries."""

    def __init__(self, revision: str | None) -> None:
        stands = f"The schema stands at {revision or 'nothing'}"
        super().__init__(f"{stands}: a table is locked for too long. See pg_stat_activity.")


class StillWaiting(CannotMigrate):
    """Another runner is at work, for longer than this one waits."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Another migration runs for more than {seconds:g} s; try again later.")


async def migrate(
    db: Database, revision: str = "head", *, wait: float = 120.0, also: Path | None = None
) -> None:
    """Apply all revisions up to `revision`; one replica does it, the others wait for it.

    A statement waits half a second for a lock, as whoever comes behind it waits as long. A revision
    that did not get it is tried again, with a wait of one second, then of two. No statement takes
    more than 60 s, but for building an index concurrently. A schema of a later release on which
    this code runs is left as it is. `also`: a folder of more revisions. Raises StillWaiting after
    `wait` seconds behind another runner, NotOurs and StillLocked.
    """
    async with db.engine.connect() as connection:
        await _lock(connection, wait)
        try:
            await connection.run_sync(_let_indexes_take_longer)
            await _move_patiently(connection, revision, also)
        finally:
            await connection.rollback()
            for statement in (*AS_BEFORE, text(f"SELECT pg_advisory_unlock({LOCK})")):
                await connection.execute(statement)
            await connection.commit()


async def revision_of(db: Database) -> str | None:
    """The revision the database stands at, None for an empty one."""
    async with db.engine.connect() as connection:
        return await connection.run_sync(_here)


async def is_newest(db: Database) -> bool:
    """Whether the database stands at the newest revision that this code knows."""
    return await revision_of(db) == _newest()


async def in_range(db: Database) -> bool:
    """Whether this code runs on the schema: its own, or a later one that says so.

    One short statement, so that readiness can ask it each time.
    """
    async with db.engine.connect() as connection:
        return await connection.run_sync(_serves, _newest())


def note_served(connection: Connection, at: str | None) -> None:
    """Write beside the revision whose code still runs on it, for code that knows none later.

    To be called in the transaction of each step, up or down.
    """
    scripts = ScriptDirectory.from_config(context.config)
    steps = scripts.iterate_revisions(at or "base", "base")
    served = served_by((one.revision, getattr(one.module, "expands", False)) for one in steps)
    connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{' '.join(served)}'"))


def served_by(steps: Iterable[tuple[str, bool]]) -> list[str]:
    """The revisions whose code runs on the first of `steps`, which go from the newest down.

    With each: whether it only expands, so that code of the one below runs on it too.
    """
    found = []
    for revision, expands in steps:
        found.append(revision)
        if not expands:
            break
    return found


async def _lock(connection: AsyncConnection, wait: float) -> None:
    try:
        async with asyncio.timeout(wait):
            while True:
                got = await connection.scalar(text(f"SELECT pg_try_advisory_lock({LOCK})"))
                await connection.commit()
                if got:
                    return
                await asyncio.sleep(0.2)
    except TimeoutError as error:
        raise StillWaiting(wait) from error


def _let_indexes_take_longer(connection: Connection) -> None:
    """Of each statement that this connection is given, by its words: none can be forgotten."""

    def limit(cursor: Any, most: str, wait: str) -> None:
        cursor.execute(f"SET statement_timeout = '{most}'")
        cursor.execute(f"SET lock_timeout = '{wait}'")

    def before(_: Connection, cursor: Any, statement: str, *__: Any) -> None:
        if CONCURRENTLY.match(statement):
            limit(cursor, *BUILD_LIMITS)

    def after(_: Connection, cursor: Any, statement: str, *__: Any) -> None:
        if CONCURRENTLY.match(statement):
            limit(cursor, LIMIT, connection.info[WAIT])

    event.listen(connection, "before_cursor_execute", before)
    event.listen(connection, "after_cursor_execute", after)


async def _wait_briefly(connection: AsyncConnection, tried: int) -> None:
    """Set the time-outs of a revision that was tried so often in vain."""
    await connection.execute(BRIEFLY)
    wait = FIRST_WAITS[tried] if tried < len(FIRST_WAITS) else LONGEST_WAIT
    await connection.execute(text(f"SET lock_timeout = '{wait}'"))
    await connection.commit()
    connection.info[WAIT] = wait


async def _move_patiently(connection: AsyncConnection, revision: str, also: Path | None) -> None:
    lost: Counter[str | None] = Counter()
    here = None
    while True:
        try:
            await _wait_briefly(connection, lost[here])
            await connection.run_sync(_move, revision, also)
            await connection.commit()
        except DBAPIError as error:
            if sqlstate(error) not in NO_LOCK:
                raise
            await connection.rollback()
            here = await connection.run_sync(_here)
            await connection.commit()
            lost[here] += 1
            if lost[here] == TRIES:
                raise StillLocked(here) from error
            log("revision_locked_out", "warning", revision=here, attempts=lost[here], error=error)
            await asyncio.sleep(min(FIRST_PAUSE * 2 ** (lost[here] - 1), LONGEST_PAUSE))
        else:
            return


def _move(connection: Connection, revision: str, also: Path | None) -> None:
    config = _config(also)
    config.attributes["connection"] = connection
    here = _here(connection)
    serves = _serves(connection, _head(config))
    connection.commit()
    known = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    if here is not None and here not in known:
        if revision == "head" and serves:
            return
        raise NotOurs(here)
    behind = known[known.index(here) :] if here else []
    if revision in {"base", *behind}:
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def _serves(connection: Connection, revision: str | None) -> bool:
    """Whether code whose newest revision is this one runs on the schema."""
    return revision in (connection.scalar(SERVED) or "").split() or _here(connection) == revision


def _here(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _newest() -> str | None:
    """The newest revision that this code knows; its files are read once."""
    return _head(_config())


def _head(config: Config) -> str | None:
    return ScriptDirectory.from_config(config).get_current_head()


def _config(also: Path | None = None) -> Config:
    config = Config(str(ROOT / "alembic.ini"))
    if also is not None:
        config.set_main_option("path_separator", "os")
        folders = [str(ROOT / "alembic" / "versions"), str(also)]
        config.set_main_option("version_locations", os.pathsep.join(folders))
    return config
