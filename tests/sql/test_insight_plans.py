"""Analytics read what they tell of once, and of days and dates only those asked for."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest

from app.insight import repository
from app.insight.turning import binds_of, turning
from app.kit.db import Database, connect
from app.policy.falling import falling
from app.policy.ladder import Ladder
from app.programs import service as programs
from tests.bench.crowd import FIRST_CHECK, PER_MEMBER, WINDOW, make_crowd
from tests.jobs import world
from tests.sql.conftest import ALL_TABLES
from tests.sql.plans import plan_of

MEMBERS = 3_000
AHEAD = 30
EITHER = pytest.mark.parametrize("generic", [False, True], ids=["these values", "any values"])


class Crowd(NamedTuple):
    db: Database
    program_id: UUID
    ladder: Ladder


@pytest.fixture(scope="module")
async def crowd(database_url):
    """The benchmark's crowd, small: one move each, all of one day."""
    db = connect(database_url, pool=2, statement_timeout="60s")
    await world.execute(db, f"TRUNCATE {ALL_TABLES}")
    made = await make_crowd(db, database_url.replace("+asyncpg", ""), "crowd", MEMBERS)
    async with db.transaction() as session:
        rules = await programs.rules_of(session, made.program_id)
    yield Crowd(db, made.program_id, rules.ladders[0])
    await world.execute(db, f"TRUNCATE {ALL_TABLES}")
    await db.close()


async def plan(crowd, statement, *, generic, **binds):
    return await plan_of(crowd.db, statement, generic=generic, program_id=crowd.program_id, **binds)


@EITHER
async def test_movement_reads_the_changes_of_its_days(crowd, generic):
    days = {"first": FIRST_CHECK + timedelta(1), "last": FIRST_CHECK + timedelta(AHEAD)}

    found = await plan(crowd, repository.MOVES, generic=generic, **days)

    assert found.indexes == {"changes_program_id_as_of_idx"}
    assert found.read == 0


@EITHER
async def test_the_moves_since_a_date_are_read_from_that_date_on(crowd, generic):
    found = await plan(
        crowd, repository.MOVED_SINCE, generic=generic, sleeping=True, as_of=FIRST_CHECK
    )

    assert "changes_program_id_as_of_idx" in found.indexes
    assert found.read <= MEMBERS


@EITHER
@pytest.mark.parametrize("name", ["HOLDERS", "MEMBERS_KNOWN"])
async def test_shares_read_everybody_once(crowd, generic, name):
    found = await plan(
        crowd, getattr(repository, name), generic=generic, sleeping=True, as_of=FIRST_CHECK
    )

    assert 0 < found.read <= MEMBERS


@EITHER
async def test_suggestions_read_the_days_of_the_window_once(crowd, generic):
    found = await plan(
        crowd,
        repository.REACHED,
        generic=generic,
        metric="spend",
        first=FIRST_CHECK - timedelta(WINDOW),
        last=FIRST_CHECK,
        as_of=FIRST_CHECK,
        sleeping=True,
        ranks=[10, 100],
    )

    assert 0 < found.read <= MEMBERS * PER_MEMBER + MEMBERS


@EITHER
async def test_fallers_are_found_by_the_days_that_turn(crowd, generic):
    rules = falling(crowd.ladder)
    checks = [FIRST_CHECK + timedelta(number + 1) for number in range(AHEAD)]
    turns = turning(crowd.ladder.windows[0], checks, FIRST_CHECK, None)
    asked = {"as_of": FIRST_CHECK, "sleeping": True, "most": 51, "after": UUID(int=0)}
    [turned] = await world.fetch(
        crowd.db,
        "SELECT count(*) AS days FROM day_totals WHERE day > :begin AND day <= :end"
        " OR day >= :first AND day < :last",
        begin=FIRST_CHECK,
        end=checks[-1],
        first=FIRST_CHECK - timedelta(WINDOW),
        last=checks[-1] - timedelta(WINDOW),
    )

    found = await plan(
        crowd,
        repository.FALLING,
        generic=generic,
        **binds_of(crowd.ladder, rules, turns),
        **asked,
        stayed_since=FIRST_CHECK,
        waits=False,
    )

    assert {"day_totals_program_id_day_idx", "day_totals_pkey"} <= found.indexes
    assert 0 < found.read <= turned.days * (1 + PER_MEMBER) + 2 * MEMBERS


@EITHER
async def test_who_is_told_singly_is_found_among_the_holders(crowd, generic):
    found = await plan(
        crowd,
        repository.SINGLY,
        generic=generic,
        ladder="tiers",
        levels=[level.key for level in crowd.ladder.levels],
        everybody=False,
        sleeping=True,
        as_of=FIRST_CHECK,
        most=2_000,
    )

    assert found.read <= MEMBERS


@EITHER
async def test_what_was_bought_is_read_once_by_its_days(crowd, generic):
    days = {"first": FIRST_CHECK - timedelta(AHEAD - 1), "last": FIRST_CHECK}
    [bought] = await world.fetch(
        crowd.db,
        "SELECT count(*) AS days FROM day_totals WHERE day BETWEEN :first AND :last",
        **days,
    )

    found = await plan(
        crowd, repository.SOLD, generic=generic, **days, ladders=["tiers"], currency="EUR"
    )

    assert "day_totals_program_id_day_idx" in found.indexes
    assert 0 < found.read <= bought.days + 2 * MEMBERS
