"""B12: the audit of what B11 has imported, every order with its facts."""

import time

from app.checks.audit import audit
from app.kit.clock import SystemClock
from app.kit.db import connect
from tests.bench import imports
from tests.bench.place import number_changes
from tests.bench.report import Found


async def proofs(place):
    """B12: seconds of the queries and the re-proof, in one process; members a second."""
    imported = await imports.filled(place)
    db = connect(imported.url, pool=2, statement_timeout="600s")
    await number_changes(db)
    began = time.perf_counter()
    report = await audit(db, SystemClock())
    seconds = time.perf_counter() - began
    await db.close()
    assert report.is_clean, report
    yield Found("B12_audit", seconds, "s")
    yield Found("B12_members", report.members_total / seconds, "1/s", more=True)
