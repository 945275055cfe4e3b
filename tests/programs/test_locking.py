"""An edit is patient with a running check."""

import asyncio

from sqlalchemy import text

from app.kit.db import connect
from app.programs import repository
from tests.api.town import opened


async def test_an_edit_waits_for_a_slice_that_takes_longer_than_other_locks(database_url):
    async with opened(database_url) as town:
        other = connect(database_url, pool=1, overflow=0)
        async with other.engine.begin() as slice_:
            held = text("SELECT 1 FROM programs WHERE id = :id FOR SHARE")
            await slice_.execute(held, {"id": town.program_id})
            edit = asyncio.create_task(
                town.db.run(lambda session: repository.lock_program(session, town.program_id))
            )
            await asyncio.sleep(2.5)
            assert not edit.done()

        found = await edit
        await other.close()

    assert found is not None
    assert found.id == town.program_id
