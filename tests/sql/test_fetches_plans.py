"""Looking for the next order to fetch reads little, however many wait for credentials."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.inbound.repository import apis
from tests.jobs import world
from tests.jobs.world import NOON
from tests.sql.plans import plan_of

WAITING, SOURCES, DUE = 20_000, 200, 5_000
SOURCE = (
    "INSERT INTO sources (id, program_id, key, token, platform, time_zone, currency_map, test,"
    " version, author, created_at) SELECT md5(CAST(n AS text))\\:\\:uuid, :p, CAST(n AS text),"
    " CAST(n AS text), 'shopify', 'UTC', '{}', false, 1, 'test', CAST(:at AS timestamptz)"
    " FROM generate_series(1, CAST(:number AS integer)) AS n"
)
API = (
    "INSERT INTO source_apis (source_id, program_id, url, sealed, pause_ms, set_at, next_at)"
    " SELECT md5(CAST(n AS text))\\:\\:uuid, :p, 'https://shop.example', '', 500,"
    " CAST(:at AS timestamptz), CAST(:at AS timestamptz) FROM generate_series(1, 20) AS n"
)
FETCHES = (
    "INSERT INTO fetches (source_id, order_id, notification, program_id, asked_at, due_at)"
    " SELECT md5(CAST(:source AS text))\\:\\:uuid, CAST(n AS text), md5(CAST(n AS text))\\:\\:uuid,"
    " :p, CAST(:at AS timestamptz), CAST(:at AS timestamptz) + n * interval '1 second'"
    " FROM generate_series(1, CAST(:number AS integer)) AS n"
)


@pytest.fixture
async def program_id(db):
    """One source of many has orders that are due, one without an API has more."""
    found = await world.program(db)
    binds = {"p": found, "at": NOON}
    await world.execute(db, SOURCE, **binds, number=SOURCES)
    await world.execute(db, API, **binds)
    await world.execute(db, FETCHES, **binds, source="100", number=WAITING)
    await world.execute(db, FETCHES, **binds, source="7", number=DUE)
    await world.execute(db, "ANALYZE sources, source_apis, fetches")
    return found


@pytest.mark.usefixtures("program_id")
@pytest.mark.parametrize("generic", [False, True], ids=["these values", "any values"])
async def test_a_shop_with_something_due_is_found_among_many(db, generic):
    plan = await plan_of(db, apis.CLAIM_API, generic=generic, at=NOON + timedelta(hours=10))

    assert "fetches_source_id_due_at_idx" in plan.indexes
    assert plan.read < 600


@pytest.mark.parametrize("generic", [False, True], ids=["these values", "any values"])
async def test_the_order_that_is_due_longest_is_claimed_without_reading_the_others(
    db, program_id, generic
):
    [source] = await world.fetch(db, "SELECT id FROM sources WHERE key = '7'")
    at = NOON + timedelta(hours=10)
    binds = {"program_id": program_id, "source_id": source.id, "at": at}
    binds |= {"holder": uuid4(), "lease_until": at + timedelta(minutes=2)}

    plan = await plan_of(db, apis.CLAIM_FETCH, generic=generic, **binds)

    assert plan.read < 100
