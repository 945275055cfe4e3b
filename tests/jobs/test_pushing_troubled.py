"""Push targets among failures: kills, lost answers, shops in trouble, customers that fail."""

import asyncio
import random
from datetime import timedelta

import pytest

from tests.jobs import world
from tests.jobs.pushed import VALUES, Program
from tests.jobs.shops import LOST, RESET, SHOPS, CsCart, Shopify, opened

BUSY = (503, {}, b"")


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


def values(shop, **levels):
    return {name: VALUES[shop.PLATFORM][level] for name, level in levels.items()}


@pytest.mark.parametrize("last", [None, "silver"])
@pytest.mark.parametrize("lost", [1, 2, 3], ids=["look", "first", "second"])
async def test_a_worker_killed_before_the_acknowledgement_leaves_nothing_wrong(
    db, clock, shop, lost, last
):
    program = await Program.make(db, clock, shop)
    await program.moves(1, "silver")
    await program.push()
    await program.moves(1, "gold")
    clock.advance(seconds=1)
    shop.asked.clear()
    dying = asyncio.create_task(program.pusher("dying").turn())
    while len(shop.asked) < lost and not dying.done():  # noqa: ASYNC110 - of a list
        await asyncio.sleep(0)
    dying.cancel()
    await asyncio.wait([dying])

    await program.moves(1, last)
    await program.push()
    clock.advance(minutes=5)  # the lease of the dead one ends
    await program.push()

    assert program.held() == await program.wanted()
    assert shop.others(1) == shop.others(4)


async def test_a_group_that_was_joined_unnoticed_is_left_though_nothing_maps_to_it(
    db, clock, cs_cart
):
    program = await Program.make(db, clock, cs_cart)
    await program.push()
    cs_cart.faults += [None, LOST]
    await program.moves(1, "silver")
    await program.push(times=1)
    unnoticed = cs_cart.held(1)

    await world.execute(db, """UPDATE push_targets SET mapping = '{"silver": "7"}'""")
    await program.owe("edited")
    await program.push(minutes=1)

    assert (unnoticed, cs_cart.held(1)) == ("5", "7")


