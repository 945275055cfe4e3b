"""A database built by revisions equals one built from the models, to the last constraint."""

import pytest
from sqlalchemy import text

from app.kit.db import connect
from app.kit.migrations import migrate, revision_of
from app.models import metadata
from tests import databases

COLUMNS = """
SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default, collation_name
  FROM information_schema.columns WHERE table_schema = 'public'
 ORDER BY table_name, column_name"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"""
INDEXES = """
SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
 ORDER BY tablename, indexname"""


@pytest.fixture
async def empty_url(server):
    async with databases.empty(server) as url:
        yield url


async def catalog(url):
    db = connect(url, pool=1, overflow=0)
    async with db.engine.connect() as connection:
        found = [
            [tuple(row) for row in await connection.execute(text(statement))]
            for statement in (COLUMNS, CONSTRAINTS, INDEXES)
        ]
    await db.close()
    return [[row for row in part if row[0] != "alembic_version"] for part in found]


async def test_revisions_build_what_the_models_say(database_url, empty_url):
    db = connect(empty_url, pool=1, overflow=0)
    async with db.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await db.close()

    by_models = await catalog(empty_url)
    by_revisions = await catalog(database_url)

    assert by_revisions == by_models


async def test_a_step_down_and_up_again_leaves_nothing_behind(empty_url):
    db = connect(empty_url, pool=1, overflow=0)
    await migrate(db)
    before = await catalog(empty_url)

    await migrate(db, "base")
    nothing = await revision_of(db)
    await migrate(db)

    assert nothing is None
    assert await catalog(empty_url) == before
    await db.close()


async def test_every_constraint_and_index_has_its_name_by_rule(database_url):
    _, constraints, indexes = await catalog(database_url)

    endings = ("_pkey", "_key", "_check", "_fkey", "_not_null")
    assert [row[1] for row in constraints if not row[1].endswith(endings)] == []
    assert [row[1] for row in indexes if not row[1].endswith(("_pkey", "_key", "_idx"))] == []
    assert all(row[1].startswith(row[0]) for row in [*constraints, *indexes])
