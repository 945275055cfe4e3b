"""Commands that run the service, and bring its schema up."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from socket import socket
from typing import Annotated

import typer
from starlette.types import Receive, Scope, Send

from app import worker as background
from app.cli import herd
from app.cli.opening import CANNOT_START, Office, office, place_of
from app.kit import heap, logs, metrics
from app.kit.db import connect
from app.kit.migrations import CannotMigrate, migrate, revision_of
from app.kit.opening import CannotStart, facts, running
from app.kit.outgoing import Outgoing
from app.kit.pulse import Pulse
from app.kit.server import run, server_of
from app.main import Application, Beside, create_app
from app.settings import Settings, read_settings
from app.worker import Abroad

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
    """Serve until a signal, with as many processes as the settings say.

    Raises CannotStart.
    """
    with herd.listening(host or settings.host, settings.port if port is None else port) as listener:
        if settings.workers == 1:
            serve_on(listener, settings, with_worker=with_worker)
        else:
            herd.serve(settings.workers, partial(_serve_apart, listener, with_worker=with_worker))


def serve_on(listener: socket, settings: Settings, *, with_worker: bool) -> None:
    """Serve until a signal. Raises CannotStart."""
    app = create_app(settings, beside=parts(with_worker=with_worker))
    failed: list[CannotStart] = []

    async def kept(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except CannotStart as error:
            failed.append(error)
            raise

    def stopping() -> None:
        app.state.stopping = True

    try:
        run(server_of(kept, settings.host, settings.port, stopping), listener)
    except SystemExit:
        if not failed:
            raise
    if failed:
        raise failed[0]


def _serve_apart(listener: socket, *, with_worker: bool) -> None:
    settings = read_settings()
    logs.set_up_logs(settings.log_level)
    try:
        serve_on(listener, settings, with_worker=with_worker)
    except CannotStart as error:
        for line in error.lines:
            typer.echo(line, err=True)
        sys.exit(CANNOT_START)


def work() -> None:
    """Run checks, their schedule and the feed's relay, without the API."""
    logs.set_up_logs(read_settings().log_level)
    asyncio.run(_work())


def bring_up(to: To = "head") -> None:
    """Bring the schema to a revision, by default the newest. Safe beside others."""
    settings = read_settings()
    logs.set_up_logs(settings.log_level)
    typer.echo(asyncio.run(_bring_up(settings, to)))


def parts(*, with_worker: bool) -> tuple[Beside, ...]:
    """What lives beside the application in a process that serves."""
    return (pulsed, doubted, *(beside,) * with_worker, settled)


@asynccontextmanager
async def pulsed(app: Application) -> AsyncIterator[None]:
    """Asks the database for signs of life, so that nobody waits for one that is silent."""
    pulse = Pulse(app.state.db)
    pulse.start()
    yield
    await pulse.stop()


@asynccontextmanager
async def doubted(app: Application) -> AsyncIterator[None]:
    """Tells what an operator should mend, and serves all the same."""
    for event in (await facts(app.state.db)).doubts():
        _doubt(event)
    if not await app.state.gate.opens():
        _doubt("no_key")
    if number := await app.state.sources.unsigned():
        _doubt("sources_unsigned", count=number)
    yield


@asynccontextmanager
async def beside(app: Application) -> AsyncIterator[None]:
    """The worker's loops, as long as the application lives."""
    abroad = Abroad(app.state.seal, app.state.outgoing)
    found = background.start(
        app.state.db,
        app.state.clock,
        abroad=abroad,
        told=app.state.waiting.wake,
        raw_days=app.state.raw_days,
    )
    app.state.worker = found
    yield
    await found.stop()


@asynccontextmanager
async def settled(_: Application) -> AsyncIterator[None]:
    """What has begun by now lasts as long as the process."""
    heap.settle()
    yield


def _doubt(event: str, **fields: int) -> None:
    metrics.STARTUP_WARNINGS.inc()
    logs.log(event, "warning", **fields)


async def _work() -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, ended.set)
    async with office() as found:
        await _run_loops(found, ended)


async def _run_loops(found: Office, ended: asyncio.Event) -> None:
    outgoing = Outgoing.at_start(found.settings.webhook_allow_cidrs)
    abroad = Abroad(found.settings.seal(), outgoing)
    pulse = Pulse(found.db)
    pulse.start()
    loops = background.start(found.db, found.clock, abroad=abroad, raw_days=found.settings.raw_days)
    heap.settle()
    logs.log("worker_started", worker=loops.id)
    await ended.wait()
    await loops.stop()
    await pulse.stop()
    await outgoing.close()


async def _bring_up(settings: Settings, to: str) -> str:
    async with running(place_of(settings)) as at:
        return await _migrate(at.owner, to)


async def _migrate(url: str, to: str) -> str:
    db = connect(url, pool=1, overflow=0, statement_timeout="60s")
    try:
        await migrate(db, to)
        return f"The schema is at {await revision_of(db) or 'nothing'}."
    except CannotMigrate as error:
        raise CannotStart([str(error)]) from error
    finally:
        await db.close()
