"""What the statements about people read: the plans, on more rows than a page."""

import json
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from app.customers import repository as customers
from app.customers.models import Represents
from app.kit.db import Database, connect, rows
from app.standings import overrides
from app.standings import repository as standings
from app.standings.listed import Wanted

TODAY = date(2026, 11, 22)
MEMBERS = (
    "INSERT INTO members (member_id, program_id, kind, external_id, known_on, version, counting,"
    " created_at) SELECT gen_random_uuid(), CAST(:program_id AS uuid), 'customer',"
    " 'c-' || number, CAST(:today AS date), 1, 1, CAST('2026-11-22' AS timestamptz)"
    " FROM generate_series(1, 6000) AS number"
)
REPRESENTATIONS = (
    "INSERT INTO representations SELECT member_id, md5(CAST(row_number() OVER () % 60 AS text))"
    "::uuid, CAST('2026-01-01' AS date), program_id, NULL, 1 FROM members"
    " WHERE program_id = CAST(:program_id AS uuid) AND external_id LIKE '%7'"
)
POSITIONS = (
    "INSERT INTO positions (member_id, ladder, program_id, position, level_key, since_on, state)"
    " SELECT member_id, 'tiers', program_id, 1, CASE WHEN row_number() OVER () % 200 = 0"
    " THEN 'gold' ELSE 'silver' END, CAST(:today AS date), 'held'"
    " FROM members WHERE program_id = CAST(:program_id AS uuid)"
)
OVERRIDES = (
    "INSERT INTO overrides (member_id, id, program_id, ladder, mode, reason, author, from_on,"
    " until_on, recorded, set_on, created_at) SELECT member_id, gen_random_uuid(), program_id,"
    " 'tiers', 'freeze', 'test', 'test', CAST(:today AS date) + CAST(random() * 3000 AS integer),"
    " CASE WHEN random() < 0.5 THEN CAST(:today AS date) + 3000 + CAST(random() * 99 AS integer)"
    " END, 1, CAST('2026-11-01' AS date), CAST('2026-11-22' AS timestamptz)"
    " FROM members WHERE program_id = CAST(:program_id AS uuid)"
)
SOME_OVERRIDE = text("SELECT id FROM overrides WHERE program_id = :program_id LIMIT 1")
TABLES = ("members", "representations", "positions", "overrides")


class Crowd(NamedTuple):
    db: Database
    program_id: UUID


@pytest.fixture(scope="module")
async def crowd(database_url):
    """A database with a program of 6,000 members beside another one of as many."""
    db = connect(database_url, pool=2)
    programs = [uuid4(), uuid4()]
    async with db.engine.begin() as connection:
        for program_id in programs:
            for statement in (MEMBERS, REPRESENTATIONS, POSITIONS, OVERRIDES):
                binds = {"program_id": program_id, "today": TODAY}
                used = {name: value for name, value in binds.items() if f":{name}" in statement}
                await connection.execute(text(statement), used)
    async with db.engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text("VACUUM ANALYZE " + ", ".join(TABLES)))
    yield Crowd(db, programs[0])
    async with db.engine.begin() as connection:
        for table in TABLES:
            statement = text(f"DELETE FROM {table} WHERE program_id = ANY (:programs)")
            await connection.execute(statement, {"programs": programs})
    await db.close()


async def plan_of(crowd, statement, **binds):
    """Index names that a statement uses, and how many rows its scans read."""
    async with crowd.db.engine.connect() as connection:
        explained = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.text}")
        found = (await connection.execute(explained, binds)).scalar_one()
        await connection.rollback()
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    nodes = list(_nodes(plan))
    read = sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in nodes
        if "Relation Name" in node
    )
    return {node["Index Name"] for node in nodes if "Index Name" in node}, read


def _nodes(node):
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


async def some(crowd, number=3):
    async with crowd.db.engine.connect() as connection:
        statement = text(
            "SELECT member_id FROM representations WHERE program_id = :id LIMIT :number"
        )
        found = await connection.execute(statement, {"id": crowd.program_id, "number": number})
        return [row.member_id for row in found]


