"""A statement on its own: what of it fails means the same as in a transaction."""

import asyncio

import pytest
from sqlalchemy.exc import DBAPIError

from app.kit.db import connect, sqlstate
from app.kit.errors import Unavailable
from app.kit.failures import shown
from app.kit.glances import Glance

STATEMENTS = {
    "share": "SELECT CAST(:whole AS int) / CAST(:parts AS int) AS each, CAST(:parts AS int) AS of_",
    "slow": "SELECT pg_sleep(30)",
    "nothing": "SELECT 1 AS one WHERE false",
}


@pytest.fixture
async def db(database_url):
    made = connect(database_url, pool=1, overflow=0, wait=1.0)
    yield made
    await made.close()


@pytest.fixture
def look(db, tmp_path):
    (tmp_path / "sql").mkdir()
    for name, statement in STATEMENTS.items():
        (tmp_path / "sql" / f"{name}.sql").write_text(statement)

    async def looked(name, make=db.snapshots, **binds):
        async with make() as session:
            return await Glance(str(tmp_path / "module.py"), name).row(session, **binds)

    return looked


async def begun(look):
    task = asyncio.create_task(look("slow"))
    await asyncio.sleep(0.1)
    assert not task.done()
    return task


async def test_binds_go_by_their_names(look):
    found = await look("share", parts=3, whole=12)

    assert (found.each, found.of_) == (4, 3)
    assert await look("nothing") is None


async def test_a_refusal_of_the_server_keeps_its_state(look):
    with pytest.raises(DBAPIError) as refused:
        await look("share", parts=0, whole=12)

    assert sqlstate(refused.value) == "22012"
    assert (await look("share", parts=3, whole=12)).each == 4


async def test_a_cut_connection_is_a_database_away(db, look):
    task = await begun(look)

    db.wires.cut_all()

    with pytest.raises((DBAPIError, OSError)) as lost:
        await task
    assert isinstance(shown(lost.value), Unavailable)
    db.wires.mend()
    assert (await look("share", parts=3, whole=12)).each == 4


async def test_who_leaves_gives_the_connection_back(look):
    task = await begun(look)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await look("share", parts=3, whole=12)).each == 4


async def test_it_is_not_mixed_with_a_transaction(db, look):
    with pytest.raises(AssertionError):
        await look("nothing", make=db.transaction)
