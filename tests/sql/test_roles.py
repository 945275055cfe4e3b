"""I45: the service's role can add evidence, and neither change it nor the schema."""

import pytest
from sqlalchemy.exc import DBAPIError

from app.kit.db import connect, sqlstate
from app.models import metadata
from tests.jobs import world
from tests.roles import as_service

REFUSED = "42501"
TABLES = {table.name: table for table in metadata.sorted_tables}
MAY_CHANGE = {
    "order_events": {"outcome", "reason", "detail"},
    "changes": {"feed_seq"},
    "program_versions": set(),
    "points_entries": set(),
}
CHANGE = "UPDATE {0} SET {1} = {1}"
SCHEMA = [
    "CREATE TABLE mine (x int)",
    "ALTER TABLE orders ADD COLUMN mine int",
    "ALTER TABLE positions DROP CONSTRAINT positions_pkey",
    "DROP TABLE day_totals",
    "CREATE INDEX mine ON orders (program_id)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER FUNCTION forget_raw(uuid, uuid[], uuid[]) SECURITY INVOKER",
    "UPDATE alembic_version SET version_num = version_num",
    "ALTER ROLE tiers_app SUPERUSER",
    "SET ROLE tiers",
    "SET SESSION AUTHORIZATION tiers",
    "CREATE ROLE mine",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_switch_wal()",
]


FACT = (
    "INSERT INTO order_events (member_id, event_key, program_id, source, event_id, type,"
    " received_at, content_hash, outcome) SELECT id, id, id, 'api', '1', 'order.deleted',"
    " created_at, '', 'accepted' FROM programs WHERE id = :id"
)


@pytest.fixture
async def owner(database_url):
    found = connect(database_url, pool=1, overflow=0)
    yield found
    await found.close()


@pytest.fixture
async def service(database_url):
    found = connect(as_service(database_url), pool=1, overflow=0)
    yield found
    await found.close()


async def said(service, statement, **binds):
    """PostgreSQL's word for the refusal; None when it was done."""
    try:
        await world.execute(service, statement, **binds)
    except DBAPIError as error:
        return sqlstate(error)
    return None


@pytest.mark.parametrize("table", MAY_CHANGE)
async def test_evidence_stays_as_it_was_written(service, table):
    columns = [column.name for column in TABLES[table].columns]
    told = {name: await said(service, CHANGE.format(table, name)) for name in columns}

    assert {name for name, state in told.items() if state is None} == MAY_CHANGE[table]
    assert set(told.values()) <= {None, REFUSED}
    assert await said(service, f"DELETE FROM {table}") == REFUSED


async def test_no_table_can_be_emptied_at_once(service):
    assert {await said(service, f"TRUNCATE {table}") for table in TABLES} == {REFUSED}


@pytest.mark.parametrize("statement", SCHEMA)
async def test_the_schema_and_the_server_are_not_its_own(service, statement):
    assert await said(service, statement) == REFUSED


async def test_everything_else_can_be_read_added_changed_and_deleted(service):
    for name in TABLES:
        await world.execute(service, f"SELECT FROM {name} LIMIT 1")
        if name not in MAY_CHANGE:
            await world.execute(service, f"DELETE FROM {name}")


async def test_the_facts_of_a_program_that_is_no_sandbox_outlast_it(owner, service):
    program_id = await world.program(owner)
    await world.execute(service, FACT, id=program_id)

    told = await said(service, "SELECT end_evidence(:id)", id=program_id)

    kept = "SELECT 1 FROM order_events WHERE program_id = :id"
    assert told == REFUSED
    assert len(await world.fetch(owner, kept, id=program_id)) == 1


async def test_raw_bytes_go_and_nothing_else_of_the_fact(owner, service):
    program_id = await world.program(owner)
    await world.execute(service, FACT, id=program_id)
    kept = "SELECT * FROM order_events WHERE program_id = :id"
    raw = "UPDATE order_events SET raw = 'x', headers = '{}' WHERE program_id = :id"
    [before] = await world.fetch(owner, kept, id=program_id)
    await world.execute(owner, raw, id=program_id)

    await world.execute(
        service, "SELECT forget_raw(:id, ARRAY[CAST(:id AS uuid)], ARRAY[CAST(:id AS uuid)])",
        id=program_id,
    )  # fmt: skip

    assert await world.fetch(owner, kept, id=program_id) == [before]


async def test_nobody_else_may_call_the_owner_s_functions(owner):
    found = await world.fetch(
        owner,
        "SELECT proname, has_function_privilege('public', oid, 'EXECUTE') AS anybody, proconfig"
        " FROM pg_proc WHERE prosecdef AND pronamespace = CAST('public' AS regnamespace)",
    )

    assert {one.proname for one in found} >= {"forget_raw", "end_evidence"}
    assert [one.proname for one in found if one.anybody] == []
    assert [one.proname for one in found if "pg_temp" not in one.proconfig[0]] == []
