"""What is told of a change is made once; the figures that are watched; what is forgotten."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from app.kit import metrics
from app.outbound import erasing, jobs, messages
from app.outbound.figures import Figures
from app.outbound.messages import standard_body
from tests.jobs import world
from tests.jobs.post_office import Now, office


@pytest.fixture
def clock():
    return Now()


async def told(found, number):
    async with found.db.transaction() as session:
        return (await messages.messages(session, found.program_id, [number]))[number]


async def test_a_message_stays_what_it_was_when_first_told(db, clock):
    found = await office(db, clock)
    await found.change("a")
    first = await told(found, 1)
    await world.execute(
        db, "UPDATE changes SET to_level = 'other', recorded_at = recorded_at + interval '1 day'"
    )

    assert await told(found, 1) == first
    assert b'"key":"silver"' in first.data
    assert standard_body(first).startswith(b'{"type":"tier.assigned","timestamp":"20')


async def test_two_that_tell_at_once_tell_the_same(db, clock):
    found = await office(db, clock)
    await found.change(*"ab" * 20)

    async def all_told():
        async with db.transaction() as session:
            return await messages.messages(session, found.program_id, list(range(1, 41)))

    one, two = await asyncio.gather(all_told(), all_told())

    assert one == two
    assert len(one) == 40


async def test_what_was_told_of_a_forgotten_member_is_told_again_without_its_name(db, clock):
    found = await office(db, clock)
    await found.change("a", "b")
    before = await told(found, 1)
    await told(found, 2)
    await world.execute(
        db, "UPDATE members SET external_id = NULL WHERE member_id = :m", m=found.members["a"]
    )

    async with db.transaction() as session:
        await erasing.forget(session, found.program_id, {uuid4(): found.members["a"]})
    [left] = await found.rows("SELECT feed_seq FROM messages")

    assert b'"id":"a"' in before.data
    assert left == {"feed_seq": 2}
    assert b'"member":{"kind":"customer","id":null}' in (await told(found, 1)).data


async def test_attempts_are_forgotten_after_a_month(db, clock):
    for days in (1, 29, 31, 400):
        await world.execute(
            db,
            "INSERT INTO attempts (endpoint_id, feed_seq, number, program_id, at, milliseconds)"
            " VALUES (gen_random_uuid(), 1, 1, gen_random_uuid(), :at, 1)",
            at=clock.now() - timedelta(days=days),
        )
    async with db.transaction() as session:
        pruned = await jobs.PruneJob().claim(session, clock.now())

    async with db.transaction() as session:
        again = await jobs.PruneJob().claim(session, clock.now())

    assert (pruned, again) == (2, None)


async def test_the_figures_tell_what_waits_and_since_when(db, clock):
    found = await office(db, clock)
    await found.endpoint("http://127.0.0.1:9/")
    off, _ = await found.endpoint("http://127.0.0.1:9/")
    await world.execute(
        db,
        "UPDATE endpoints SET enabled = false, disabled_reason = 'gone' WHERE id = :id",
        id=off,
    )
    await found.change("a")
    clock.advance(seconds=90)
    await found.write([("b", 1)])
    clock.advance(seconds=30)

    await Figures(db, clock).look()

    assert metrics.FEED_UNNUMBERED._value.get() == 1  # noqa: SLF001 - as the library's own tests
    assert 30 <= metrics.FEED_OLDEST._value.get() < 60  # noqa: SLF001
    assert 120 <= metrics.DELIVERY_OLDEST._value.get() < 150  # noqa: SLF001
    assert metrics.ENDPOINTS_DISABLED._value.get() == 1  # noqa: SLF001
