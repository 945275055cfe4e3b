"""Backups, and the way back to any instant."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.checks.audit import audit
from app.checks.auditing import Report
from app.cli.opening import AUTHOR, Refused
from app.kit import logs
from app.kit.clock import Clock, SystemClock
from app.kit.db import connect
from app.kit.migrations import CannotMigrate, migrate
from app.kit.postgres import PostgresUnavailable, Server, Wanted, dump, embedded, restore
from app.settings import Settings, read_settings

Folder = Annotated[Path, typer.Argument(help="Where the backups are.")]
Some = Annotated[Path | None, typer.Argument(help="Where the backups are.")]
To = Annotated[str | None, typer.Option(help="An instant like 2026-11-22T10:15:00Z.")]
Open = Annotated[bool, typer.Option("--open", help="Restore nothing; audit, and let it write.")]
STATEMENT_LIMIT = "600s"


def register(cli: typer.Typer) -> None:
    cli.command("backup")(backup)
    cli.command("restore")(bring_back)


def backup(folder: Folder) -> None:
    """Back up the whole database: a base backup of the embedded one, a dump of an external one.

    May run beside a serving service.
    """
    settings, clock = read_settings(), SystemClock()
    with _refused():
        if settings.embedded:
            made = asyncio.run(_back_up(settings, folder, clock))
        else:
            made = dump(settings.database_url, folder, clock.now(), settings.pg_bindir)
    typer.echo(f"Backed up to {made}.")


def bring_back(folder: Some = None, to: To = None, *, open_: Open = False) -> None:
    """Make the embedded database anew from its backups, as it was at an instant.

    `--to` left out: as late as the archive of TIERS_WAL_ARCHIVE reaches. Afterwards the service may
    only read, until an audit is clean: the exit code is 0 then.
    """
    logs.set_up_logs("warning")
    settings = read_settings()
    if not settings.embedded:
        message = "An external database is restored by its own means: createdb, pg_restore."
        raise Refused(message)
    if (folder is None) != open_:
        message = "Either a folder of backups, or --open."
        raise Refused(message)
    with _refused():
        if folder is not None:
            wanted = Wanted(folder, settings.wal_archive, _instant(to))
            restore(settings.data_dir, wanted, settings.pg_bindir)
        report = asyncio.run(_judge(settings))
    typer.echo(f"{report.members_proved} of {report.members_total} members proved.")
    if not report.is_clean:
        typer.echo("The audit found something: the service may only read. See `tiers audit`.")
        raise typer.Exit(1)
    typer.echo("The audit is clean: the service may write.")


async def _back_up(settings: Settings, folder: Path, clock: Clock) -> Path:
    async with _server(settings) as server:
        return await server.back_up(folder, clock.now)


async def _judge(settings: Settings) -> Report:
    """Audit as the owner, while the service may only read; let it write if all is well."""
    async with _server(settings) as server:
        await server.let_write(allowed=False)
        db = connect(server.url, statement_timeout=STATEMENT_LIMIT)
        try:
            await migrate(db)
            report = await audit(db, SystemClock(), author=AUTHOR)
        finally:
            await db.close()
        if report.is_clean:
            await server.let_write(allowed=True)
        return report


def _server(settings: Settings) -> AbstractAsyncContextManager[Server]:
    return embedded(settings.data_dir, bindir=settings.pg_bindir, archive=settings.wal_archive)


def _instant(text: str | None) -> datetime | None:
    """An RFC 3339 instant. Raises Refused."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        found = None
    if text and (found is None or found.tzinfo is None):
        message = f'"{text}" is no instant with an offset, like 2026-11-22T10:15:00Z.'
        raise Refused(message)
    return found.astimezone(UTC) if found else None


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except (PostgresUnavailable, CannotMigrate) as error:
        raise Refused(str(error)) from error
    except OSError as error:
        message = f"{error.filename}: {error.strerror}"
        raise Refused(message) from error
