"""Push targets: a shop comes to say what members hold, and nothing else of it changes."""

import asyncio
import random

import pytest

from app.outbound.pushes.lanes import Lanes
from tests.jobs import world
from tests.jobs.pushed import VALUES, Program, definition
from tests.jobs.shops import SHOPS, CsCart, Shopify, WooCommerce, opened
from tests.jobs.world import NOON


@pytest.fixture(params=SHOPS, ids=[one.PLATFORM for one in SHOPS])
async def shop(request):
    async with opened(request.param, range(1, 5)) as found:
        yield found


@pytest.fixture
async def shopify():
    async with opened(Shopify, range(1, 5)) as found:
        yield found


@pytest.fixture
async def cs_cart():
    async with opened(CsCart, range(1, 5)) as found:
        yield found


async def test_a_new_target_tells_of_everybody(db, clock, shop):
    program = await Program.make(db, clock, shop, owes=None)
    await program.moves(1, "silver")
    await program.moves(2, "gold")
    await program.owe("backfill")
    shop.put(3, VALUES[shop.PLATFORM]["gold"])  # left there by somebody

    await program.push()

    assert program.held() == await program.wanted()
    assert {state for state, _, _ in (await program.states()).values()} == {"acknowledged"}


async def test_a_level_entered_adds_and_a_level_left_removes(db, clock, shop):
    program = await Program.make(db, clock, shop)
    seen = []
    for level in ("silver", "gold", None):
        await program.moves(1, level)
        await program.push()
        seen.append(shop.held(1))

    own = VALUES[shop.PLATFORM]
    assert seen == [own["silver"], own["gold"], None]
    assert shop.others(1) == shop.others(4) != []


async def test_the_new_group_is_joined_before_the_old_one_is_left(db, clock, cs_cart):
    program = await Program.make(db, clock, cs_cart)
    await program.moves(1, "silver")
    await program.push()
    cs_cart.asked.clear()

    await program.moves(1, "gold")
    await program.push()

    path = "/api/users/1/usergroups"
    assert cs_cart.asked == [("GET", path), ("PUT", f"{path}/6"), ("PUT", f"{path}/5")]


async def test_what_a_shop_has_acknowledged_is_not_told_again(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.moves(1, "silver")
    await program.push()
    shop.asked.clear()

    await program.change(program.member(1), "tier.at_risk")
    await program.push()

    assert shop.asked == []


async def test_moves_that_came_to_nothing_ask_nothing(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.moves(1, "silver")
    await program.push()
    shop.asked.clear()

    await program.moves(1, "gold")
    await program.moves(1, "silver")
    await program.push()

    assert shop.asked == []


async def test_a_customer_that_the_shop_does_not_know_is_skipped(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.know("customer", 77, "anna@example.org", "0")
    for name in (77, "anna@example.org", "0"):
        await program.moves(name, "gold")

    await program.push()

    states = await program.states()
    assert states["77"] == ("skipped", "gold", "not_in_shop")
    assert states["anna@example.org"] == states["0"] == ("skipped", None, "foreign_id")


async def test_drift_is_repaired_by_the_next_walk(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.moves(1, "silver")
    await program.moves(2, "gold")
    await program.push()
    shop.put(1, None)
    shop.put(2, VALUES[shop.PLATFORM]["silver"])
    shop.put(3, VALUES[shop.PLATFORM]["gold"])

    await program.owe("nightly", "2026-11-23")
    await program.push()

    assert program.held() == await program.wanted()


async def test_two_workers_never_tell_one_shop_at_the_same_time(db, clock, shop):
    program = await Program.make(db, clock, shop)
    for name in shop.customers:
        await program.moves(name, "gold")
    clock.advance(seconds=1)

    workers = [program.pusher(f"w{number}") for number in range(3)]
    assert sum(await asyncio.gather(*(one.turn() for one in workers))) == 1

    assert shop.most_at_once == 1
    assert program.held() == await program.wanted()
    assert set(program.pauses) == {1 / 50}


async def test_a_disabled_program_gives_nothing(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.moves(1, "silver")
    await program.push()

    await program.publish(definition(enabled=False))
    await program.push()

    assert program.held() == {}


async def test_a_level_that_gives_another_tag_is_told_to_everybody(db, clock, shopify):
    program = await Program.make(db, clock, shopify)
    await program.moves(1, "silver")
    await program.moves(2, "gold")
    await program.push()

    rules = definition().model_dump(mode="json")
    rules["tiers"][1]["benefits"]["tag"] = "very-gold"
    await program.publish(type(definition()).model_validate(rules))
    await program.push()

    assert program.held() == {"1": "tier:silver", "2": "tier:very-gold"}


async def test_a_group_that_is_mapped_no_more_is_left_all_the_same(db, clock, cs_cart):
    program = await Program.make(db, clock, cs_cart, mapping={"silver": "5", "gold": "6"})
    await program.moves(1, "silver")
    await program.push()

    await world.execute(db, """UPDATE push_targets SET mapping = '{"silver": "7"}'""")
    await program.owe("edited")
    await program.push()

    assert program.held() == {"1": "7"}


async def test_a_target_that_has_ended_leaves_nothing_behind(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.moves(1, "silver")
    await program.push()
    shop.asked.clear()

    await world.execute(db, "UPDATE push_targets SET deleted_at = :at, sealed = ''", at=NOON)
    await program.push()

    for table in ("push_targets", "pushes", "push_sweeps"):
        assert (await world.fetch(db, f"SELECT count(*) FROM {table}"))[0][0] == 0
    assert shop.asked == []


async def test_a_disabled_target_asks_nothing(db, clock, shop):
    program = await Program.make(db, clock, shop, enabled=False)
    await program.moves(1, "silver")

    await program.push()

    assert shop.asked == []


async def test_hundreds_of_members_end_as_their_positions(db, clock):
    chance = random.Random(7)
    async with opened(WooCommerce, range(1, 401)) as shop:
        program = await Program.make(db, clock, shop)
        levels = [None, "silver", "gold"]
        chosen = [(chance.randint(1, 400), chance.choice(levels)) for _ in range(1_200)]
        await program.scatter(chosen)

        await program.push()

        assert program.held() == await program.wanted()
        assert len(program.held()) > 160


async def test_the_loops_of_a_process_push_and_owe_the_night(db, shop):
    clock = world.StillClock()
    program = await Program.make(db, clock, shop)
    await program.moves(1, "silver")
    clock.advance(days=1)
    lanes = Lanes(program.pusher(), 2)

    lanes.start()
    async with asyncio.timeout(20):
        while ("nightly", True) not in await program.walks():  # noqa: ASYNC110 - of a database
            await asyncio.sleep(0.05)
        while program.held() != await program.wanted():
            await asyncio.sleep(0.05)
            clock.advance(seconds=1)
            lanes.wake()
    await lanes.stop()

    target = await program.target()
    assert (target.holder, target.lease_until) == (None, None)
    assert not any(task.get_name().startswith("push") for task in asyncio.all_tasks())
