"""What is planted in derived tables is repaired from the facts; facts and history stay."""

import pytest

from app.checks import audit
from app.checks.rebuilding import Rebuilding
from tests.jobs import world
from tests.sql.test_audit import FAULTS, PROOFS, program_id, sandbox

__all__ = ["sandbox"]

DERIVED = [*FAULTS["A1"], *FAULTS["A2"], FAULTS["A3"][0], PROOFS["order"], PROOFS["days"]]
EVIDENCE = (
    "SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) AS digest FROM (SELECT event_key::text"
    " FROM order_events UNION ALL SELECT c::text FROM changes c) AS t"
)


@pytest.mark.parametrize("fault", DERIVED)
async def test_what_is_planted_is_repaired(sandbox, fault):
    own = await program_id(sandbox)
    evidence = await sandbox.rows(EVIDENCE)
    await world.execute(sandbox.db, fault, p=own)
    broken = await audit.audit(sandbox.db, sandbox.clock, own)

    done = await Rebuilding(sandbox.db, sandbox.clock, own).run("test")
    report = await audit.audit(sandbox.db, sandbox.clock, own)

    assert not broken.is_clean
    assert report.is_clean, report
    assert (done.orders, done.checked, done.moves) == (2, True, 0)
    assert await sandbox.rows(EVIDENCE) == evidence


async def test_what_is_sound_stays_byte_for_byte(sandbox):
    own = await program_id(sandbox)
    kept = (
        "SELECT o::text AS row FROM orders o UNION ALL SELECT d::text FROM day_totals d ORDER BY 1"
    )
    before = await sandbox.rows(kept)

    await Rebuilding(sandbox.db, sandbox.clock, own).run("test")

    assert await sandbox.rows(kept) == before
    assert len(before) > 2


async def test_a_disabled_program_is_rebuilt_and_nobody_is_checked(sandbox):
    own = await program_id(sandbox)
    await sandbox.patch("/v1/settings", {"enabled": False})
    await world.execute(sandbox.db, FAULTS["A2"][0], p=own)

    done = await Rebuilding(sandbox.db, sandbox.clock, own).run("test")

    assert not done.checked
    assert (await audit.audit(sandbox.db, sandbox.clock, own)).violations["A2"] == 0
