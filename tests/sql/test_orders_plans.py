"""One order reads little of a member's long history: also when a plan is for any values."""

from typing import NamedTuple
from uuid import UUID

import pytest

from app.kit.db import Database, connect
from app.orders import repository
from tests.jobs import world
from tests.jobs.world import NOON, TODAY
from tests.sql.conftest import ALL_TABLES
from tests.sql.plans import plan_of

ORDERS, DAYS = 6_000, 1_000
HISTORY = (
    "INSERT INTO orders (member_id, order_key, program_id, source, order_id, customer_id, history,"
    " refunds, counted_on, counted_amount) SELECT :m, md5(CAST(n AS text))::uuid, :p, 'api',"
    " CAST(n AS text), :m, '[]', '{}', CAST(:today AS date) - n % CAST(:days AS integer), 100"
    " FROM generate_series(1, CAST(:number AS integer)) AS n"
)
POINTS = (
    "INSERT INTO points_entries (member_id, entry_id, program_id, kind, points, day, order_key,"
    " recorded_at) SELECT member_id, order_key, program_id, 'earned', 1, counted_on, order_key,"
    " CAST(:at AS timestamptz) FROM orders"
)
PINS = (
    "INSERT INTO order_refs (order_key, program_id, member_id, first_seen_at)"
    " SELECT order_key, program_id, member_id, CAST(:at AS timestamptz) FROM orders"
)
EITHER = pytest.mark.parametrize("generic", [False, True], ids=["these values", "any values"])


class Regular(NamedTuple):
    """A customer who has ordered six times on each of a thousand days, and three of the orders."""

    db: Database
    program_id: UUID
    member_id: UUID
    keys: list[UUID]


@pytest.fixture(scope="module")
async def regular(database_url):
    db = connect(database_url, pool=2, statement_timeout="60s")
    await world.execute(db, f"TRUNCATE {ALL_TABLES}")
    program_id = await world.program(db)
    [member_id] = (await world.members(db, program_id, {"a": {}})).values()
    binds = {"m": member_id, "p": program_id, "today": TODAY, "days": DAYS}
    await world.execute(db, HISTORY.replace("::uuid", r"\:\:uuid"), number=ORDERS, **binds)
    await world.execute(db, POINTS, at=NOON)
    await world.execute(db, PINS, at=NOON)
    await world.execute(db, "ANALYZE orders, points_entries, order_refs")
    found = await world.fetch(db, "SELECT order_key FROM orders ORDER BY order_key LIMIT 3")
    yield Regular(db, program_id, member_id, [one.order_key for one in found])
    await world.execute(db, f"TRUNCATE {ALL_TABLES}")
    await db.close()


@EITHER
async def test_a_day_is_counted_from_its_own_orders(regular, generic):
    plan = await plan_of(
        regular.db,
        repository.WRITE_DAY_TOTALS,
        generic=generic,
        program_id=regular.program_id,
        member_ids=[regular.member_id],
        days=[TODAY],
    )

    assert {"orders_member_id_counted_on_idx", "points_entries_member_id_day_idx"} <= plan.indexes
    assert plan.read <= 2 * ORDERS / DAYS + 2


@EITHER
@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (repository.PINS, "order_refs_pkey"),
        (repository.EARNED_POINTS, "points_entries_order_key_idx"),
    ],
    ids=["pins", "earned points"],
)
async def test_what_belongs_to_orders_is_found_by_their_keys(regular, generic, statement, index):
    plan = await plan_of(
        regular.db,
        statement,
        generic=generic,
        program_id=regular.program_id,
        order_keys=regular.keys,
    )

    assert plan.indexes == {index}
    assert plan.read == len(regular.keys)


@EITHER
async def test_orders_are_found_at_their_homes(regular, generic):
    plan = await plan_of(
        regular.db,
        repository.ORDERS_AT,
        generic=generic,
        program_id=regular.program_id,
        member_ids=[regular.member_id] * len(regular.keys),
        order_keys=regular.keys,
    )

    assert plan.indexes == {"orders_pkey"}
    assert plan.read == len(regular.keys)
