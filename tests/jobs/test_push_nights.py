"""Which night a target owes, and that it is owed once."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.outbound.pushes.nights import due
from app.outbound.pushes.values import Night
from tests.jobs import world
from tests.jobs.pushed import Program
from tests.jobs.shops import WooCommerce, opened

ROWS = [  # zone, made, now, last night, owed
    ("UTC", "2026-11-22T12:00", "2026-11-22T23:59", None, None),
    ("UTC", "2026-11-22T12:00", "2026-11-23T02:59", None, None),
    ("UTC", "2026-11-22T12:00", "2026-11-23T03:00", None, "2026-11-23"),
    ("UTC", "2026-11-22T12:00", "2026-11-23T23:59", "nightly:2026-11-23", None),
    ("UTC", "2026-11-22T12:00", "2026-11-24T03:00", "nightly:2026-11-23", "2026-11-24"),
    ("Pacific/Auckland", "2026-11-20T12:00", "2026-11-22T14:30", None, "2026-11-23"),
    ("America/Los_Angeles", "2026-11-20T12:00", "2026-11-22T10:30", None, None),
    # summer time begins: 03:00 to 04:00 is not there, in Vilnius on 29 March
    ("Europe/Vilnius", "2026-03-20T12:00", "2026-03-29T00:59", None, None),
    ("Europe/Vilnius", "2026-03-20T12:00", "2026-03-29T01:00", None, "2026-03-29"),
    # it ends: 03:30 comes twice on 25 October
    ("Europe/Vilnius", "2026-03-20T12:00", "2026-10-25T00:30", None, "2026-10-25"),
    ("Europe/Vilnius", "2026-03-20T12:00", "2026-10-25T01:30", "nightly:2026-10-25", None),
]


def _at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("zone", "made", "now", "last", "owed"), ROWS)
def test_a_night_begins_at_three_where_the_program_is(zone, made, now, last, owed):
    assert due(Night(uuid4(), uuid4(), _at(made), zone, last), _at(now)) == owed


async def test_a_night_is_owed_once_whoever_asks(db, clock):
    async with opened(WooCommerce, [1]) as shop:
        program = await Program.make(db, clock, shop, owes=None)
        clock.advance(days=1)

        workers = [program.pusher(f"w{number}") for number in range(4)]
        await asyncio.gather(*(one.owe_nights() for one in workers))
        await workers[0].owe_nights()

    keys = await world.fetch(db, "SELECT key FROM push_sweeps")
    assert [one.key for one in keys] == ["nightly:2026-11-23"]


async def test_walks_that_ended_a_month_ago_are_forgotten(db, clock):
    async with opened(WooCommerce, [1]) as shop:
        program = await Program.make(db, clock, shop)
        await program.push()
        clock.advance(days=31)

        await program.pusher().owe_nights()

    keys = await world.fetch(db, "SELECT key FROM push_sweeps")
    assert [one.key for one in keys] == ["nightly:2026-12-23"]
