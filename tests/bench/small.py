"""B13: a year of a small sandbox, walked day by day."""

import time
from datetime import date, timedelta

import asyncpg
import httpx2 as httpx

from app.kit.db import connect
from app.kit.migrations import migrate
from tests.bench.crowd import LAST_DAY, make_crowd
from tests.bench.report import Found

MEMBERS = 1_000
YEAR = 365
"""The data ends with the first days of it: after that only leaving days move anybody."""

BACK = """
UPDATE programs SET sandbox_day = $2, checked_on = $2, overrides_on = $2, recheck_at = NULL
 WHERE id = $1
"""
BEGIN = LAST_DAY - timedelta(YEAR)


async def year(place):
    """B13: PUT /v1/clock one year on."""
    url, dsn = await place.database("small")
    db = connect(url, pool=2, statement_timeout="600s")
    await migrate(db)
    crowd = await make_crowd(db, dsn, "small", MEMBERS)
    await db.close()
    connection = await asyncpg.connect(dsn)
    await connection.execute("UPDATE positions SET since_on = $1", BEGIN)
    await connection.execute(BACK, crowd.program_id, BEGIN)
    await connection.close()
    async with place.service("real", url) as port:
        seconds = await walked(port, crowd.key, LAST_DAY)
    yield Found("B13_sandbox_year", seconds, "s", goal=10.0)


async def walked(port, key, to: date):
    """Seconds until the clock stands there; a long walk goes on when it is asked again."""
    headers = {"Authorization": f"Bearer {key}"}
    began = time.perf_counter()
    async with httpx.AsyncClient(timeout=120, headers=headers) as client:
        while True:
            answer = await client.put(f"http://127.0.0.1:{port}/v1/clock", json={"today": str(to)})
            if answer.status_code == httpx.codes.OK:
                return time.perf_counter() - began
            assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
