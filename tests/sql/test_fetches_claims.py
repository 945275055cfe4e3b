"""When what is asked of a shop may be claimed, to the instant."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.inbound.repository import apis
from tests.jobs import world
from tests.jobs.world import NOON

MOMENT = timedelta(microseconds=1)
LEASE = timedelta(minutes=2)
SOURCE = (
    "INSERT INTO sources (id, program_id, key, token, platform, time_zone, currency_map, test,"
    " version, author, created_at) VALUES (:s, :p, 's', 's', 'shopify', 'UTC', '{}', false, 1,"
    " 'test', :at)"
)
API = (
    "INSERT INTO source_apis (source_id, program_id, url, sealed, pause_ms, set_at, next_at,"
    " every_minutes) VALUES (:s, :p, 'https://shop.example', '', 500, :at, :at, 60)"
)
POLL = (
    "INSERT INTO polls (source_id, program_id, since_at, due_at, lease_until)"
    " VALUES (:s, :p, :at, :due, :until)"
)
FETCH = (
    "INSERT INTO fetches (source_id, order_id, notification, program_id, asked_at, due_at,"
    " lease_until) VALUES (:s, 'o', gen_random_uuid(), :p, :at, :at, :until)"
)


@pytest.fixture
async def shop(db):
    """A source whose API may be asked from noon on."""
    whose = {"p": await world.program(db), "s": uuid4()}
    for statement in (SOURCE, API):
        await world.execute(db, statement, **whose, at=NOON)
    return whose


@pytest.mark.parametrize(
    ("due", "until", "is_claimed"),
    [
        (NOON, None, True),
        (NOON + MOMENT, None, False),
        (NOON, NOON - MOMENT, True),
        (NOON, NOON, False),
    ],
)
async def test_a_page_is_read_from_when_it_is_due_and_after_its_lease(
    db, shop, due, until, is_claimed
):
    await world.execute(db, POLL, **shop, at=NOON, due=due, until=until)

    async with db.transaction() as session:
        found = await apis.claim_poll(session, uuid4(), NOON, LEASE)

    assert (found is not None) == is_claimed


@pytest.mark.parametrize(("until", "is_claimed"), [(NOON, False), (NOON - MOMENT, True)])
async def test_an_order_that_is_being_fetched_is_not_claimed_for_another_notification(
    db, shop, until, is_claimed
):
    for lease in (until, None):
        await world.execute(db, FETCH, **shop, at=NOON, until=lease)

    async with db.transaction() as session:
        found = await apis.claim_fetch(session, uuid4(), NOON, LEASE)

    assert (found is not None) == is_claimed
