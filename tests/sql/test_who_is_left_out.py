"""Whom statements leave out, at the edge itself: the one just before, the one of another kind."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.checks import refolding
from app.checks import repository as checks
from app.evaluation import repository, screening
from app.evaluation.repository import Slice
from app.kit.db import rows
from app.policy.window import Days
from app.programs import service as programs
from app.programs.definition import Definition
from tests.jobs import world
from tests.jobs.world import NOON, TODAY

YESTERDAY = TODAY - timedelta(1)
SPENT = {YESTERDAY: 100_000}
DECIDED = "UPDATE members SET decided = true WHERE program_id = :p"
REVIEWED = (
    "INSERT INTO positions (member_id, ladder, program_id, position, level_key, since_on, state,"
    " review_on) VALUES (:m, 'tiers', :p, 1, 'silver', :day, 'held', :day)"
)
REPRESENTED = (
    "INSERT INTO representations (member_id, organization_id, from_on, program_id, until_on,"
    " recorded) VALUES (:m, gen_random_uuid(), :day, :p, :day, 1)"
)
UNDECIDED = "UPDATE members SET decided = false WHERE member_id = :m AND program_id = :p"
CHECK = (
    "INSERT INTO checks (id, program_id, occasion, as_of, state, author, members_total,"
    " created_at, due_at) VALUES (:id, :p, :occasion, :day, 'running', 'key:a', 0, :at, :at)"
)
FACT = (
    "INSERT INTO order_events (member_id, event_key, program_id, source, event_id, type,"
    " order_key, received_at, content_hash, outcome) VALUES (:order, :key, :p, 'api', 'e',"
    " 'order.refund', :order, :at, '', :outcome)"
)


@pytest.mark.parametrize("cause", [None, REVIEWED, REPRESENTED, UNDECIDED])
async def test_a_slice_begins_behind_its_first_id_and_ends_with_its_last(db, cause):
    """Cause None: a day that has turned."""
    program_id = await world.program(db)
    spent = {} if cause else {YESTERDAY: 100}
    ids = sorted((await world.members(db, program_id, dict.fromkeys("abc", spent))).values())
    await world.execute(db, DECIDED, p=program_id)
    for member in ids if cause else ():
        binds = {} if cause == UNDECIDED else {"day": YESTERDAY}
        await world.execute(db, cause, m=member, p=program_id, **binds)

    async with db.transaction() as session:
        turned = [Days(YESTERDAY, YESTERDAY)]
        part = Slice(program_id, ids[0], ids[1])
        found = await repository.candidates(session, part, YESTERDAY, TODAY, turned)

    assert found == [ids[1]]


@pytest.mark.parametrize("metrics", [1, 2])
async def test_a_check_looks_at_nobody_of_the_slice_before(db, metrics):
    """One metric reads one window, two read a window each."""
    rules = world.definition(silver="1000.00").model_dump(mode="json")
    rules["tiers"][0]["criteria"] = [
        {"metric": metric, "at_least": least, "window": {"rolling_days": days}}
        for metric, least, days in [("spend", "1.00", 30), ("orders", 1, 90)][:metrics]
    ]
    program_id = await world.program(db, Definition.of(rules))
    ids = sorted((await world.members(db, program_id, dict.fromkeys("abc", SPENT))).values())
    await world.execute(db, DECIDED, p=program_id)

    async with db.transaction() as session:
        known = await programs.rules_of(session, program_id)
        part = Slice(program_id, ids[0], ids[1])
        found = await screening.movers(session, known, part, TODAY)

    assert found == [ids[1]]


@pytest.mark.parametrize(("occasion", "is_found"), [("audit", False), ("check", True)])
async def test_an_audit_keeps_no_check_waiting(db, occasion, is_found):
    program_id, id_ = await world.program(db), uuid4()
    await world.execute(db, CHECK, id=id_, p=program_id, occasion=occasion, day=TODAY, at=NOON)

    async with db.transaction() as session:
        found = await checks.unfinished(session, program_id)

    assert found == (id_ if is_found else None)


async def test_an_order_is_folded_again_without_what_lies_in_quarantine(db):
    program_id, order = await world.program(db), uuid4()
    keys = [UUID(int=1), UUID(int=2)]
    for key, outcome in zip(keys, ["accepted", "quarantined"], strict=True):
        binds = {"key": key, "outcome": outcome, "order": order, "p": program_id, "at": NOON}
        await world.execute(db, FACT, **binds)

    async with db.transaction() as session:
        binds = {"program_id": program_id, "order_keys": [order]}
        found = await rows(session, refolding.FACTS, **binds)

    assert [one.event_key for one in found] == keys[:1]


async def test_an_audit_proves_no_day_of_points_alone(db):
    program_id = await world.program(db)
    days = {TODAY: 100, YESTERDAY: 0}
    ids = await world.members(db, program_id, {"a": days})
    await world.execute(db, "UPDATE day_totals SET orders = 0, points = 1 WHERE spend = 0")

    async with db.transaction() as session:
        binds = {"program_id": program_id, "member_ids": list(ids.values())}
        found = await rows(session, refolding.DAYS, **binds)

    assert [one.day for one in found] == [TODAY]
