"""Whatever order the deliveries of one order come in, and however often, it ends the same."""

from decimal import Decimal
from functools import reduce
from itertools import permutations
from random import Random
from uuid import UUID

import pytest

from app.inbound.pipeline import Pipeline
from app.orders.fold import Known, learn, to_json
from tests.adapters import lives_erp, lives_shops
from tests.adapters.lives import RECEIVED
from tests.jobs import world

LIVES = (*lives_shops.LIVES, *lives_erp.LIVES)
PROGRAM = UUID(int=7)
SHUFFLES = 5
ROW = "SELECT to_jsonb(o) FROM orders o WHERE program_id = :id"
TOTALS = "SELECT day, spend, orders, largest FROM day_totals WHERE program_id = :id"
EACH = ("member_id", "order_key", "program_id", "customer_id", "organization_id", "multiplier")
"""What differs by program, or by who held what when the order first counted."""

lives = pytest.mark.parametrize("life", LIVES, ids=[one.platform for one in LIVES])


def fold(facts):
    return reduce(learn, facts, Known())


def ending(known):
    return known.version, known.status, known.refunded, to_json(known), known.order


@lives
def test_a_life_ends_as_it_does(life):
    known = fold(life.facts(PROGRAM))

    assert (known.status, known.refunded) == (life.status, Decimal(life.refunded))


@lives
def test_every_order_of_arrival_ends_the_same(life):
    facts = life.facts(PROGRAM)
    wanted = ending(fold(facts))

    found = [ending(fold(arrived)) for arrived in permutations(facts)]

    assert found.count(wanted) == len(found)


@lives
def test_repeated_deliveries_change_nothing(life):
    facts = life.facts(PROGRAM)
    wanted = ending(fold(facts))

    for seed in range(200):
        arrived = [*facts, *Random(seed).choices(facts, k=len(facts))]
        Random(seed).shuffle(arrived)
        assert ending(fold(arrived)) == wanted


@lives
async def test_the_database_ends_the_same(life, db):
    rows = [await stored(db, life, seed) for seed in range(SHUFFLES)]

    assert rows == [rows[0]] * SHUFFLES
    order, totals = rows[0]
    assert Decimal(order["refunded"]) == Decimal(life.refunded)
    assert bool(totals) is (life.status not in ("cancelled", "deleted"))


async def stored(db, life, seed):
    """The order and its day totals, when its deliveries came one by one in some order."""
    program_id = await world.program(db, world.definition({"counted_statuses": ["paid", "closed"]}))
    facts = life.facts(program_id)
    arrived = [*facts, *facts[:2]]
    if seed:
        Random(seed).shuffle(arrived)
    pipeline = Pipeline(db)
    for fact in arrived:
        await pipeline.take(program_id, [fact], RECEIVED, together=True)
    [[row]] = await world.fetch(db, ROW, id=program_id)
    totals = await world.fetch(db, TOTALS, id=program_id)
    return {name: one for name, one in row.items() if name not in EACH}, list(map(tuple, totals))
