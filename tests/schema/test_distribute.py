"""The move to a cluster, towards a stand-in of Citus's catalog.

The stand-in notes what it is asked to do; that Citus itself does it is for tests marked `citus`.
"""

from uuid import uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kit.citus import moving as mover
from app.kit.citus import revisions
from app.kit.citus.moving import CannotDistribute, moving
from app.kit.db import connect
from app.kit.migrations import LOCK, migrate
from app.models import PLACEMENTS
from tests.jobs import world

MOVED = sorted(table for table, one in PLACEMENTS.items() if one.kind != "local")

FOUND = text("SELECT 'logical' AS wal_level FROM pg_extension WHERE extname = 'citus'")
STAND_IN = (
    "SET allow_system_table_mods = on",
    """INSERT INTO pg_extension
       SELECT 4242, 'citus', 10, 2200, false, '13.2-1', NULL, NULL""",
    "CREATE TABLE pg_dist_node (groupid int, shouldhaveshards bool, isactive bool, noderole text)",
    """CREATE TABLE pg_dist_partition (logicalrelid regclass, partmethod text, partkey text,
                                        colocationid int, repmodel text)""",
    "INSERT INTO pg_dist_node VALUES (0, false, true, 'primary'), (1, true, true, 'primary')",
    """CREATE FUNCTION column_to_column_name(regclass, text) RETURNS text
       LANGUAGE sql AS 'SELECT $2'""",
    """CREATE FUNCTION create_reference_table(regclass) RETURNS void LANGUAGE sql AS
       $$ INSERT INTO pg_dist_partition VALUES ($1, 'n', NULL, 1, 't') $$""",
    """CREATE FUNCTION create_distributed_table_concurrently(of regclass, by text,
                                                              colocate_with text)
       RETURNS void LANGUAGE sql AS $$
       INSERT INTO pg_dist_partition
       SELECT of, 'h', by, coalesce((SELECT colocationid FROM pg_dist_partition
              WHERE logicalrelid = to_regclass(colocate_with)), CAST(CAST(of AS oid) AS int)), 's'
       $$""",
    """CREATE FUNCTION create_distributed_table(of regclass, by text, colocate_with text)
       RETURNS void LANGUAGE sql AS
       'SELECT create_distributed_table_concurrently(of, by, colocate_with)'""",
    "GRANT ALL ON pg_dist_partition, pg_dist_node TO PUBLIC",
)


