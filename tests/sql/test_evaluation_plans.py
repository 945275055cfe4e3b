"""Evaluations read what they ask for, whoever else is there: also when a plan is for any values."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest

from app.checks import audit
from app.customers import repository as customers
from app.evaluation import repository
from app.kit.db import Database, connect
from app.kit.ids import computed_id
from app.programs import service as programs
from tests.bench.crowd import FIRST_CHECK, LAST_DAY, NOW, PER_MEMBER, WINDOW, make_crowd
from tests.jobs import world
from tests.sql.conftest import ALL_TABLES
from tests.sql.plans import plan_of

MEMBERS = 3_000
SINCE = LAST_DAY - timedelta(30)
HALF = {"after": UUID(int=0), "through": UUID(int=2**127)}
ALL = {"after": UUID(int=0), "through": UUID(int=2**128 - 1)}
EITHER = pytest.mark.parametrize("generic", [False, True], ids=["these values", "any values"])
SCREEN = {
    "ladder": "tiers",
    "levels": ["bronze", "silver", "gold"],
    "signatures": 4,
    "idle": 0,
    "settled": [held == earned for held in range(4) for earned in range(4)],
}
ONE_CUT = {
    "first": FIRST_CHECK - timedelta(WINDOW),
    "last": FIRST_CHECK,
    "spend_cuts": [40_000, 120_000, 125_000],
    "spend_weight": 1,
    **{f"{name}_cuts": [] for name in ("orders", "largest", "points")},
    **{f"{name}_weight": 0 for name in ("orders", "largest", "points")},
}
CUTS = {
    "numbers": [0],
    "firsts": [ONE_CUT["first"]],
    "lasts": [ONE_CUT["last"]],
    "thresholds": ONE_CUT["spend_cuts"],
    "cut_windows": [0],
    "cut_metrics": ["spend"],
    "cut_weights": [1],
    "cut_zeros": [0],
    "cut_lows": [1],
    "cut_highs": [3],
}


class Crowd(NamedTuple):
    db: Database
    program_id: UUID
    some: list[UUID]


@pytest.fixture(scope="module")
async def crowd(database_url):
    """The benchmark's crowd, small."""
    db = connect(database_url, pool=2, statement_timeout="60s")
    await world.execute(db, f"TRUNCATE {ALL_TABLES}")
    made = await make_crowd(db, database_url.replace("+asyncpg", ""), "crowd", MEMBERS)
    ids = [computed_id(made.program_id, "customer", f"c-{number}") for number in range(20)]
    yield Crowd(db, made.program_id, sorted(ids))
    await world.execute(db, f"TRUNCATE {ALL_TABLES}")
    await db.close()


@EITHER
@pytest.mark.parametrize("part", [HALF, ALL], ids=["a slice", "everybody"])
async def test_candidates_read_only_the_days_that_turned(crowd, generic, part):
    turned = {"firsts": [SINCE, LAST_DAY], "lasts": [SINCE, LAST_DAY]}
    dates = {"since": LAST_DAY - timedelta(1), "as_of": LAST_DAY}

    plan = await plan_of(
        crowd.db,
        repository.CANDIDATES,
        generic=generic,
        program_id=crowd.program_id,
        **part,
        **turned,
        **dates,
    )

    assert "day_totals_program_id_day_idx" in plan.indexes
    assert plan.read < MEMBERS * PER_MEMBER / 100


@EITHER
@pytest.mark.parametrize("one_window", [True, False])
async def test_a_screen_reads_the_days_of_its_slice_from_the_index_alone(
    crowd, generic, one_window
):
    statement = repository.UNSETTLED_ONE if one_window else repository.UNSETTLED
    cuts = ONE_CUT if one_window else CUTS

    plan = await plan_of(
        crowd.db,
        statement,
        generic=generic,
        program_id=crowd.program_id,
        **HALF,
        **SCREEN,
        **cuts,
    )

    assert "day_totals_pkey" in plan.indexes
    assert plan.fetched == 0
    days = PER_MEMBER / 2 if one_window else PER_MEMBER
    assert plan.read < (MEMBERS + MEMBERS * days) * 0.55


@EITHER
async def test_the_screen_of_some_reads_their_days_alone(crowd, generic):
    plan = await plan_of(
        crowd.db,
        repository.UNSETTLED_AMONG,
        generic=generic,
        program_id=crowd.program_id,
        member_ids=crowd.some,
        **SCREEN,
        **CUTS,
    )

    assert {"day_totals_pkey", "members_pkey", "positions_pkey"} <= plan.indexes
    assert plan.read <= len(crowd.some) * (2 + PER_MEMBER)


@EITHER
async def test_totals_read_the_days_of_their_windows(crowd, generic):
    number = len(crowd.some)

    plan = await plan_of(
        crowd.db,
        repository.TOTALS,
        generic=generic,
        member_ids=crowd.some,
        numbers=[0] * number,
        firsts=[ONE_CUT["first"]] * number,
        lasts=[ONE_CUT["last"]] * number,
    )

    assert plan.indexes == {"day_totals_pkey"}
    assert plan.read <= number * PER_MEMBER


@EITHER
async def test_cases_read_the_members_asked_for(crowd, generic):
    plan = await plan_of(
        crowd.db,
        repository.CASES,
        generic=generic,
        program_id=crowd.program_id,
        as_of=LAST_DAY,
        member_ids=crowd.some,
        sleeping=True,
        anchored=False,
    )

    assert {"members_pkey", "positions_pkey"} <= plan.indexes
    assert plan.read <= 2 * len(crowd.some)


@pytest.mark.parametrize("name", ["UNDECIDED", "COUNTED_BEFORE"])
async def test_where_nothing_waits_nothing_is_read(crowd, name):
    statements = {
        "UNDECIDED": (repository.UNDECIDED, {}),
        "COUNTED_BEFORE": (customers.COUNTED_BEFORE, {"counting": 1, "most": 100}),
    }
    statement, more = statements[name]

    plan = await plan_of(crowd.db, statement, program_id=crowd.program_id, **HALF, **more)

    assert plan.read == 0


async def test_the_crowd_is_what_the_plans_take_it_for(crowd):
    async with crowd.db.transaction() as session:
        rules = await programs.rules_of(session, crowd.program_id)
        everybody = await repository.all_members(session, repository.Slice(crowd.program_id, **ALL))

        wrong = await audit.violations(session, crowd.program_id, NOW)

    assert len(everybody) == MEMBERS
    assert {code for _, code in wrong} <= {"A2", "A3"}  # its days come from no orders
    assert [level.key for level in rules.ladders[0].levels] == SCREEN["levels"]
