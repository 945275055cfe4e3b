"""Commands that run the service, and bring its schema up."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import typer

from app import worker as background
from app.cli.opening import Office, office, place_of
from app.kit import logs
from app.kit.db import connect
from app.kit.migrations import migrate, revision_of
from app.kit.postgres import embedded
from app.kit.server import run, server_of
from app.main import Application, create_app
from app.settings import Settings, read_settings

NoWorker = Annotated[bool, typer.Option("--no-worker", help="Leave the loops to `tiers worker`.")]
Host = Annotated[str | None, typer.Option(help="Listen here; default TIERS_HOST.")]
Port = Annotated[int | None, typer.Option(help="Listen here; default TIERS_PORT.")]
To = Annotated[str, typer.Option(help="A revision, or head.")]


def register(cli: typer.Typer) -> None:
    cli.command()(serve)
    cli.command("worker")(work)
    cli.command("migrate")(bring_up)


def serve(host: Host = None, port: Port = None, no_worker: NoWorker = False) -> None:  # noqa: FBT002 - typer's
    """Serve the API, and run checks and the feed beside it."""
    settings = read_settings()
    logs.set_up_logs(settings.log_level)
    serve_with(settings, host, port, with_worker=not no_worker)


def serve_with(
    settings: Settings, host: str | None, port: int | None, *, with_worker: bool
) -> None:
    """Serve until a signal."""
    app = create_app(settings, beside=(beside,) if with_worker else ())

    def stopping() -> None:
        app.state.stopping = True

    run(server_of(app, host or settings.host, port or settings.port, stopping))


def work() -> None:
    """Run checks, their schedule and the feed's relay, without the API."""
    logs.set_up_logs(read_settings().log_level)
    asyncio.run(_work())


def bring_up(to: To = "head") -> None:
    """Bring the schema to a revision, by default the newest. Safe beside others."""
    typer.echo(asyncio.run(_bring_up(read_settings(), to)))


@asynccontextmanager
async def beside(app: Application) -> AsyncIterator[None]:
    """The worker's loops, as long as the application lives."""
    found = background.start(app.state.db, app.state.clock, told=app.state.waiting.wake)
    app.state.worker = found
    yield
    await found.stop()


async def _work() -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, ended.set)
    async with office() as found:
        await _run_loops(found, ended)


async def _run_loops(found: Office, ended: asyncio.Event) -> None:
    loops = background.start(found.db, found.clock)
    logs.log("worker_started", worker=loops.id)
    await ended.wait()
    await loops.stop()


async def _bring_up(settings: Settings, to: str) -> str:
    if settings.embedded:
        async with embedded(settings.data_dir, bindir=settings.pg_bindir) as server:
            return await _migrate(server.url, to)
    return await _migrate(place_of(settings).url, to)


async def _migrate(url: str, to: str) -> str:
    db = connect(url, pool=1, overflow=0, statement_timeout="60s")
    try:
        await migrate(db, to)
        return f"The schema is at {await revision_of(db) or 'nothing'}."
    finally:
        await db.close()
