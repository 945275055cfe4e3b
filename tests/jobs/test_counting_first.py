"""An edit that moves orders from member to member: all come home before anybody is evaluated."""

import asyncio
from datetime import timedelta
from itertools import count

import pytest

from app.checks import advancing, repository, slices, slicing
from app.checks.jobs import SliceJob
from app.evaluation import service as evaluation
from app.kit.loops import step
from tests.api.town import DEFINITION, TODAY, opened
from tests.jobs import world

PAIRS = 4
HALF = 2**127
YESTERDAY = TODAY - timedelta(1)
EDIT = {"pooling": "current_representatives", "debounce_seconds": 0}
ASSIGNED = ("tier.assigned", None, "silver", "rules_changed", "qualified")


@pytest.fixture
async def town(database_url, monkeypatch):
    """Organizations of the first slice; in the second one their people, who ordered before."""
    monkeypatch.setattr(slicing, "SLICE_MEMBERS", PAIRS)
    for number in ("AT_ONCE", "COUNTED_AT_ONCE"):
        monkeypatch.setattr(evaluation, number, 1)
    async with opened(database_url, DEFINITION) as made:
        made.groups = named(made, "organization", late=False)
        made.people = named(made, "customer", late=True)
        for group, one in zip(made.groups, made.people, strict=True):
            await made.order(one, "150.00", YESTERDAY)
            await made.put(f"organizations/{group}/representatives/{one}")
        yield made


def named(town, kind, *, late):
    names = (f"{kind}-{number}" for number in count())
    chosen = (one for one in names if (town.member(kind, one).int > HALF) is late)
    return [next(chosen) for _ in range(PAIRS)]


async def edit(town, **how):
    """Publish the edit and plan its check; the check's id."""
    answer = await town.api.patch("/v1/settings", json=EDIT, params=how, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    town.clock.at = town.clock.now().replace(microsecond=0)
    assert await town.db.run(
        lambda session: advancing.advance(session, town.program_id, town.clock.now())
    )
    [check] = await town.rows(
        "SELECT id, (SELECT count(*) FROM check_slices WHERE check_id = checks.id) AS slices"
        " FROM checks WHERE program_id = :program_id AND occasion = 'rules_changed'"
    )
    assert check["slices"] == 2
    return check["id"]


async def work(town, name="worker"):
    """Steps until nothing is left to do; how many."""
    steps = 0
    while await step(town.db, town.clock, SliceJob(name), leased=True):
        steps += 1
    await world.end_checks(town.db, town.clock)
    return steps


async def state(town, check):
    return (await town.api.get(f"/v1/checks/{check}")).json()["state"]


async def moves(town):
    return [await town.changes("organization", one, "tiers") for one in town.groups]


async def test_who_gets_orders_of_a_later_slice_is_decided_by_the_same_check(town):
    check = await edit(town)

    await work(town)

    assert await state(town, check) == "finished"
    assert await moves(town) == [[ASSIGNED]] * PAIRS


async def test_two_workers_count_and_evaluate_together(town):
    check = await edit(town)

    await asyncio.gather(work(town, "a"), work(town, "b"))
    await work(town)

    assert await state(town, check) == "finished"
    assert await moves(town) == [[ASSIGNED]] * PAIRS


async def test_a_worker_killed_while_orders_are_counted_is_followed_by_another(town, monkeypatch):
    check = await edit(town)
    assert await step(town.db, town.clock, SliceJob("first"), leased=True)
    entered = asyncio.Event()

    async def hang(*_):
        entered.set()
        await asyncio.sleep(60)

    with monkeypatch.context() as patched:
        patched.setattr(repository, "hand_back", hang)
        killed = asyncio.create_task(step(town.db, town.clock, SliceJob("dead"), leased=True))
        async with asyncio.timeout(10):
            await entered.wait()
        killed.cancel()
        await asyncio.wait([killed])
    assert await moves(town) == [[]] * PAIRS

    await work(town)  # the dead one's slice is still leased to it
    town.clock.at += slices.LEASE * 2
    await work(town, "heir")

    assert await state(town, check) == "finished"
    assert await moves(town) == [[ASSIGNED]] * PAIRS
