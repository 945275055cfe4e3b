"""The ground of a campaign: its own throw-away PostgreSQL, and replicas of the service on it."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx2 as httpx
import psutil

from app.kit.db import connect
from app.kit.migrations import migrate
from app.kit.postgres import start
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
ROOT_KEY = "r" * 40
AS_ROOT = {"Authorization": f"Bearer {ROOT_KEY}"}
SETTINGS = {"max_connections": "120", "shared_buffers": "128MB"}
PATIENCE = 120.0
CLIENTS = httpx.Limits(max_connections=64, max_keepalive_connections=64)


class Replica:
    """A process of `serve` on a port of its own, as often as it is begun.

    `fault`: words for `tests.proof.faulty`, which then runs the command with that fault.
    """

    def __init__(self, name, url, folder):
        self.name, self.port = name, free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"{name}.log"
        self.environment = environment(url)
        self.process = None
        self.client = httpx.AsyncClient(base_url=self.base, timeout=40, limits=CLIENTS)

    def begin(self, *fault):
        module = ["tests.proof.faulty", *fault, "--"] if fault else ["app"]
        command = [sys.executable, "-m", *module, "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=ROOT, env=self.environment, start_new_session=True,
            )  # fmt: skip

    @property
    def runs(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        if self.runs:
            self.process.send_signal(number)

    async def kill(self):
        self.signal(signal.SIGKILL)
        await self.ended()

    async def ended(self):
        await asyncio.to_thread(self.process.wait, PATIENCE)

    async def ready(self):
        """Seconds until it says that it can serve."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            assert self.runs, self.log.read_text("utf-8")[-3000:]
            if await self.says("/readyz") == 200:
                return time.monotonic() - began
            await asyncio.sleep(0.05)
        message = f"{self.name} is not ready: {self.log.read_text('utf-8')[-3000:]}"
        raise AssertionError(message)

    async def says(self, path):
        """The status it answers, None when nobody does."""
        try:
            return (await self.client.get(path, timeout=5)).status_code
        except httpx.TransportError:
            return None

    async def writes(self):
        """Whether a request that commits something is answered."""
        said = {"key": f"w-{uuid4().hex[:16]}", "name": "Writes", "currency": "EUR"}
        said |= {"time_zone": "UTC"}
        try:
            answer = await self.client.post("/v1/programs", json=said, headers=AS_ROOT, timeout=10)
        except httpx.TransportError:
            return False
        return answer.status_code == 201

    async def close(self):
        """End it as an operator would; it has to end well."""
        await self.client.aclose()
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGINT)
        try:
            code = await asyncio.to_thread(self.process.wait, PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            await self.ended()
            raise
        assert code in {0, -signal.SIGKILL}, self.log.read_text("utf-8")[-3000:]


class Ground:
    """`db` is the campaign's own access; `server` is the PostgreSQL of this campaign only."""

    def __init__(self, folder):
        self.folder = folder
        self.replicas = []
        self.server = self.db = None

    async def open(self):
        bindir = os.environ.get("TIERS_PG_BINDIR")
        self.server = await start(
            self.folder / "pg", settings=SETTINGS, bindir=Path(bindir) if bindir else None
        )

    async def add(self, *fault):
        replica = Replica(f"replica{len(self.replicas)}", self.server.service_url, self.folder)
        replica.begin(*fault)
        self.replicas.append(replica)
        return replica

    def backends(self):
        """The server's processes that serve the service, not this campaign."""
        found = psutil.Process(self.server.pid).children()
        return [one.pid for one in found if " tiers_app tiers " in called(one)]

    async def answers(self):
        """Wait until PostgreSQL takes a connection; when that was."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                connection = await asyncpg.connect(self.server.dsn, timeout=5)
            except (OSError, asyncpg.PostgresError, TimeoutError):
                await asyncio.sleep(0.02)
            else:
                await connection.close()
                return time.monotonic()
        message = "PostgreSQL did not come back"
        raise AssertionError(message)

    async def close(self):
        ends = [replica.close() for replica in self.replicas]
        ended = await asyncio.gather(*ends, return_exceptions=True)
        if self.db is not None:
            await self.db.close()
        if self.server is not None:
            await self.server.stop()
        for failure in filter(None, ended):
            raise failure


def called(process):
    """Its command line; of one that has just ended, nothing."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


@contextmanager
def throw_away():
    """A folder that a server's account can enter, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tiers-proof-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path


@asynccontextmanager
async def ground(*faults, place=throw_away):
    """One replica for each of `faults` (words, or nothing for a faultless one), all ready.

    `place`: gives the folder of it all.
    """
    async with AsyncExitStack() as stack:
        found = Ground(stack.enter_context(place()))
        stack.push_async_callback(found.close)
        await found.open()
        found.db = connect(found.server.url, pool=3, overflow=3, wait=60, statement_timeout="60s")
        await migrate(found.db)
        for fault in faults:
            await found.add(*fault)
        await asyncio.gather(*(replica.ready() for replica in found.replicas))
        yield found


def environment(url):
    """The variables of a replica; none of the caller's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIERS_")}
    return kept | {
        "TIERS_DATABASE_URL": url,
        "TIERS_SECRET_KEY": "s" * 40,
        "TIERS_ROOT_KEY": ROOT_KEY,
        "TIERS_RATE_LIMITS": "off",
        "TIERS_LOG_LEVEL": "warning",
        "TIERS_WEBHOOK_ALLOW_CIDRS": "127.0.0.0/8",
        "TIERS_POOL": "8",
        "TIERS_POOL_OVERFLOW": "8",
    }
