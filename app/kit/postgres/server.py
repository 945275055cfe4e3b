import asyncio
import atexit
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kit.postgres import locks
from app.kit.postgres.backups import archiving, back_up
from app.kit.postgres.binaries import find, reachable
from app.kit.postgres.errors import PostgresUnavailable
from app.kit.postgres.home import PORT, forget_socket_folder, settle, socket_folder
from app.kit.postgres.postmaster import SUPERUSER, Postmaster
from app.kit.postgres.tuning import server_settings
from app.kit.roles import SERVICE

DATABASE = "tiers"
OWNER = "tiers"
WATCH_INTERVAL = 0.25
FIND_ROLE = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
FIND_DATABASE = text("SELECT 1 FROM pg_database WHERE datname = :name")
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


class Server:
    """What this process holds of the embedded server, which it restarts if it dies."""

    def __init__(self, postmaster: Postmaster, share: int) -> None:
        self._postmaster = postmaster
        self._share: int | None = share
        self._watch: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """SQLAlchemy's address of the database, as its owner."""
        return self._address("postgresql+asyncpg", OWNER, DATABASE)

    @property
    def service_url(self) -> str:
        """SQLAlchemy's address of the database, as the role that the service works under."""
        return self._address("postgresql+asyncpg", SERVICE, DATABASE)

    @property
    def superuser_url(self) -> str:
        """SQLAlchemy's address for administration: roles, databases, server functions."""
        return self._address("postgresql+asyncpg", SUPERUSER, "postgres")

    @property
    def dsn(self) -> str:
        """The address for psql, pg_dump and asyncpg."""
        return self._address("postgresql", OWNER, DATABASE)

    @property
    def pid(self) -> int | None:
        """The postmaster's, None while there is none."""
        return self._postmaster.pid()

    @property
    def log(self) -> Path:
        return self._postmaster.home.log

    async def back_up(self, backups: Path, now: Callable[[], datetime]) -> Path:
        """A base backup in a folder of its own below `backups`. Raises PostgresUnavailable."""
        return await asyncio.to_thread(back_up, self._postmaster, backups, now)

    async def let_write(self, *, allowed: bool) -> None:
        """Whether the service's role may write, from its next connection on."""
        said = "off" if allowed else "on"
        engine = create_async_engine(self.superuser_url, poolclass=NullPool)
        async with engine.begin() as connection:
            statement = f"ALTER ROLE {SERVICE} SET default_transaction_read_only = {said}"
            await connection.execute(text(statement))

    def close(self) -> None:
        """Leave; the last one stops the server. Blocks; may be called again."""
        atexit.unregister(self.close)
        home = self._postmaster.home
        with locks.alone(home.gate):
            if self._share is None:
                return
            share, self._share = self._share, None
            try:
                if locks.try_alone(share):
                    self._postmaster.halt()
                    forget_socket_folder(home)
            finally:
                os.close(share)

    async def stop(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait([self._watch])
        await asyncio.to_thread(self.close)

    def watch(self) -> None:
        self._watch = asyncio.create_task(self._keep_running())

    async def _keep_running(self) -> None:
        while True:
            await asyncio.sleep(WATCH_INTERVAL)
            if self.pid is None:
                with contextlib.suppress(PostgresUnavailable):  # its log says why; try again
                    await asyncio.to_thread(self._revive)

    def _revive(self) -> None:
        with locks.alone(self._postmaster.home.gate):
            if self._share is not None:
                self._postmaster.run()

    def _address(self, scheme: str, role: str, database: str) -> str:
        return f"{scheme}://{role}@/{database}?host={self._postmaster.socket}&port={PORT}"


async def start(
    data_dir: Path,
    *,
    settings: Mapping[str, str] = NO_SETTINGS,
    bindir: Path | None = None,
    archive: Path | None = None,
) -> Server:
    """Run or join the server of `data_dir`; its database exists afterwards.

    `settings` and `archive`, where its log is kept for restores, go to a server that this call
    starts; one that runs already keeps its own. Raises PostgresUnavailable.
    """
    opening = asyncio.ensure_future(asyncio.to_thread(_open, data_dir, settings, bindir, archive))
    try:
        server = await asyncio.shield(opening)
    except asyncio.CancelledError:
        (await opening).close()  # or it would run on without anybody
        raise
    try:
        await _create_database(server)
    except BaseException:
        server.close()
        raise
    server.watch()
    return server


@asynccontextmanager
async def embedded(
    data_dir: Path,
    *,
    settings: Mapping[str, str] = NO_SETTINGS,
    bindir: Path | None = None,
    archive: Path | None = None,
) -> AsyncIterator[Server]:
    server = await start(data_dir, settings=settings, bindir=bindir, archive=archive)
    try:
        yield server
    finally:
        await server.stop()


def _open(
    data_dir: Path, settings: Mapping[str, str], bindir: Path | None, archive: Path | None
) -> Server:
    binaries = find(bindir)
    home, account = settle(data_dir, binaries.major)
    reached = reachable(binaries, account)
    with locks.alone(home.gate):
        socket = socket_folder(home, account)
        kept = archiving(archive, account) if archive else {}
        options = tuple(server_settings(socket, {**kept, **settings}).items())
        postmaster = Postmaster(home, account, reached, options, socket)
        postmaster.run()
        share = locks.open_lock(home.users)
        locks.share(share)
    server = Server(postmaster, share)
    atexit.register(server.close)
    return server


async def _create_database(server: Server) -> None:
    """The two roles and the database, unless they are there."""
    engine = create_async_engine(
        server.superuser_url, isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    async with engine.connect() as connection:
        await connection.execute(text("SELECT pg_advisory_lock(8437)"))  # processes come together
        for role in (OWNER, SERVICE):
            if not await connection.scalar(FIND_ROLE, {"name": role}):
                await connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        if not await connection.scalar(FIND_DATABASE, {"name": DATABASE}):
            await connection.execute(text(f"CREATE DATABASE {DATABASE} OWNER {OWNER}"))
