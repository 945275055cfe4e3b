"""What was found about the lines of an import is kept for some days after its end."""

from datetime import timedelta
from uuid import uuid4

from app.inbound.imports import forgetting
from app.inbound.imports.forgetting import FindingsJob
from app.kit import loops
from tests.jobs import world
from tests.jobs.world import NOON

IMPORT = (
    "INSERT INTO imports (id, program_id, kind, form, encoding, key_id, state, created_at,"
    " finished_at) VALUES (:id, :p, 'orders', 'csv', 'identity', 'k', :state, :at, :ended)"
)
FINDING = (
    "INSERT INTO import_findings (import_id, line, word, program_id, reason)"
    " VALUES (:id, :line, :word, :p, 'not_valid')"
)
LEFT = "SELECT filename FROM imports WHERE id IN (SELECT import_id FROM import_findings)"
NAMED = "UPDATE imports SET filename = :name WHERE id = :id"


async def findings(db, name, days, lines=1):
    """An import that ended so many days ago, None = not yet, with two findings a line."""
    program_id, id_ = uuid4(), uuid4()
    state = "running" if days is None else "finished"
    ended = None if days is None else NOON - timedelta(days=days)
    binds = {"id": id_, "p": program_id}
    await world.execute(db, IMPORT, **binds, state=state, at=NOON - timedelta(400), ended=ended)
    await world.execute(db, NAMED, id=id_, name=name)
    for line in range(lines):
        for word in ("refused", "differs"):
            await world.execute(db, FINDING, **binds, line=line, word=word)


async def test_findings_go_some_days_after_the_end(db, clock, monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    await findings(db, "old", 31, lines=2)
    await findings(db, "new", 29)
    await findings(db, "runs", None)

    steps = 0
    while await loops.step(db, clock, FindingsJob(30)):
        steps += 1

    assert steps == 2
    assert {one.filename for one in await world.fetch(db, LEFT)} == {"new", "runs"}
    assert len(await world.fetch(db, "SELECT id FROM imports")) == 3
