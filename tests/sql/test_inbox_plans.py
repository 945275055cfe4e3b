"""A page of the inbox reads a page, however long the inbox: also when a plan is for any values."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest

from app.evaluation import profiles
from app.inbound.inbox.service import NEWEST, OLDEST
from app.kit.db import Database, connect
from app.orders import kept, status_maps
from tests.jobs import world
from tests.jobs.world import NOON, TODAY
from tests.sql.conftest import ALL_TABLES
from tests.sql.plans import plan_of

EVENTS, HELD, ORDERS = 20_000, 400, 20_000
INBOX = (
    "INSERT INTO order_events (member_id, event_key, program_id, source, event_id, type,"
    " received_at, content_hash, raw, outcome, reason)"
    " SELECT md5(CAST(n AS text))::uuid, md5(CAST(n AS text))::uuid, :p, 'shop', CAST(n AS text),"
    " 'unknown', CAST(:at AS timestamptz) - n * interval '1 second', '',"
    " CASE WHEN n % :every = 0 THEN CAST('x' AS bytea) END,"
    " CASE WHEN n % :every = 0 THEN 'quarantined' ELSE 'accepted' END,"
    " CASE WHEN n % :every = 0 THEN 'not_valid' END"
    " FROM generate_series(1, CAST(:number AS integer)) AS n"
)
HISTORY = (
    "INSERT INTO orders (member_id, order_key, program_id, source, order_id, customer_id, history,"
    " refunds, counted_on, counted_amount, map_revision)"
    " SELECT :m, md5(CAST(n AS text))::uuid, :p, 'shop', CAST(n AS text), :m, '[]', '{}',"
    " CAST(:today AS date), 100, CASE WHEN n % 1000 = 0 THEN 1 ELSE 2 END"
    " FROM generate_series(1, CAST(:number AS integer)) AS n"
)
EITHER = pytest.mark.parametrize("generic", [False, True], ids=["these values", "any values"])


class Busy(NamedTuple):
    """A long inbox, some of it in quarantine, and a customer of many orders."""

    db: Database
    program_id: UUID
    member_id: UUID


@pytest.fixture(scope="module")
async def busy(database_url):
    db = connect(database_url, pool=2, statement_timeout="60s")
    await world.execute(db, f"TRUNCATE {ALL_TABLES}")
    program_id = await world.program(db)
    [member_id] = (await world.members(db, program_id, {"a": {}})).values()
    every = {"every": EVENTS // HELD}
    as_uuid = r"\:\:uuid"
    inbox, orders = INBOX.replace("::uuid", as_uuid), HISTORY.replace("::uuid", as_uuid)
    await world.execute(db, inbox, p=program_id, at=NOON, number=EVENTS, **every)
    await world.execute(db, orders, m=member_id, p=program_id, today=TODAY, number=ORDERS)
    await world.execute(db, "ANALYZE order_events, orders")
    yield Busy(db, program_id, member_id)
    await world.execute(db, f"TRUNCATE {ALL_TABLES}")
    await db.close()


def page_of(busy, state, looked_at, number=51):
    return {
        "program_id": busy.program_id,
        "state": state,
        "source": None,
        "reason": None,
        "before_at": NEWEST[0],
        "before_key": NEWEST[1],
        "looked_at": looked_at,
        "number": number,
    }


@EITHER
async def test_a_page_of_everything(busy, generic):
    plan = await plan_of(busy.db, kept.PAGE, generic=generic, **page_of(busy, None, 51))

    assert "order_events_program_id_received_at_event_key_idx" in plan.indexes
    assert plan.read <= 51


@EITHER
async def test_a_page_of_few_looks_at_a_bounded_number(busy, generic):
    binds = page_of(busy, "superseded", kept.LOOKED_AT)

    plan = await plan_of(busy.db, kept.PAGE, generic=generic, **binds)

    assert plan.read <= kept.LOOKED_AT


@EITHER
async def test_a_page_of_the_quarantine(busy, generic):
    binds = page_of(busy, "quarantined", 51)

    plan = await plan_of(busy.db, kept.HELD, generic=generic, **binds)

    assert "order_events_program_id_outcome_received_at_event_key_idx" in plan.indexes
    assert plan.read <= HELD


@EITHER
async def test_the_next_events_of_a_replay(busy, generic):
    place = {"after_at": OLDEST[0], "after_key": OLDEST[1], "until": NOON, "number": 100}

    plan = await plan_of(
        busy.db, kept.REPLAYED, generic=generic, program_id=busy.program_id, **place
    )

    assert "order_events_program_id_outcome_received_at_event_key_idx" in plan.indexes
    assert plan.read <= HELD


@EITHER
async def test_how_many_would_be_replayed(busy, generic):
    asked = {"source": None, "reason": None, "never": ["event_conflict"]}

    plan = await plan_of(
        busy.db, kept.MATCHING, generic=generic, program_id=busy.program_id, **asked
    )

    assert plan.read <= HELD


@EITHER
async def test_bodies_that_are_old(busy, generic):
    before = {"before": NOON - timedelta(hours=1)}

    plan = await plan_of(busy.db, kept.OLD_RAW, generic=generic, **before)

    assert plan.indexes == {"order_events_received_at_idx"}
    assert plan.read <= HELD


@EITHER
async def test_orders_under_an_older_map(busy, generic):
    asked = {"source": "shop", "revision": 2, "number": 500}

    plan = await plan_of(
        busy.db, status_maps.READ_BEFORE, generic=generic, program_id=busy.program_id, **asked
    )

    assert plan.indexes == {"orders_program_id_source_map_revision_idx"}
    assert plan.read <= ORDERS // 1000


@EITHER
async def test_whether_a_member_has_orders_that_wait_for_a_rate(busy, generic):
    asked = {"member_ids": [busy.member_id], "as_of": TODAY, "anchored": False, "first": None}

    plan = await plan_of(
        busy.db, profiles.PROFILES, generic=generic, program_id=busy.program_id, **asked
    )

    assert "orders_member_id_idx" in plan.indexes
    assert plan.read < 10
