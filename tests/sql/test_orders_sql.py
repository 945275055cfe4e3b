"""What the statements about facts, orders and day totals do, and what they leave alone."""

import asyncio
import json
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from app.orders import activities, repository
from tests.jobs import world
from tests.jobs.world import NOON, TODAY

WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
DAYS = "SELECT member_id, day, spend, orders, largest, points FROM day_totals"
ORDER = (
    "INSERT INTO orders (member_id, order_key, program_id, source, order_id, customer_id, version,"
    " state, history, refunds, currency, rate_from, counted_on, counted_amount, excluded_because)"
    " VALUES (:member, :key, :p, 'api', 'o', :customer, 'v', '{}', '[]', :refunds, :currency,"
    " :rate, :day, :amount, :because)"
)
NO_REFUNDS = {"order_version": None, "listed_at": None, "listed": {}, "told": {}}
POINTS = (
    "INSERT INTO points_entries (member_id, entry_id, program_id, kind, points, day, order_key,"
    " recorded_at, activity_id, customer_id, reason) VALUES (:m, :id, :p, :kind, :points, :day,"
    " :key, :at, :activity, :customer, 'review')"
)
EVENT = (
    "INSERT INTO order_events (member_id, event_key, program_id, source, event_id, type,"
    " order_key, received_at, content_hash, outcome) VALUES (:m, :key, :p, 'api', 'e',"
    " 'order.refund', :order, :at, :hash, :outcome)"
)


@pytest.fixture
async def town(db):
    """A program, and the ids of two of its customers, in order."""
    program_id = await world.program(db)
    ids = await world.members(db, program_id, {"a": {}, "b": {}})
    return program_id, sorted(ids.values())


async def order(db, program_id, member, amount, **more):
    """An order at home with a member; its key."""
    key = uuid4()
    told = {"customer": None, "currency": "EUR", "rate": None, "day": TODAY, "because": None}
    binds = {"member": member, "key": key, "p": program_id, "amount": amount, **told, **more}
    await world.execute(db, ORDER, refunds=json.dumps(NO_REFUNDS), **binds)
    return key


async def points(db, program_id, member, number, **more):
    told = {"kind": "earned", "key": None, "day": TODAY, "activity": None, "customer": None}
    binds = {"m": member, "id": uuid4(), "p": program_id, "at": NOON, **told, **more}
    await world.execute(db, POINTS, points=number, **binds)


async def event(db, program_id, member, order_key, outcome="accepted", digest=b"1"):
    key = uuid4()
    binds = {"m": member, "key": key, "p": program_id, "order": order_key, "at": NOON}
    await world.execute(db, EVENT, hash=digest, outcome=outcome, **binds)
    return key


async def test_an_order_is_pinned_once(db, town):
    program_id, (first, second) = town
    known, new = uuid4(), uuid4()

    async with db.transaction() as session:
        pinned = await repository.pin_orders(session, program_id, {known: first}, NOON)
        again = await repository.pin_orders(session, program_id, {known: second, new: second}, NOON)
        await repository.move_pins(session, program_id, {new: first})
        await repository.move_pins(session, uuid4(), {known: second})
        found = await repository.pins(session, program_id, [known, new, uuid4()])
        elsewhere = await repository.pins(session, uuid4(), [known])

    assert pinned == {known: first}
    assert again == {known: first, new: second}
    assert found == {known: first, new: first}
    assert elsewhere == {}


async def test_an_event_is_new_once_and_its_content_is_found(db, town):
    program_id, (first, second) = town
    filed = await event(db, program_id, first, None, digest=b"told")

    async with db.transaction() as session:
        new = await repository.pin_events(session, program_id, {filed: first})
        again = await repository.pin_events(session, program_id, {filed: second})
        hashes = await repository.filed_hashes(session, program_id, [filed, uuid4()])

    assert (new, again) == ({filed}, set())
    assert hashes == {filed: b"told"}


async def test_an_event_that_comes_twice_at_once_is_new_once(db, town):
    program_id, (first, second) = town
    key = uuid4()

    async def pinned(member):
        async with db.transaction() as session:
            return await repository.pin_events(session, program_id, {key: member})

    async with db.transaction() as session:
        new = await repository.pin_events(session, program_id, {key: first})
        other = asyncio.create_task(pinned(second))
        while not await world.fetch(db, WAITING):
            assert not other.done()

    assert (new, await other) == ({key}, set())


async def test_only_refunds_that_waited_for_these_orders_are_accepted(db, town):
    program_id, (first, _) = town
    here, there = uuid4(), uuid4()
    for key, outcome in ((here, "waiting"), (there, "waiting"), (here, "quarantined")):
        await event(db, program_id, first, key, outcome)

    async with db.transaction() as session:
        await repository.stop_waiting(session, program_id, [here])

    found = await world.fetch(db, "SELECT order_key, outcome FROM order_events")
    assert {tuple(one) for one in found} == {
        (here, "accepted"),
        (there, "waiting"),
        (here, "quarantined"),
    }


