"""Spreads a database over the machines of its cluster, table by table, while it is used."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from asyncpg import PostgresError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app import VERSION
from app.kit.citus.placements import Placements
from app.kit.citus.plan import Cluster, Found, Step, faults, plan
from app.kit.db import Database, sql
from app.kit.migrations import LOCK, is_newest

EXTENSION, NODES, FOUND = (sql(__file__, name) for name in ("extension", "nodes", "found"))
OBSTACLES, STRANGERS = (sql(__file__, name) for name in ("obstacles", "strangers"))
ALONE = text(f"SELECT pg_try_advisory_lock({LOCK})")  # with migrations
NOT_ALONE = text(f"SELECT pg_advisory_unlock({LOCK})")
AT_LEISURE = text(
    "SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '10s', false)"
)
LONGEST = 7 * 86_400.0  # seconds: rows are copied as long as it takes
NO_CITUS = "This database has no Citus extension: nothing was changed, and nothing needs to be."


class CannotDistribute(Exception):
    """A table stays where it is; `lines` say why, one for each fault."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = list(lines)


@asynccontextmanager
async def moving(db: Database, placements: Placements) -> AsyncIterator["Moving"]:
    """What is still to be done, with no migration beside it. Raises CannotDistribute."""
    async with db.engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        if not await connection.scalar(ALONE):
            message = "A migration or another `distribute` is under way."
            raise CannotDistribute(message)
        try:
            yield Moving(connection, await _steps(db, connection, placements))
        finally:
            await connection.execute(NOT_ALONE)


class Moving:
    """The steps that are left. Each stands once it is done: begun anew, it goes on from there."""

    def __init__(self, connection: AsyncConnection, steps: list[Step]) -> None:
        self._connection = connection
        self.steps = steps

    async def run(self, told: Callable[[Step], None]) -> None:
        """All steps; `told` of each before it. Raises CannotDistribute."""
        await self._connection.execute(AT_LEISURE)
        driver: Any = (await self._connection.get_raw_connection()).driver_connection
        for step in self.steps:
            told(step)
            try:
                await driver.execute(step.statement, timeout=LONGEST)
            except PostgresError as error:
                refused = f"{step.table} was not moved: {error}"
                again = "What was moved before stays. Run it again once this is mended."
                raise CannotDistribute(refused, again) from error


async def _steps(db: Database, connection: AsyncConnection, placements: Placements) -> list[Step]:
    cluster = await _cluster(connection)
    steps = plan(placements, cluster.found)
    binds = {"tables": [step.table for step in steps]}
    held = (await connection.execute(OBSTACLES, binds)).all()
    others = await connection.scalars(STRANGERS, {"release": f"/{VERSION}"})
    lines = [
        *faults(placements, cluster),
        *(f"{one.table} {one.reason}: its rows cannot be moved." for one in held),
        *(f"Another release is connected: {name}. Stop it first." for name in others),
    ]
    if not await is_newest(db):
        lines.append("The schema is of another release: migrate first.")
    if lines:
        raise CannotDistribute(*lines)
    return steps


async def _cluster(connection: AsyncConnection) -> Cluster:
    extension = (await connection.execute(EXTENSION)).first()
    if extension is None:
        raise CannotDistribute(NO_CITUS)
    nodes = (await connection.execute(NODES)).one()
    tables = [Found(**one._mapping) for one in await connection.execute(FOUND)]  # noqa: SLF001 - SQLAlchemy's public name
    found = {one.table: one for one in tables}
    return Cluster(extension.wal_level, nodes.registered, nodes.workers, found)
