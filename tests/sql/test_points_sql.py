"""The ledger's statements: what they give, and that they read one member's lines at most."""

from uuid import UUID, uuid4

import pytest

from app.kit.db import connect
from app.orders import activities
from app.points import repository, service
from app.points.listed import Entered, Stamp
from app.points.service import Account
from tests.jobs import world
from tests.jobs.world import NOON as AT
from tests.jobs.world import TODAY
from tests.sql.conftest import ALL_TABLES
from tests.sql.plans import plan_of

LINES, MEMBERS = 40, 100
NEWEST = (2**62, UUID(int=2**128 - 1))
CROWD = (
    "INSERT INTO points_entries (member_id, entry_id, program_id, kind, points, day, recorded_at,"
    " recorded, activity_id, customer_id) SELECT member_id, gen_random_uuid(), program_id,"
    " 'earned', 1, CAST(:today AS date), CAST(:at AS timestamptz), n, CAST(n AS text), member_id"
    " FROM members, generate_series(1, CAST(:lines AS integer)) AS n"
)


@pytest.fixture
async def town(db):
    program_id = await world.program(db)
    ids = await world.members(db, program_id, {"a": {}, "b": {}})
    return Stamp(program_id, TODAY, AT, "key:test"), sorted(ids.values())


async def lines(session, stamp, member):
    found = await service.page(session, stamp.program_id, member, NEWEST, 100)
    return [(one.kind, one.points, one.balance) for one in found]


async def test_an_entry_is_rewarded_once_whoever_asks(db, town):
    stamp, (first, second) = town
    entered = [Entered(first, "gold", 50, 1), Entered(second, "gold", 50, 1)]

    async with db.transaction() as session:
        await service.reward_entries(session, stamp, entered)
        await service.reward_entries(session, stamp, [Entered(first, "gold", 70, 2)])
        await service.reward_entries(session, stamp, [Entered(first, "silver", 5, 3)])

        assert await lines(session, stamp, first) == [("bonus", 5, 55), ("bonus", 50, 50)]


async def test_what_is_handed_over_keeps_its_kind_and_day(db, town):
    stamp, (removed, kept) = town
    theirs, ours = Account(removed, 4), Account(kept, 9)
    rewards = [Entered(removed, "gold", 50, 1), Entered(removed, "silver", 7, 2)]
    async with db.transaction() as session:
        await service.reward_entries(session, stamp, [*rewards, Entered(kept, "gold", 50, 1)])
        await service.write(session, stamp, theirs, "redeemed", -20, "Spent")

        await service.hand_over(session, stamp, theirs, ours)
        await service.reward_entries(session, stamp, [Entered(kept, "silver", 7, 10)])

        assert await repository.balance(session, stamp.program_id, removed) == 0
        assert await repository.balance(session, stamp.program_id, kept) == 50 + 7 - 20
        assert await repository.balance(session, uuid4(), kept) == 0


async def test_a_ledger_is_read_from_one_members_lines(database_url):
    db = connect(database_url, pool=2, statement_timeout="60s")
    program_id = await world.program(db)
    ids = await world.members(db, program_id, {f"c{n}": {} for n in range(MEMBERS)})
    member = min(ids.values())
    await world.execute(db, CROWD, today=TODAY, at=AT, lines=LINES)
    await world.execute(db, "ANALYZE points_entries")
    binds = {"program_id": program_id, "member_id": member}

    balance = await plan_of(db, repository.BALANCE, **binds)
    place = {"recorded": NEWEST[0], "entry_id": NEWEST[1], "number": 10}
    page = await plan_of(db, repository.PAGE, **binds, **place)
    acts = await plan_of(db, activities.ACTIVITIES_OF, program_id=program_id, customers=[member])

    assert (balance.read, page.read, acts.read) == (LINES, LINES, LINES)
    assert acts.indexes == {"points_entries_program_id_customer_id_idx"}
    await world.execute(db, f"TRUNCATE {ALL_TABLES}")
    await db.close()
