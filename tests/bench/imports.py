"""B11: a file of order events, from its first byte to decided, against COPY of the same rows."""

import asyncio
import json
import random
import subprocess
import sys
import time
from datetime import timedelta
from statistics import median
from typing import NamedTuple

import asyncpg

from app.kit.db import connect
from app.kit.migrations import migrate
from tests.bench.crowd import FIRST_CHECK, make_program, tiers
from tests.bench.place import ROOT, environment
from tests.bench.report import Found

EVENTS_PER_CUSTOMER = 5
YEAR = 365


class Imported(NamedTuple):
    """`seconds`: what the import took."""

    url: str
    dsn: str
    seconds: float


COPY = "CREATE TABLE copied (LIKE order_events INCLUDING ALL)"


async def orders(place):
    """B11: `tiers import` of a file, once; the COPY into a table with the same indexes, thrice."""
    events = place.size.imported
    _, dsn, seconds = await filled(place)
    yield Found("B11_import", events / seconds, "1/s", events / await copied(place, dsn), more=True)


async def filled(place):
    """The database of the imported orders, filled when it is first asked for."""
    if "imported" not in place.kept:
        url, dsn = await place.database("imported")
        db = connect(url, pool=2, statement_timeout="600s")
        await migrate(db)
        await make_program(db, "imported", tiers())
        await db.close()
        file = place.folder / "orders.ndjson"
        await asyncio.to_thread(write, file, place.size.imported)
        place.kept["imported"] = Imported(url, dsn, await imported(file, url))
    return place.kept["imported"]


def write(file, events):
    rng = random.Random(1)
    with file.open("w", encoding="utf-8") as lines:
        for number in range(events):
            at = f"{FIRST_CHECK - timedelta(rng.randrange(YEAR))}T10:00:00Z"
            event = {
                "event_id": f"e-{number}",
                "type": "order.snapshot",
                "occurred_at": at,
                "order": {
                    "id": f"o-{number}",
                    "status": "paid",
                    "customer_id": f"c-{rng.randrange(events // EVENTS_PER_CUSTOMER)}",
                    "currency": "EUR",
                    "total": f"{rng.randrange(1_000, 30_000) / 100:.2f}",
                    "paid_at": at,
                },
            }
            lines.write(json.dumps(event) + "\n")


async def imported(file, url):
    """Seconds of the command."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", "import", "orders", str(file), "-p", "imported"),
        cwd=ROOT,
        env=environment(url, "real"),
        stdout=subprocess.DEVNULL,
    )
    assert await process.wait() == 0
    return time.perf_counter() - began


async def copied(place, dsn):
    """Seconds of the bare COPY of the rows that the import filed."""
    file = place.folder / "order_events.copy"
    connection = await asyncpg.connect(dsn)
    try:
        await connection.copy_from_table("order_events", output=file, format="binary")
        await connection.execute(COPY)
        return median([await _copy(connection, file) for _ in range(3)])
    finally:
        await connection.close()
        file.unlink(missing_ok=True)


async def _copy(connection, file):
    await connection.execute("TRUNCATE copied")
    began = time.perf_counter()
    await connection.copy_to_table("copied", source=file, format="binary")
    return time.perf_counter() - began
