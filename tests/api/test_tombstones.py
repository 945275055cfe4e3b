"""A restore brings the erased back; the tombstones kept beside the backup erase them again."""

import pytest

from app.customers import stones
from app.customers.models import Who
from app.customers.stones import KeyDiffers
from app.customers.tombstones import Stone
from app.evaluation import tombstones
from app.inbound.reading import order_key
from app.kit.sealing import Seal, Unsealable
from tests.api.town import TODAY, opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as made:
        yield made


async def kept(town, *people):
    """The file as a later day would have written it: the stones of these."""
    async with town.db.transaction() as session:
        key = await stones.key_for(session, town.clock.now())
    sealed = await tombstones.sealed_key(town.db)
    found = [
        Stone(stones.stone_of(key, town.program_id, Who(None, kind, id_)), kind)
        for kind, id_ in people
    ]
    return sealed, [(town.program_id, stone) for stone in found]


async def applied(town, sealed, found):
    return await tombstones.apply(town.db, town.clock, sealed, found)


async def test_whom_they_mean_is_erased_again_and_the_rest_is_kept_out(town):
    await town.order("c-1", "60.00")
    await town.order("c-2", "50.00")
    await town.order(None, "40.00")
    guest = str(order_key(town.program_id, "api", "order-3"))
    every = [("customer", "c-1"), ("customer", "c-9"), ("guest", guest), ("organization", "o-1")]

    sealed, found = await kept(town, *every)
    first = await applied(town, sealed, found)
    again = await applied(town, sealed, found)

    assert (first.stones, first.erased, again) == (4, 1, (4, 0, 0))
    for customer in ("c-1", "c-9"):
        assert (await town.order(customer, "1.00"))["reason"] == "customer_redacted"
    assert (await town.order(None, "1.00", id="order-3"))["reason"] == "customer_redacted"
    assert (await town.put("organizations/o-1")).json()["code"] == "member_redacted"
    assert await town.spend("customer", "c-2") == {TODAY: 5_000}
    held = "SELECT sum(spend) AS spend FROM day_totals WHERE program_id = :program_id"
    assert (await town.rows(held))[0]["spend"] == 11_000


async def test_what_is_exported_is_what_stands(town):
    await town.order("c-1", "60.00")
    await town.api.delete("/v1/customers/c-1")

    standing = [one async for one in tombstones.exported(town.db) if one[0] == town.program_id]

    guest = str(order_key(town.program_id, "api", "order-1"))
    _, expected = await kept(town, ("customer", "c-1"), ("guest", guest))
    assert sorted(standing) == sorted(expected)


async def test_stones_of_another_key_are_refused(town):
    await town.api.delete("/v1/customers/c-1")
    _, found = await kept(town, ("customer", "c-1"))
    other = Seal("s" * 40).seal("00" * 32, stones.PLACE)
    foreign = Seal("x" * 40).seal("00" * 32, stones.PLACE)

    with pytest.raises(KeyDiffers):
        await applied(town, other, found)
    with pytest.raises(Unsealable):
        await applied(town, foreign, found)
