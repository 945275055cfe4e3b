"""What may become of a database, and what every route has to answer then. Page 6, P7 and I38."""

import asyncio
import os
import subprocess
from contextlib import contextmanager, suppress

import asyncpg

from tests.proof.ground import throw_away

LATE = 0.2
DISK = "1500m"
PIECE = 1024 * 1024
SERVICE = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'tiers_app'"
END_SERVICE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tiers_app'"
SURELY = 20  # refusals one after another


class Outage:
    """`away`: nothing but 503 may be answered; else whatever is right, or 503."""

    away = True

    def __init__(self, found, proxy):
        self.found, self.proxy = found, proxy

    async def leave(self):
        raise NotImplementedError

    async def come_back(self):
        raise NotImplementedError


class Stopped(Outage):
    async def leave(self):
        await self.found.server.stop()

    async def come_back(self):
        await self.found.open()


class BlackHole(Outage):
    async def leave(self):
        self.proxy.swallow()

    async def come_back(self):
        self.proxy.pass_on()


class Late(Outage):
    """Every answer of the database comes 200 ms later: slow is not away."""

    away = False

    async def leave(self):
        self.proxy.delay = LATE

    async def come_back(self):
        self.proxy.delay = 0.0


class UsedUp(Outage):
    """Somebody else has all connections of the server."""

    def __init__(self, found, proxy):
        super().__init__(found, proxy)
        self.held = []

    async def leave(self):
        address = self.found.server.superuser_url.replace("+asyncpg", "")
        administrator = await asyncpg.connect(address)  # he stays, too
        self.held.append(administrator)
        refused = 0
        while refused < SURELY or await administrator.fetchval(SERVICE):
            await administrator.execute(END_SERVICE)
            refused = refused + 1 if not await self._take_one() else 0

    async def _take_one(self):
        """Whether there was a place; who is being refused holds one for a moment, too."""
        try:
            self.held.append(await asyncpg.connect(self.found.server.dsn))
        except asyncpg.TooManyConnectionsError:
            await asyncio.sleep(0.01)
            return False
        return True

    async def come_back(self):
        held, self.held = self.held, []
        await asyncio.gather(*(one.close() for one in held))


class DiskFull(Outage):
    """Not a byte can be written more; what needs none may be answered."""

    away = False

    @property
    def ballast(self):
        return self.found.folder / "pg" / "ballast"

    async def leave(self):
        await asyncio.to_thread(self._fill)

    def _fill(self):
        with self.ballast.open("wb", buffering=0) as file:
            for size in (PIECE, 1):
                with suppress(OSError):
                    while file.write(os.urandom(size)):
                        pass

    async def come_back(self):
        self.ballast.unlink()
        if self.found.server.pid is None:  # it ends when it cannot even recover
            await self.found.server.stop()
            await self.found.open()


@contextmanager
def small_disk():
    """A folder whose server has a disk of its own, of memory. Raises OSError if none is let in."""
    with throw_away() as folder:
        disk = folder / "pg"
        disk.mkdir()
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "tiers-proof", disk],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        if made.returncode:
            raise PermissionError(made.stderr.strip())
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", disk], check=True)