async def test_orders_are_found_at_home_and_leave_it(db, town):
    program_id, (first, second) = town
    here = await order(db, program_id, first, 100, customer=second)
    there = await order(db, program_id, second, 200, customer=second)

    async with db.transaction() as session:
        at_home = await repository.orders_at(session, program_id, {here: first, there: first})
        of_first = await repository.orders_of(session, program_id, [first])
        placed = await repository.orders_of_customers(session, program_id, [second])
        await repository.leave_home(session, program_id, {here: first, there: first})
        left = await repository.orders_of(session, program_id, [first, second])

    assert set(at_home) == {here}
    assert of_first == {here: first}
    assert placed == {here: first, there: second}
    assert left == {there: second}


async def test_orders_are_numbered_by_their_homes(db, town):
    program_id, (first, second) = town
    for home in (first, first, second):
        await order(db, program_id, home, 100)

    async with db.transaction() as session:
        asked = await repository.orders_held(session, program_id, [first, uuid4()])
        elsewhere = await repository.orders_held(session, uuid4(), [first])

    assert asked == {first: 2}
    assert elsewhere == {}


async def test_day_totals_are_what_counts_on_the_day(db, town):
    program_id, (first, second) = town
    for amount in (300, 500):
        await order(db, program_id, first, amount)
    await order(db, program_id, first, 900, because="status")
    await order(db, program_id, first, 70, day=TODAY - timedelta(1))
    await points(db, program_id, first, 8)
    await points(db, program_id, first, 100, kind="bonus")
    await points(db, program_id, second, 5)
    days = [(first, TODAY), (second, TODAY), (second, TODAY - timedelta(1))]

    async with db.transaction() as session:
        for _ in range(2):  # derived, so it may be said again
            await repository.write_day_totals(session, program_id, days, clear=False)

    assert {tuple(one) for one in await world.fetch(db, DAYS)} == {
        (first, TODAY, 800, 2, 500, 8),
        (second, TODAY, 0, 0, 0, 5),
    }


async def test_a_day_that_became_empty_is_cleared(db, town):
    program_id, (first, _) = town
    yesterday = TODAY - timedelta(1)
    for day in (yesterday, TODAY):
        await order(db, program_id, first, 100, day=day)
    both = [(first, yesterday), (first, TODAY)]

    async with db.transaction() as session:
        await repository.write_day_totals(session, program_id, both, clear=False)
    await world.execute(db, "DELETE FROM orders WHERE counted_on = :day", day=TODAY)
    async with db.transaction() as session:
        await repository.write_day_totals(session, program_id, both, clear=True)

    assert [tuple(one) for one in await world.fetch(db, DAYS)] == [
        (first, yesterday, 100, 1, 100, 0)
    ]


async def test_points_of_orders_and_of_activities_are_told_apart(db, town):
    program_id, (first, second) = town
    key = uuid4()
    for number in (10, -4):
        await points(db, program_id, first, number, key=key)
    await points(db, program_id, first, 99, kind="bonus", key=key)
    await points(db, program_id, first, 7, activity="a1", customer=second)
    await points(db, program_id, second, 3)

    async with db.transaction() as session:
        earned = await repository.earned_points(session, program_id, [key])
        there = await activities.at_home_with(session, program_id, [first])
        of_second = await activities.of_customers(session, program_id, [second])
        elsewhere = await repository.earned_points(session, uuid4(), [key])

    assert earned == {(first, key, TODAY, "earned"): 6, (first, key, TODAY, "bonus"): 99}
    assert there == of_second == [(first, second, "a1", TODAY, "earned", "review", 7)]
    assert elsewhere == {}


async def test_rates_are_those_of_the_very_day(db, town):
    program_id, (first, _) = town
    await world.execute(
        db,
        "INSERT INTO exchange_rates VALUES (:p, 'USD', :day, 1.1, :at), (:p, 'GBP', :day, 2, :at)",
        p=program_id,
        day=TODAY,
        at=NOON,
    )
    table = await order(db, program_id, first, 100, currency="USD", rate="table")
    await order(db, program_id, first, 100, currency="USD", rate="order")
    await order(db, program_id, first, 100, currency="USD", rate="table", day=date(2026, 1, 1))
    await order(db, program_id, first, 100, currency="GBP", rate="table")

    async with db.transaction() as session:
        asked = [("USD", TODAY), ("USD", TODAY - timedelta(1)), ("SEK", TODAY)]
        found = await repository.rates(session, program_id, asked)
        converted = await repository.converted_on(session, program_id, TODAY, ["USD"])

    assert found == {("USD", TODAY): Decimal("1.1")}
    assert converted == {table: first}


async def test_members_stand_under_a_counting(db, town):
    program_id, (first, second) = town

    async with db.transaction() as session:
        await repository.counted_under(session, program_id, [second], 5)
        await repository.counted_under(session, uuid4(), [first], 9)

    found = await world.fetch(db, "SELECT member_id, counting FROM members ORDER BY 1")
    assert [tuple(one) for one in found] == [(first, 1), (second, 5)]
