"""Orders that come while people, parents and contracts change: each ends where its day says."""

import asyncio
import random
from datetime import timedelta

import pytest

from app.orders import repository
from app.orders.anew import counting_anew
from app.orders.resolving import Book, reading_resolver
from app.programs import service as programs
from tests.api.affairs import definition
from tests.api.town import TODAY, opened

ORDERS, CHANGES = 40, 20
HOMES = "SELECT order_key, member_id FROM orders WHERE program_id = :program_id"
PINS = "SELECT order_key, member_id FROM order_refs WHERE program_id = :program_id"
DAYS = "SELECT member_id, day, spend FROM day_totals WHERE program_id = :program_id AND spend > 0"
MEMBERS = "SELECT member_id FROM members WHERE program_id = :program_id"


@pytest.mark.parametrize("pooling", ["dated", "current_representatives"])
async def test_every_order_ends_where_its_day_says(database_url, pooling):
    rng = random.Random(pooling)
    async with opened(database_url, definition(pooling=pooling)) as town:
        acts = [order(town, rng) for _ in range(ORDERS)] + [
            change(town, rng) for _ in range(CHANGES)
        ]
        rng.shuffle(acts)
        await asyncio.gather(*acts)

        homes = {one["order_key"]: one["member_id"] for one in await town.rows(HOMES)}
        pins = {one["order_key"]: one["member_id"] for one in await town.rows(PINS)}
        days = {(one["member_id"], one["day"]): one["spend"] for one in await town.rows(DAYS)}
        members = [one["member_id"] for one in await town.rows(MEMBERS)]
        wanted, anew = await derived(town, homes, members)

    assert len(homes) == ORDERS
    assert homes == pins == wanted
    assert anew == days


async def derived(town, homes, members):
    """Where the orders belong, and the day totals of a preview that changes nothing."""
    async with town.db.transaction() as session:
        rules = await programs.rules_of(session, town.program_id)
        book = Book(rules, TODAY, town.clock.now())
        kept = await repository.orders_at(session, town.program_id, homes)
        found = await reading_resolver(session, book, [one.known for one in kept.values()])
        wanted = {
            key: found.contribution(one.known, one.before.home)[0].home for key, one in kept.items()
        }
        days = await (await counting_anew(session, book)).days(session, members)
    counted = {(one, day.day): day.spend for one, told in days.items() for day in told}
    return wanted, {place: spend for place, spend in counted.items() if spend}


async def order(town, rng):
    named = {}
    if rng.random() < 0.5:
        named["organization_id"] = rng.choice(["o-1", "o-2"])
        if rng.random() < 0.6:
            named["contract_id"] = rng.choice(["k-1", "k-2"])
    day = TODAY - timedelta(rng.randrange(3))
    await town.order(rng.choice(["c-1", "c-2", "c-3"]), "10.00", on=day, **named)


async def change(town, rng):
    organization, day = rng.choice(["o-1", "o-2"]), str(TODAY - timedelta(rng.randrange(3)))
    below = {
        "contracts": rng.choice(["k-1", "k-2"]),
        "representatives": rng.choice(["c-1", "c-2", "c-3"]),
    }
    kind = rng.choice(["parent", *below])
    path = f"organizations/{organization}"
    if kind == "parent":
        answer = await town.put(path, parent_id=rng.choice(["p-1", "p-2", None]))
    elif rng.random() < 0.7:
        answer = await town.put(f"{path}/{kind}/{below[kind]}", **{"from": day})
    else:
        answer = await town.api.delete(f"/v1/{path}/{kind}/{below[kind]}")
    assert answer.status_code in {200, 201, 204, 404}, answer.text