async def test_an_answer_that_is_lost_changes_nothing_in_the_end(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.moves(1, "silver")
    await program.push()
    shop.faults += [None, LOST]

    await program.moves(1, "gold")
    await program.push(minutes=5)

    assert program.held() == values(shop, **{"1": "gold"})
    assert (await program.states())["1"] == ("acknowledged", "gold", None)


@pytest.mark.parametrize("fault", [RESET, (429, {}, b""), BUSY, (502, {}, b"<html>")], ids=str)
async def test_a_shop_in_trouble_is_left_alone_for_a_while(db, clock, shop, fault):
    program = await Program.make(db, clock, shop)
    await program.push()
    shop.asked.clear()
    shop.faults.append(fault)

    await program.moves(1, "silver")
    await program.moves(2, "gold")
    await program.pusher().turn()
    in_trouble = len(shop.asked), (await program.target()).failures
    await program.push(minutes=1)

    assert in_trouble == (1, 1)
    assert program.held() == await program.wanted()
    assert (await program.target()).failures == 0


async def test_retry_after_is_obeyed(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.push()
    shop.faults.append((429, {"retry-after": "900"}, b""))
    await program.moves(1, "silver")
    await program.push(times=1)
    shop.asked.clear()

    clock.advance(seconds=880)
    await program.push(times=1)
    early = list(shop.asked)
    clock.advance(seconds=40)
    await program.push()

    assert early == []
    assert program.held() == values(shop, **{"1": "silver"})


async def test_a_throttled_shopify_is_asked_when_its_bucket_is_full_enough(db, clock, shopify):
    program = await Program.make(db, clock, shopify)
    await program.push()
    said = (
        b'{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":'
        b'{"cost":{"requestedQueryCost":112,"throttleStatus":{"currentlyAvailable":12.0,'
        b'"restoreRate":2.0}}}}'
    )
    shopify.faults.append((200, {}, said))
    await program.moves(1, "silver")
    before = clock.now()
    await program.push(times=1)

    target = await program.target()

    assert target.error == "throttled"
    assert target.ready_at - before >= timedelta(seconds=50)


async def test_wrong_credentials_blame_no_customer(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.push()
    shop.faults.append((401, {}, b""))
    shop.asked.clear()
    await program.moves(1, "silver")
    await program.push(times=3)
    told = len(shop.asked), (await program.states())["1"], (await program.target()).error

    clock.advance(minutes=11)
    await program.push()

    assert told == (1, ("pending", "silver", None), "http_401")
    assert program.held() == values(shop, **{"1": "silver"})


async def test_one_customer_that_fails_does_not_hold_up_the_others(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.push()
    shop.faults.append((422, {}, b"{}"))
    for name, level in (("1", "silver"), ("2", "gold"), ("3", "silver")):
        await program.moves(name, level)

    await program.push(times=1)

    states = await program.states()
    failed = [one for one, (state, _, _) in states.items() if state == "failed"]
    assert len(failed) == 1
    assert states[failed[0]][2] == "http_422"
    assert len(program.held()) == 2
    await program.push(minutes=1)
    assert program.held() == await program.wanted()


async def test_nonsense_is_a_failure_and_not_the_end(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.push()
    nonsense = [b"", b'"x"', b"[[]]", b"null", b"<html>", b"\xff", b"[" * 100_000, b"9" * 5_000]
    if shop.PLATFORM != "cs_cart":
        nonsense += [b"[]", b"{}"]  # there: in no group
    shop.faults += [(200, {}, one) for one in nonsense]
    await program.moves(1, "silver")

    await program.push(hours=7)

    assert program.held() == values(shop, **{"1": "silver"})


async def test_whoever_works_for_a_target_that_is_edited_has_its_work_refused(db, clock, shop):
    program = await Program.make(db, clock, shop)
    await program.moves(1, "silver")
    clock.advance(seconds=1)
    shop.arrived.clear()
    shop.answers.clear()
    turn = asyncio.create_task(program.pusher().turn())
    await shop.arrived.wait()
    await world.execute(db, "UPDATE push_targets SET term = term + 1, lease_until = NULL")
    shop.answers.set()
    await turn

    assert "acknowledged" not in {state for state, _, _ in (await program.states()).values()}
    await program.push()
    assert program.held() == values(shop, **{"1": "silver"})


async def test_credentials_of_another_installation_pause_the_target(db, clock, shop):
    program = await Program.make(db, clock, shop, sealed=b"x" * 60)
    await program.moves(1, "silver")

    await program.push(times=3)

    assert shop.asked == []
    assert (await program.target()).error == "credentials_unsealable"


@pytest.mark.parametrize("seed", [0])
@pytest.mark.parametrize("kind", SHOPS, ids=[one.PLATFORM for one in SHOPS])
async def test_random_moves_and_faults_end_in_what_is_held(db, clock, kind, seed):
    chance = random.Random(seed)
    faults = [RESET, LOST, BUSY, (500, {}, b""), (429, {"retry-after": "30"}, b""), (301, {}, b"")]
    async with opened(kind, range(1, 25)) as shop:
        program = await Program.make(db, clock, shop)
        for _ in range(12):
            for _ in range(8):
                level = chance.choice([None, "silver", "gold"])
                await program.moves(chance.randint(1, 24), level)
            shop.put(chance.randint(1, 24), VALUES[kind.PLATFORM]["gold"])
            shop.faults += [
                chance.choice(faults) if chance.random() < 0.3 else None for _ in "12345678"
            ]
            await program.push(times=chance.randint(1, 4))
        shop.faults.clear()
        await program.owe("nightly", "last")
        await program.push(hours=7)

        assert program.held() == await program.wanted()
        assert all(shop.others(one) == shop.others(2) for one in shop.customers)
