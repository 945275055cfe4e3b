"""Databases of a test's own on the server of the run."""

from contextlib import asynccontextmanager
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kit.db import connect
from app.kit.migrations import migrate


@asynccontextmanager
async def copy(server, template):
    """Of a database that nobody is using."""
    name = f"tiers_test_{uuid4().hex[:12]}"
    admin = create_async_engine(server.admin, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with admin.connect() as connection:
        await connection.execute(
            text(f'CREATE DATABASE {name} OWNER "{server.owner.username}" TEMPLATE {template}')
        )
    yield server.owner.set(database=name).render_as_string(hide_password=False)
    async with admin.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def empty(server):
    return copy(server, "template1")


@asynccontextmanager
async def fresh(server):
    """At the newest revision."""
    async with empty(server) as url:
        db = connect(url)
        await migrate(db)
        await db.close()
        yield url
