"""A revision waits briefly for its lock, is tried again, and gives up with a line."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from app.kit import migrations
from app.kit.db import connect
from app.kit.migrations import StillLocked, StillWaiting, migrate, revision_of
from tests.schema.test_range import OURS
from tests.schema.test_revisions import empty_url

__all__ = ["empty_url"]

STEPS = {
    "noting": """op.execute("CREATE TABLE noted AS SELECT current_setting('lock_timeout') AS lock,"
               " current_setting('statement_timeout') AS statement")""",
    "altering": """op.execute("ALTER TABLE members ADD COLUMN noted text")""",
    "indexing": """
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS programs_name_idx")
        op.execute("CREATE INDEX CONCURRENTLY programs_name_idx ON programs (name)")""",
}
REVISION = """
from alembic import op

revision = "{name}"
down_revision = "{below}"


def upgrade() -> None:
    {does}
"""
SLOW = {
    "patient": """
    op.execute("CREATE TABLE built AS SELECT '' AS before, '' AS after, '' AS waits")
    op.execute('''CREATE FUNCTION limited(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
        BEGIN
            ASSERT current_setting('statement_timeout') = '10min';
            ASSERT current_setting('lock_timeout') = '2s';
            RETURN $1;
        END $$''')""",
    "building": """
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY built_idx ON built (limited(before))")
    op.execute("DROP INDEX built_idx")
    op.execute("UPDATE built SET after = current_setting('statement_timeout'),"
               " waits = current_setting('lock_timeout')")""",
}
INDEX = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('programs_name_idx')"
HELD = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "SELECT 1 FROM {}"


@pytest.fixture
def later(tmp_path):
    """A table, a column that waits for readers, an index that waits for every old snapshot."""
    below = OURS
    for name, does in STEPS.items():
        (tmp_path / f"{name}.py").write_text(REVISION.format(name=name, below=below, does=does))
        below = name
    return tmp_path


@pytest.fixture
async def db(empty_url):
    found = connect(empty_url, pool=4, overflow=0, statement_timeout="30s")
    await migrate(found)
    yield found
    await found.close()


@pytest.fixture
def hasty(monkeypatch):
    """Who waits for a lock gives up soon."""
    monkeypatch.setattr(migrations, "FIRST_WAITS", ())
    monkeypatch.setattr(migrations, "LONGEST_WAIT", "50ms")
    monkeypatch.setattr(migrations, "BUILD_LIMITS", ("600s", "50ms"))
    monkeypatch.setattr(migrations, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(migrations, "LONGEST_PAUSE", 0.01)


async def holder(stack, db, table):
    """A transaction that has read the table and stays open."""
    connection = await stack.enter_async_context(db.engine.connect())
    for statement in HELD:
        await connection.execute(text(statement.format(table)))
    return connection


async def locked_out(told, after):
    """Wait until the revision after this one has lost its lock."""
    async with asyncio.timeout(20):
        while not any(one.get("revision") == after for one in told):  # noqa: ASYNC110 - a log
            await asyncio.sleep(0.01)


async def ask(db, statement):
    async with db.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(statement))]


@pytest.mark.usefixtures("hasty")
async def test_a_revision_that_lost_its_lock_is_tried_again(db, later):
    async with AsyncExitStack() as stack:
        reader = await holder(stack, db, "members")
        with capture_logs() as told:
            async with asyncio.TaskGroup() as group:
                group.create_task(migrate(db, also=later))
                await locked_out(told, "noting")
                other = await holder(stack, db, "programs")
                await reader.rollback()
                await locked_out(told, "altering")
                await other.rollback()

    assert {one["event"] for one in told} == {"revision_locked_out"}
    assert await revision_of(db) == "indexing"
    assert await ask(db, INDEX) == [(True,)]


async def test_a_revision_waits_longer_for_its_lock_with_each_try(db, later, monkeypatch):
    waits = []

    def move(connection, *_):
        waits.append(connection.scalar(text("SHOW lock_timeout")))
        connection.execute(text("SET LOCAL lock_timeout = '10ms'"))
        connection.execute(text("LOCK TABLE members"))

    monkeypatch.setattr(migrations, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(migrations, "TRIES", 4)
    monkeypatch.setattr(migrations, "_move", move)
    async with AsyncExitStack() as stack:
        await holder(stack, db, "members")
        with capture_logs(), pytest.raises(StillLocked):
            await migrate(db, also=later)

    assert waits == ["500ms", "1s", "2s", "2s"]


@pytest.mark.usefixtures("hasty")
async def test_a_revision_that_never_gets_its_lock_is_given_up_in_one_line(db, later):
    async with AsyncExitStack() as stack:
        await holder(stack, db, "members")
        with capture_logs() as told, pytest.raises(StillLocked, match="stands at noting: a table"):
            await migrate(db, also=later)

    assert [one["attempts"] for one in told] == [*range(1, migrations.TRIES)]
    assert await revision_of(db) == "noting"


async def test_revisions_have_their_own_time_outs_and_leave_none_behind(db, later):
    await migrate(db, "noting", also=later)

    assert await ask(db, "SELECT lock, statement FROM noted") == [("500ms", "1min")]
    assert await ask(db, "SHOW statement_timeout") == [("30s",)]


async def test_an_index_is_built_with_more_time_than_other_statements_have(db, tmp_path):
    below = OURS
    for name, does in SLOW.items():
        (tmp_path / f"{name}.py").write_text(REVISION.format(name=name, below=below, does=does))
        below = name

    await migrate(db, also=tmp_path)

    assert await ask(db, "SELECT after, waits FROM built") == [("1min", "500ms")]


async def test_who_waits_behind_another_runner_is_told_so_in_one_line(db):
    async with db.engine.connect() as runner:
        await runner.execute(text(f"SELECT pg_advisory_lock({migrations.LOCK})"))

        with pytest.raises(StillWaiting, match="Another migration runs for more than"):
            await migrate(db, wait=0.1)
