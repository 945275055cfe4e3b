"""B10: deliveries to four good endpoints, against the same client without a database."""

import asyncio
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from statistics import median, quantiles

import asyncpg
import httpx2 as httpx

from app.kit.db import connect
from app.kit.migrations import migrate
from tests.bench.crowd import make_crowd
from tests.bench.place import ROOT, answering
from tests.bench.report import ROUNDS, Found
from tests.ports import free_port

ENDPOINTS = 4
MOST, SHARE = 10_000, 5
STEADY, PATIENCE = 100, 120
LATE = 2.0
CHANGES = """
INSERT INTO changes (member_id, seq, program_id, type, ladder, from_level, to_level, from_position,
                     to_position, direction, occasion, reason, version, as_of, recorded_at, metrics)
SELECT m.member_id, coalesce((SELECT max(seq) FROM changes c WHERE c.member_id = m.member_id), 0)
       + 1, m.program_id, 'tier.upgraded', 'tiers', 'bronze', 'silver', 1, 2, 'up', 'order',
       'qualified', 2, current_date, $4,
       '[{"metric": "spend", "value": "1500.00", "enter": {"silver": "1200.00"}, "keep": {}}]'
  FROM members m
 WHERE m.program_id = $1
 ORDER BY m.member_id
OFFSET $2
 LIMIT $3
"""
LAGS = """
SELECT extract(epoch FROM a.at - c.recorded_at)::float8 AS lag
  FROM attempts a JOIN changes c ON c.program_id = a.program_id AND c.feed_seq = a.feed_seq
 WHERE a.number = 1 AND c.recorded_at > $1
"""
OWED = "SELECT count(*) FROM changes WHERE feed_seq IS NULL"
PENDING = "SELECT count(*) FROM deliveries WHERE state = 'pending'"


async def deliveries(place):
    """B10: the rate of a burst to that of the client alone; the lag at a steady rate."""
    number = min(MOST, place.size.crowds[0] // SHARE)
    url, dsn = await place.database("outbound")
    db = connect(url, pool=2, statement_timeout="600s")
    await migrate(db)
    crowd = await make_crowd(db, dsn, "outbound", number)
    await db.close()
    connection = await asyncpg.connect(dsn)
    async with sink() as port, place.service("real", url) as service:
        await nothing_left(connection, OWED)
        await subscribe(service, crowd.key, port)
        bursts, alone = [], []
        for _ in range(ROUNDS):
            bursts.append(await burst(connection, crowd.program_id, number, port))
            alone.append(await client_alone(place, connection, port, number))
        lags = await steady(connection, crowd.program_id, place.size.seconds)
    await connection.close()
    yield Found("B10_deliveries_to_client_alone", median(bursts), "1/s", median(alone), more=True)
    yield Found("B10_lag_p99", quantiles(lags, n=100)[98], "s", goal=LATE)


async def subscribe(service, key, port):
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as client:
        for one in range(ENDPOINTS):
            said = {"url": f"http://127.0.0.1:{port}/{one}", "events": ["tier.upgraded"]}
            made = await client.post(f"http://127.0.0.1:{service}/v1/endpoints", json=said)
            assert made.status_code == httpx.codes.CREATED, made.text


async def burst(connection, program_id, number, port):
    """Deliveries a second, from the commit of the changes to the last that was taken."""
    before = await taken(port)
    began = time.perf_counter()
    await connection.execute(CHANGES, program_id, 0, number, datetime.now(UTC))
    while await taken(port) - before < number * ENDPOINTS:  # noqa: ASYNC110 - of a process
        await asyncio.sleep(0.05)
    rate = number * ENDPOINTS / (time.perf_counter() - began)
    await nothing_left(connection, PENDING)
    return rate


async def client_alone(place, connection, port, number):
    """Posts a second of the same client and body."""
    body = place.folder / "message.json"
    body.write_bytes(await connection.fetchval("SELECT data FROM messages LIMIT 1"))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.poster", str(port), str(number * ENDPOINTS)),
        str(body),
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    return float(told)


async def steady(connection, program_id, seconds):
    """Seconds from the commit of each change to its first attempts, at a steady rate."""
    since = datetime.now(UTC)
    each = STEADY // 10
    for turn in range(10 * seconds):
        due = asyncio.create_task(asyncio.sleep(0.1))
        await connection.execute(CHANGES, program_id, turn * each % 1_000, each, datetime.now(UTC))
        await due
    await nothing_left(connection, OWED)
    await nothing_left(connection, PENDING)
    return [one["lag"] for one in await connection.fetch(LAGS, since)]


async def nothing_left(connection, statement):
    async with asyncio.timeout(PATIENCE):
        while await connection.fetchval(statement):  # noqa: ASYNC110 - of a database
            await asyncio.sleep(0.1)


async def taken(port):
    async with httpx.AsyncClient() as client:
        return int((await client.get(f"http://127.0.0.1:{port}/")).text)


@asynccontextmanager
async def sink():
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.sink", str(port)), cwd=ROOT
    )
    try:
        await answering(port, process)
        yield port
    finally:
        process.terminate()
        await process.wait()
