"""Whose word about a target counts: that of the worker whose term it is."""

from uuid import uuid4

import pytest

from app.outbound.pushes.values import Lease
from app.outbound.repository import push_targets
from tests.jobs import world
from tests.jobs.world import NOON

TARGET = (
    "INSERT INTO push_targets (id, program_id, platform, url, ladder, mapping, sealed, per_second,"
    " enabled, version, created_at, updated_at, feed_seq, term) VALUES (:id, :p, 'shopify',"
    " 'https://shop.example', 'tiers', '{}', '', 1, true, 1, :at, :at, 0, 2)"
)


@pytest.mark.parametrize(("term", "feed_seq"), [(1, 0), (2, 7), (3, 0)])
async def test_only_the_term_that_runs_tells_how_far_the_feed_is_read(db, term, feed_seq):
    id_, program_id = uuid4(), await world.program(db)
    await world.execute(db, TARGET, id=id_, p=program_id, at=NOON)
    shop = ("shopify", "https://shop.example", "tiers", {}, b"", 1)
    lease = Lease(id_, program_id, *shop, term=term, deleted=False)

    async with db.transaction() as session:
        await push_targets.followed(session, lease, 7)

    assert await world.fetch(db, "SELECT feed_seq FROM push_targets") == [(feed_seq,)]
