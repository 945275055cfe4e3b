"""What those who deliver read: the due of one endpoint, whatever else is stored."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.outbound.repository import deliveries, lanes
from tests.jobs import world
from tests.jobs.world import NOON
from tests.sql.plans import plan_of

ENDPOINTS = (
    "INSERT INTO endpoints (id, program_id, url, events, description, format, secret,"
    " since_feed_seq, created_at) SELECT e, :p, '', '{}', '', 'standard', '', 0, :at"
    " FROM unnest(CAST(:endpoints AS uuid[])) AS e"
)
DELIVERIES = (
    "INSERT INTO deliveries (endpoint_id, feed_seq, program_id, member_id, state, created_at,"
    " retry_at) SELECT e, n, :p, md5((n % 500)::text)::uuid,"
    " CASE WHEN n > 5000 - :pending THEN 'pending' ELSE 'delivered' END, :at,"
    " CASE WHEN n > 5000 - :due THEN CAST(:at AS timestamptz) END"
    " FROM unnest(CAST(:endpoints AS uuid[])) AS e, generate_series(1, 5000) AS n"
)


@pytest.fixture
async def busy(db):
    """Three endpoints with 5,000 deliveries each; 200 have not ended and 20 of them are due."""
    program_id, endpoints = uuid4(), [uuid4() for _ in range(3)]
    binds = {"p": program_id, "at": NOON, "endpoints": endpoints}
    await world.execute(db, ENDPOINTS, **binds)
    await world.execute(db, DELIVERIES, **binds, pending=200, due=20)
    await world.execute(db, "ANALYZE deliveries")
    await world.execute(db, "ANALYZE endpoints")
    return program_id, endpoints


@pytest.mark.parametrize("generic", [False, True])
async def test_claiming_reads_only_what_is_due(db, busy, generic):
    program_id, [endpoint, *_] = busy
    until = NOON + timedelta(seconds=30)

    plan = await plan_of(
        db,
        lanes.TAKE_DUE,
        generic=generic,
        program_id=program_id,
        endpoint_id=endpoint,
        at=NOON,
        until=until,
        most=10,
    )

    assert "deliveries_endpoint_id_retry_at_feed_seq_idx" in plan.indexes
    assert plan.read <= 40


@pytest.mark.parametrize("generic", [False, True])
async def test_releasing_reads_only_what_waits(db, busy, generic):
    program_id, [endpoint, *_] = busy
    members = await world.fetch(db, "SELECT DISTINCT member_id FROM deliveries LIMIT 10")

    plan = await plan_of(
        db,
        lanes.RELEASE_NEXT,
        generic=generic,
        program_id=program_id,
        endpoint_id=endpoint,
        member_ids=[one.member_id for one in members],
        at=NOON,
    )

    assert "deliveries_endpoint_id_member_id_feed_seq_idx" in plan.indexes
    assert plan.read <= 60


@pytest.mark.usefixtures("busy")
async def test_looking_for_endpoints_reads_one_due_of_each(db):
    plan = await plan_of(
        db,
        lanes.CLAIM_ENDPOINTS,
        holder="x",
        at=NOON,
        until=NOON + timedelta(seconds=30),
        busy=[],
        most=10,
    )

    assert "deliveries_endpoint_id_retry_at_feed_seq_idx" in plan.indexes
    assert plan.read <= 100


async def test_owing_a_change_reads_no_ended_delivery(db, busy):
    program_id, endpoints = busy

    plan = await plan_of(
        db,
        deliveries.ADD_DELIVERIES,
        endpoint_ids=endpoints,
        program_ids=[program_id] * 100,
        member_ids=[uuid4() for _ in range(100)],
        types=["tier.left"] * 100,
        feed_seqs=list(range(5_001, 5_101)),
        at=NOON,
    )

    assert plan.read <= 700