async def test_representations_are_found_by_their_customers(crowd):
    people = await some(crowd)

    used, read = await plan_of(
        crowd, customers.REPRESENTATIONS, program_id=crowd.program_id, customers=people
    )

    assert used == {"representations_pkey"}
    assert read == len(people)


async def test_representatives_are_found_by_their_organization(crowd):
    async with crowd.db.transaction() as session:
        known = await customers.representations(session, crowd.program_id, await some(crowd, 1))

    used, read = await plan_of(
        crowd,
        customers.REPRESENTATIVES,
        program_id=crowd.program_id,
        organizations=[known[0].organization_id],
    )

    assert used == {"representations_program_id_organization_id_idx"}
    assert read <= 20


async def test_people_are_found_by_id(crowd):
    people = await some(crowd)

    used, read = await plan_of(
        crowd, customers.PEOPLE, program_id=crowd.program_id, member_ids=people
    )

    assert (used, read) == ({"members_pkey"}, len(people))


async def test_an_override_is_found_in_its_own_program_alone(crowd):
    async with crowd.db.transaction() as session:
        found = await rows(session, SOME_OVERRIDE, program_id=crowd.program_id)
        own = await overrides.override(session, crowd.program_id, found[0].id)
        elsewhere = await overrides.override(session, uuid4(), found[0].id)

    assert own is not None
    assert elsewhere is None


async def test_overrides_that_turn_on_a_day_are_found_by_their_program(crowd):
    used, read = await plan_of(
        crowd, overrides.TURNING, program_id=crowd.program_id, day=date(2027, 6, 1)
    )

    assert any(name.startswith("overrides_") for name in used)
    assert read < 6_100  # never the other program's


@pytest.mark.parametrize("after", [date.min, date.max])
async def test_a_page_of_what_ends_when_reads_little_more_than_the_page(crowd, after):
    used, read = await plan_of(
        crowd,
        overrides.ENDING,
        program_id=crowd.program_id,
        as_of=TODAY,
        ends_by=date.max,
        open_too=True,
        after=after,
        after_id=UUID(int=0),
        open_after=UUID(int=0),
        number=51,
    )

    assert used == {"overrides_program_id_until_on_id_idx", "members_pkey"}
    assert read <= 4 * 51  # of each kind of end, with their members


async def test_a_page_of_members_reads_little_more_than_the_page(crowd):
    statement = await listing(crowd, Wanted(TODAY, sleeping=True))

    used, read = await plan_of(crowd, statement)

    assert "members_program_id_kind_external_id_idx" in used
    assert read < 400


async def test_members_of_a_level_are_found_by_the_level(crowd):
    statement = await listing(crowd, Wanted(TODAY, sleeping=True, tier="gold"))

    used, read = await plan_of(crowd, statement)

    assert any(name.startswith("positions_") for name in used)
    assert read < 6_100


async def listing(crowd, wanted):
    """The statement that lists members, as text."""
    caught = []

    class Spy:
        async def exec(self, statement):
            caught.append(statement)
            return []

    await standings.members(Spy(), crowd.program_id, wanted, ("", ""), 51)
    options = {"literal_binds": True}
    compiled = caught[0].compile(dialect=postgresql.dialect(), compile_kwargs=options)
    return text(str(compiled).replace(":", r"\:"))


async def test_rewriting_saves_what_is_new_and_drops_what_is_gone(crowd):
    [customer] = await some(crowd, 1)
    organizations = sorted((uuid4(), uuid4()))
    begun = Represents(customer, organizations[0], TODAY, None, 7)
    ended = Represents(customer, organizations[0], TODAY, TODAY, 7)
    other = Represents(customer, organizations[1], TODAY, None, 8)

    async with crowd.db.transaction() as session:
        program_id = crowd.program_id
        await customers.save_representations(session, program_id, [begun])
        await customers.save_representations(session, program_id, [ended, other])
        found = await customers.representations(session, program_id, [customer])
        assert found[:2] == [other, ended]
        await customers.drop_representations(session, program_id, [ended])
        assert ended not in await customers.representations(session, program_id, [customer])
        assert await customers.representations(session, uuid4(), [customer]) == []
        await customers.drop_representations(session, uuid4(), [other])  # not its program
        assert other in await customers.representations(session, program_id, [customer])
        await session.rollback()
