"""Of whom a shop is told: representatives, members that are merged or erased, ends of levels."""

from datetime import timedelta

import pytest

from app.access.caller import Caller
from app.customers.models import Who
from app.evaluation import overrides, representatives
from app.evaluation.representatives import Names
from app.evaluation.schemas.overrides import OverrideIn
from app.evaluation.schemas.people import RepresentativeIn
from app.policy.override import OverrideMode
from tests.jobs import world
from tests.jobs.pushed import VALUES, Program
from tests.jobs.shops import SHOPS, Shopify, opened
from tests.jobs.world import NOON


@pytest.fixture(params=SHOPS, ids=[one.PLATFORM for one in SHOPS])
async def shop(request):
    async with opened(request.param, range(1, 5)) as found:
        yield found


@pytest.fixture
async def shopify():
    async with opened(Shopify, range(1, 5)) as found:
        yield found


async def test_representatives_are_told_what_their_organization_holds(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.know("organization", "o-1")
    await program.moves(1, "silver")
    await program.represents(1, "o-1", until=None)
    await program.represents(2, "o-1", until=NOON.date() - timedelta(1))
    await program.push()

    await program.moves("o-1", "gold", kind="organization")
    await program.push()

    assert program.held() == {"1": VALUES[shop.PLATFORM]["gold"]}
    assert (await program.states())["o-1"] == ("skipped", None, "organization")


async def test_whoever_ceases_to_represent_is_told_at_night(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.know("organization", "o-1")
    await program.represents(1, "o-1", until=NOON.date())
    await program.moves("o-1", "gold", kind="organization")
    await program.push()
    before = program.held()

    clock.advance(days=1)
    await program.pusher().owe_nights()
    await program.push()

    assert (before, program.held()) == ({"1": VALUES[shop.PLATFORM]["gold"]}, {})


async def test_whoever_begins_to_represent_is_told_although_nothing_moves(db, clock, shop):
    program = await Program.make(db, clock, shop)
    caller = Caller(program.id, "k", frozenset(), is_root=False, request_id="r-1")
    organization = Who.of(program.id, "organization", "o-1")
    said = OverrideIn(ladder="tiers", mode=OverrideMode.exact, level="gold", reason="Agreed")
    await program.know("organization", "o-1")
    async with db.transaction() as session:
        await overrides.set_override(session, caller, organization, said, clock.now())
    await program.push()
    before, names = program.held(), Names("o-1", "1")

    async with db.transaction() as session:
        await representatives.put(session, caller, names, RepresentativeIn(), clock.now())
    await program.push()

    assert (before, program.held()) == ({}, {"1": VALUES[shop.PLATFORM]["gold"]})
    assert await world.fetch(db, "SELECT 1 FROM push_looks") == []


async def test_erased_members_are_forgotten(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.moves(1, "silver")
    await program.push()
    erase = "UPDATE members SET external_id = NULL WHERE member_id = :m"
    await world.execute(db, erase, m=program.member(1))
    await program.change(program.member(1), "customer.redacted")
    shop.asked.clear()

    await program.push()

    gone = await world.fetch(db, "SELECT 1 FROM pushes WHERE member_id = :m", m=program.member(1))
    assert gone == shop.asked == []


async def test_a_customer_merged_into_another_keeps_nothing(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.moves(1, "silver")
    await program.push()
    merge = "UPDATE members SET merged_into = :kept WHERE member_id = :m"
    await world.execute(db, merge, m=program.member(1), kept=program.member(2))
    await program.change(program.member(1), "tier.left")

    await program.push()
    await program.owe("nightly", "2026-11-23")
    await program.push()

    assert program.held() == {}
    assert (await program.states())["1"] == ("skipped", None, "merged")


async def test_the_end_of_a_level_is_told(db, clock, shopify):
    program = await Program.make(db, clock, shopify)
    await program.moves(1, "silver")
    await program.moves(2, "gold")
    grace = "UPDATE positions SET grace_until = '2026-12-24' WHERE member_id = :m"
    await world.execute(db, grace, m=program.member(1))
    await program.overrides(2, "exact", "gold", until="2026-12-31")
    for name in (1, 2):
        await program.change(program.member(name), "tier.at_risk")

    await program.push()

    fields = {name: one["fields"] for name, one in shopify.customers.items() if one["fields"]}
    assert fields == {
        "1": {"tier_level": "silver", "tier_until": "2026-12-24"},
        "2": {"tier_level": "gold", "tier_until": "2026-12-31"},
    }
    await program.moves(1, None)
    await program.push()
    assert shopify.customers["1"]["fields"] == {}
