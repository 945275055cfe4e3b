"""What is written or read for one program leaves the rows of another alone."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from app.orders import repository, status_maps
from tests.jobs import world
from tests.jobs.world import NOON, TODAY

ORDER = (
    "INSERT INTO orders (member_id, order_key, program_id, source, order_id, version, state,"
    " history, refunds, map_revision) VALUES (:id, :id, :p, 'api', 'o', 'v', '{}', '[]', '{}', 1)"
)
RATE = (
    "INSERT INTO exchange_rates (program_id, currency, day, rate, set_at)"
    " VALUES (:p, 'USD', :day, :rate, :at)"
)


@pytest.fixture
async def pair(db):
    """Two programs."""
    return await world.program(db), await world.program(db)


@pytest.mark.parametrize(("asked", "expected"), [(0, [True, False]), (1, [False, False])])
async def test_a_map_owes_a_check_for_orders_of_its_own_program(db, pair, asked, expected):
    await world.execute(db, ORDER, id=uuid4(), p=pair[0])

    async with db.transaction() as session:
        for program_id in pair:
            await status_maps.ask_remap(session, program_id, "api", NOON)
        await status_maps.owe_check(session, pair[asked], "api")

    found = dict(map(tuple, await world.fetch(db, "SELECT program_id, owes_check FROM remaps")))
    assert [found[program_id] for program_id in pair] == expected


async def test_orders_count_by_the_rates_of_their_own_program(db, pair):
    day = TODAY - timedelta(1)
    for program_id, rate in zip(pair, ["0.5", "0.25"], strict=True):
        await world.execute(db, RATE, p=program_id, day=day, rate=Decimal(rate), at=NOON)

    async with db.transaction() as session:
        found = await repository.rates(session, pair[1], [("USD", day)])

    assert found == {("USD", day): Decimal("0.25")}