@pytest.fixture(scope="module")
async def spread_url(server):
    """A migrated database with the stand-in."""
    name = f"tiers_citus_{uuid4().hex[:12]}"
    admin = create_async_engine(server.admin, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with admin.connect() as connection:
        await connection.execute(text(f'CREATE DATABASE {name} OWNER "{server.owner.username}"'))
    url = server.owner.set(database=name)
    db = connect(url.render_as_string(hide_password=False), pool=1, overflow=0)
    await migrate(db)
    await db.close()
    within = create_async_engine(
        server.admin.set(database=name), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    async with within.connect() as connection:
        owned = f'ALTER TABLE pg_dist_partition OWNER TO "{server.owner.username}"'
        for statement in (*STAND_IN, owned):
            await connection.execute(text(statement))
    yield url.render_as_string(hide_password=False)
    async with admin.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def db(spread_url, monkeypatch):
    monkeypatch.setattr(mover, "EXTENSION", FOUND)
    found = connect(spread_url, pool=3, overflow=0)
    await world.execute(found, "TRUNCATE pg_dist_partition")
    yield found
    await found.close()


def tables(steps):
    return [step.table for step in steps]


async def move(db):
    async with moving(db, PLACEMENTS) as left:
        await left.run(lambda _: None)
        return tables(left.steps)


async def test_each_table_is_moved_once_and_a_second_run_does_nothing(db):
    first = await move(db)
    second = await move(db)

    assert sorted(first) == MOVED
    assert second == []


async def test_a_run_that_failed_goes_on_where_it_stood(db):
    await world.execute(db, "ALTER TABLE pg_dist_partition ADD CHECK (partkey <> 'order_key')")

    with pytest.raises(CannotDistribute, match="order_refs was not moved"):
        await move(db)
    await world.execute(
        db, "ALTER TABLE pg_dist_partition DROP CONSTRAINT pg_dist_partition_partkey_check"
    )
    left = await move(db)

    assert "order_refs" in left
    assert "programs" not in left
    assert await move(db) == []


@pytest.mark.parametrize(
    ("begin", "end", "told"),
    [
        (
            (
                "CREATE TRIGGER told AFTER INSERT ON orders FOR EACH ROW"
                " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
            ),
            "DROP TRIGGER told ON orders",
            "orders has a trigger",
        ),
        (
            "ALTER TABLE orders ADD CONSTRAINT near FOREIGN KEY (member_id) REFERENCES members",
            "ALTER TABLE orders DROP CONSTRAINT near",
            "members has a foreign key",
        ),
        (
            "ALTER TABLE contracts ADD COLUMN number int GENERATED ALWAYS AS IDENTITY",
            "ALTER TABLE contracts DROP COLUMN number",
            "contracts has an identity",
        ),
        (
            "UPDATE alembic_version SET version_num = '20261122_engine'",
            "UPDATE alembic_version SET version_num = '20261122_roles'",
            "migrate first",
        ),
    ],
)
async def test_nothing_is_moved_where_a_table_cannot_be(db, begin, end, told):
    head = await world.fetch(db, "SELECT version_num FROM alembic_version")
    await world.execute(db, begin)

    with pytest.raises(CannotDistribute, match=told):
        await move(db)

    await world.execute(db, end.replace("20261122_roles", head[0].version_num))
    assert await world.fetch(db, "SELECT * FROM pg_dist_partition") == []
    assert sorted(await move(db)) == MOVED


async def test_a_service_of_another_release_and_a_migration_are_waited_out(db, spread_url):
    other = connect(spread_url, pool=1, overflow=0)
    async with other.engine.connect() as connection:
        await connection.execute(text("SET application_name = 'tiers/0.0.1'"))
        with pytest.raises(CannotDistribute, match=r"Another release is connected: tiers/0\.0\.1"):
            await move(db)
        await connection.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
        with pytest.raises(CannotDistribute, match="A migration"):
            await move(db)
    await other.close()

    assert sorted(await move(db)) == MOVED


async def test_without_citus_nothing_is_changed_and_it_says_so(database_url):
    plain = connect(database_url, pool=2, overflow=0)

    with pytest.raises(CannotDistribute, match="no Citus extension: nothing"):
        await move(plain)
    await plain.close()


def new_tables(connection):
    with Operations.context(MigrationContext.configure(connection)):
        connection.execute(text("CREATE TABLE notes (member_id uuid PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE words (word text PRIMARY KEY)"))
        revisions.distribute("notes", "member_id", beside="members")
        revisions.reference("words")


async def test_a_revision_spreads_its_new_tables_where_the_database_is_spread(db):
    await move(db)
    async with db.engine.connect() as connection:
        await connection.run_sync(new_tables)
        found = await connection.execute(
            text(
                "SELECT CAST(a.logicalrelid AS text), a.partmethod, a.partkey,"
                " a.colocationid = b.colocationid"
                " FROM pg_dist_partition a, pg_dist_partition b"
                " WHERE a.logicalrelid IN (to_regclass('notes'), to_regclass('words'))"
                " AND b.logicalrelid = to_regclass('members') ORDER BY 1"
            )
        )
        spread = [tuple(one) for one in found]

    assert spread == [("notes", "h", "member_id", True), ("words", "n", None, False)]


@pytest.mark.parametrize("with_citus", [True, False])
async def test_a_revision_does_nothing_where_it_is_not(db, database_url, with_citus):
    asked = db if with_citus else connect(database_url, pool=1, overflow=0)
    async with asked.engine.connect() as connection:
        await connection.run_sync(new_tables)
    await asked.close()

    assert await world.fetch(db, "SELECT * FROM pg_dist_partition") == []
