"""Daily audits: a chunk at a time, resumed where one was left, giving way to who tells facts."""

import asyncio
from types import SimpleNamespace

import pytest

from app.checks import audit, audits
from app.kit import lately
from app.kit.lately import Lately
from tests.api.merchant import opened
from tests.api.test_checks import order
from tests.jobs import world
from tests.jobs.world import TODAY

ROW = "SELECT state, author, members_done FROM checks WHERE occasion = 'audit' AND program_id = :id"


@pytest.fixture
async def program(db, monkeypatch):
    """Five members, two in a chunk; its scheduled check has ended."""
    monkeypatch.setattr(audit, "AT_ONCE", 2)
    program_id = await world.program(db)
    await world.members(db, program_id, {f"c-{number}": {} for number in range(5)})
    await world.execute(
        db, "UPDATE programs SET checked_on = :day WHERE id = :id", day=TODAY, id=program_id
    )
    return program_id


@pytest.fixture
def proved(monkeypatch):
    """How many members each chunk proves."""
    found, prove = [], audit.prove

    async def seen(session, bench, members):
        found.append(len(members))
        return await prove(session, bench, members)

    monkeypatch.setattr(audit, "prove", seen)
    return found


async def no_rest(_):
    pass


async def stopped(_):
    raise asyncio.CancelledError


async def killed(_):
    message = "killed"
    raise RuntimeError(message)


async def due(db, clock):
    async with db.transaction() as session:
        return await audit.due(session, clock.now())


async def test_an_audit_that_a_stopping_worker_left_goes_on_at_once(db, clock, program, proved):
    with pytest.raises(asyncio.CancelledError):
        await audit.audit(db, clock, program, rest=stopped)
    left = await world.fetch(db, ROW, id=program)
    asked = await due(db, clock)

    report = await audit.audit(db, clock, program, rest=no_rest)

    assert left == [("running", "audit", 2)]
    assert asked == [program]
    assert proved == [2, 2, 1]
    assert (report.members_total, report.share, report.is_clean) == (5, "1.000000", True)
    assert await world.fetch(db, ROW, id=program) == [("finished", "audit", 5)]
    assert await due(db, clock) == []


async def test_an_audit_of_a_killed_worker_waits_until_it_counts_as_left(
    db, clock, program, proved
):
    with pytest.raises(RuntimeError):
        await audit.audit(db, clock, program, rest=killed)
    early = (await due(db, clock), await audit.audit(db, clock, program, rest=no_rest))
    clock.at += audit.LEFT_AFTER

    late = (await due(db, clock), await audit.audit(db, clock, program, rest=no_rest))

    assert (early[0], early[1].members_total) == ([], 0)
    assert (late[0], late[1].members_total) == ([program], 5)
    assert proved == [2, 2, 1]


async def test_an_audit_by_hand_takes_the_place_of_one_at_work(db, clock, program, proved):
    async def by_hand(_):
        await audit.audit(db, clock, program, author="hand")

    taken = await audit.audit(db, clock, program, rest=by_hand)

    assert taken.members_total == 0
    assert proved == [2, 2, 2, 1, 2]
    assert await world.fetch(db, ROW, id=program) == [("finished", "hand", 5)]


@pytest.mark.parametrize(
    ("wait", "worked", "rests"),
    [
        (0.026, 0.25, [0.25] * 9),
        (0.026, 0.01, [pytest.approx(0.09)]),
        (0.024, 0.25, []),
        (None, 0.25, []),
    ],
    ids=str,
)
async def test_an_audit_rests_while_facts_wait_long_but_not_for_ever(
    monkeypatch, wait, worked, rests
):
    slept, waits = [], Lately()
    if wait is not None:
        waits.note(wait)

    async def sleep(seconds):
        slept.append(seconds)

    monkeypatch.setattr(audits, "INGEST", waits)
    monkeypatch.setattr(audits, "asyncio", SimpleNamespace(sleep=sleep))

    await audits.rest(worked)

    assert slept == rests


def test_what_was_long_ago_is_not_lately(monkeypatch):
    now = 100.0
    monkeypatch.setattr(lately, "time", SimpleNamespace(monotonic=lambda: now))
    waits = Lately()
    waits.note(5.0)
    now += lately.LATELY_SECONDS + 1
    for number in range(100):
        waits.note(number / 100)

    assert waits.p99() == 0.99


async def test_a_fact_tells_how_long_it_waited(database_url, monkeypatch):
    waits = Lately()
    monkeypatch.setattr("app.inbound.coalescer.INGEST", waits)
    async with opened(database_url) as merchant:
        await merchant.make()
        await merchant.with_tiers(silver="1000.00")
        await order(merchant, "a", "1500.00", day="2026-11-22")

    assert waits.p99() > 0
