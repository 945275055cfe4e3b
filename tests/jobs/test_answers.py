"""Stored answers of requests are forgotten when no repetition may ask for them any more."""

from datetime import timedelta

from app.access.jobs import AnswerJob
from app.kit import loops
from tests.jobs import world
from tests.jobs.world import NOON

STORED = (
    "INSERT INTO idempotency_keys (program_id, key, route, body_hash, created_at, lease_until)"
    " SELECT :p, 'k' || hours, 'POST /v1/keys', '', CAST(:at AS timestamptz) - make_interval("
    "hours => hours), :at FROM unnest(CAST(:ages AS integer[])) AS hours"
)
LEFT = "SELECT key FROM idempotency_keys ORDER BY key"


async def test_answers_go_a_day_after_they_were_given(db, clock):
    program_id = await world.program(db)
    await world.execute(db, STORED, p=program_id, at=NOON, ages=[1, 24, 26, 400])

    forgot = await loops.step(db, clock, AnswerJob())

    assert forgot
    assert [one.key for one in await world.fetch(db, LEFT)] == ["k1", "k24"]
    assert not await loops.step(db, clock, AnswerJob())


async def test_a_young_answer_goes_when_it_has_grown_old(db, clock):
    program_id = await world.program(db)
    await world.execute(db, STORED, p=program_id, at=NOON, ages=[1])
    clock.at = NOON + timedelta(hours=25)

    assert await loops.step(db, clock, AnswerJob())
    assert await world.fetch(db, LEFT) == []
