"""The schema keeps what Citus asks of it: spreading it stays a command. Page 3, section 7."""

import pytest

from app.kit.citus.placements import distributed
from app.kit.db import connect
from app.models import PLACEMENTS, metadata
from tests.jobs import world

KEYS = """
SELECT c.relname AS "table", i.relname AS name,
       (SELECT array_agg(a.attname ORDER BY place)
          FROM unnest(x.indkey) WITH ORDINALITY AS k (attnum, place)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
         WHERE place <= x.indnkeyatts) AS columns
  FROM pg_index x
  JOIN pg_class c ON c.oid = x.indrelid
  JOIN pg_class i ON i.oid = x.indexrelid
 WHERE c.relnamespace = 'public'::regnamespace AND x.indisunique"""
FOREIGN = "SELECT conname FROM pg_constraint WHERE contype = 'f'"
TRIGGERS = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
IDENTITIES = """
SELECT attrelid::regclass::text FROM pg_attribute
 WHERE attidentity <> '' OR attgenerated <> ''"""
SEQUENCES = (
    "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
)
VOLATILE = """
SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef
 WHERE pg_get_expr(adbin, adrelid) ~ '\\('"""
NULLABLE = """
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = 'public' AND is_nullable = 'YES'"""


@pytest.fixture
async def rows(database_url):
    db = connect(database_url, pool=1, overflow=0)

    async def found(statement):
        return [tuple(one) for one in await world.fetch(db, statement)]

    yield found
    await db.close()


def spread():
    return {table: one for table, one in PLACEMENTS.items() if one.kind == "distributed"}


def test_every_table_has_its_place_and_no_other_has():
    assert set(PLACEMENTS) == set(metadata.tables)


def test_rows_lie_by_a_column_that_is_there_beside_a_head_of_the_same_column():
    for table, one in spread().items():
        column = metadata.tables[table].c[one.by]
        head = PLACEMENTS[one.beside or table]

        assert not column.nullable, table
        assert str(column.type) == str(metadata.tables[one.beside or table].c[head.by].type), table
        assert head == distributed(head.by), table


async def test_each_unique_key_begins_with_the_column_that_spreads(rows):
    keys = await rows(KEYS)
    off = {
        name
        for table, name, columns in keys
        if (one := spread().get(table))
        if columns[0] != one.by
    }

    assert len([table for table, *_ in keys if table in spread()]) >= len(spread())
    assert off == set()


async def test_nothing_refers_across_machines_and_nothing_counts_or_fires(rows):
    assert [await rows(one) for one in (FOREIGN, TRIGGERS, IDENTITIES, SEQUENCES)] == [[]] * 4


async def test_no_default_is_computed(rows):
    assert await rows(VOLATILE) == []


async def test_the_column_that_spreads_is_never_null(rows):
    empty = set(await rows(NULLABLE))

    assert [table for table, one in spread().items() if (table, one.by) in empty] == []
    assert empty
