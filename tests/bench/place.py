"""Where a run takes place: a throw-away server, its databases, and processes of the service."""

import asyncio
import json
import os
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx2 as httpx
import psutil
from sqlalchemy import make_url

from app.kit.clock import SystemClock
from app.kit.db import Database, connect
from app.kit.loops import step
from app.kit.migrations import migrate
from app.kit.postgres import embedded
from app.outbound.relay import RelayJob
from tests.bench.crowd import Crowd, make_crowd
from tests.bench.sizes import Size
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PATIENCE, SECOND_SIGNAL = 60.0, 0.3
REAL = "real"


@dataclass(frozen=True)
class Town:
    """A database with one crowd in it."""

    crowd: Crowd
    db: Database
    url: str
    dsn: str

    async def ask(self, statement, *binds):
        connection = await asyncpg.connect(self.dsn)
        try:
            return await connection.fetch(statement, *binds)
        finally:
            await connection.close()


@dataclass
class Place:
    """`memory`: the most bytes that the service has held so far; `chart`: label → members → s.

    `kept`: what one benchmark leaves for another.
    """

    size: Size
    server: object
    folder: Path
    towns: dict[int, Town] = field(default_factory=dict)
    memory: int = 0
    chart: dict[str, dict[int, float]] = field(default_factory=dict)
    kept: dict[str, object] = field(default_factory=dict)

    async def town(self, members):
        """The database with so many members; made when it is first asked for."""
        if members not in self.towns:
            self.towns[members] = await self._make(members)
        return self.towns[members]

    async def large(self):
        return await self.town(self.size.crowds[-1])

    async def _make(self, members):
        began = time.perf_counter()
        url, dsn = await self.database(f"crowd_{members}")
        db = connect(url, pool=4, statement_timeout="600s")
        await migrate(db)
        crowd = await make_crowd(db, dsn, "bench", members, self.size.ordering)
        await number_changes(db)
        say(f"{members} members were made in {time.perf_counter() - began:.0f} s")
        return Town(crowd, db, url, dsn)

    async def database(self, name):
        """Makes a database; SQLAlchemy's address of it, and the driver's."""
        admin = await asyncpg.connect(
            self.server.dsn.replace("/tiers?", "/postgres?"), user="postgres"
        )
        try:
            await admin.execute(f"CREATE DATABASE {name} OWNER tiers")
        finally:
            await admin.close()
        url = make_url(self.server.url).set(database=name).render_as_string(hide_password=False)
        return url, self.server.dsn.replace("/tiers?", f"/{name}?")

    async def version(self):
        """PostgreSQL's."""
        connection = await asyncpg.connect(self.server.dsn)
        try:
            return await connection.fetchval("SHOW server_version")
        finally:
            await connection.close()

    @asynccontextmanager
    async def service(self, kind, url, *more):
        """A process of tests.bench.service, answering; its port."""
        port = free_port()
        command = [sys.executable, "-m", "tests.bench.service", kind, str(port), *map(str, more)]
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=environment(url, kind)
        )
        watch = asyncio.create_task(self._watch(process.pid, counts=kind == REAL))
        try:
            await answering(port, process)
            yield port
        finally:
            watch.cancel()
            await ended(process)

    async def _watch(self, pid, *, counts):
        process = psutil.Process(pid)
        while counts and process.is_running():
            self.memory = max(self.memory, process.memory_info().rss)
            await asyncio.sleep(0.2)


async def ended(process):
    """A second signal spares the time that a service leaves others to look elsewhere."""
    process.terminate()
    await asyncio.sleep(SECOND_SIGNAL)
    if process.returncode is None:
        process.terminate()
    await asyncio.wait_for(process.wait(), PATIENCE)


@asynccontextmanager
async def opened(size, folder):
    async with embedded(folder / "server") as server:
        place = Place(size, server, folder)
        yield place
        for town in place.towns.values():
            await town.db.close()


async def load(**plan):
    """What the load generator tells of a plan."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.load",
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    told, _ = await process.communicate(json.dumps(plan).encode())
    found = json.loads(told)
    assert found["bad"] == 0, found
    return found


async def number_changes(db):
    """What was made has no number in the feed yet, and a service would first give it one."""
    while await step(db, SystemClock(), RelayJob("bench")):
        pass


def environment(url, kind):
    pool = {"TIERS_POOL": "64", "TIERS_POOL_OVERFLOW": "0"} if kind == "alone" else {}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIERS_")}
    return {
        **kept,
        **pool,
        "TIERS_DATABASE_URL": url,
        "TIERS_SECRET_KEY": "s" * 40,
        "TIERS_RATE_LIMITS": "off",
        "TIERS_REQUESTS_AT_ONCE": "512",
        "TIERS_WEBHOOK_ALLOW_CIDRS": "127.0.0.0/8",
    }


async def answering(port, process):
    until = time.monotonic() + PATIENCE
    async with httpx.AsyncClient() as client:
        while time.monotonic() < until:
            assert process.returncode is None, "the service has ended"
            try:
                if (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code < 500:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    message = "the service does not answer"
    raise TimeoutError(message)


def say(text):
    sys.stderr.write(f"{text}\n")
