"""Repair: what is derived is derived once more, and proved."""

import typer

from app.checks.audit import audit
from app.checks.auditing import Report
from app.checks.rebuilding import Rebuilding, Rebuilt
from app.cli.bars import count_bar
from app.cli.opening import AUTHOR, Office, Program, work
from app.kit import logs


def register(cli: typer.Typer) -> None:
    cli.command("rebuild")(rebuild)


def rebuild(program: Program) -> None:
    """Recompute orders and day totals from the facts, check everybody, and audit.

    Facts and history are never edited. The exit code is 0 only if the audit is clean.
    """
    logs.set_up_logs("warning")
    rebuilt, report = work(lambda office: _rebuild(office, program))
    typer.echo(
        f"{rebuilt.orders} orders and {rebuilt.members} members rebuilt, {rebuilt.moves} moves, "
        f"share proved {report.share}."
    )
    if not rebuilt.checked:
        typer.echo("Nobody was checked; enabling the program does it.")
    if not report.is_clean:
        raise typer.Exit(1)


async def _rebuild(office: Office, program: str) -> tuple[Rebuilt, Report]:
    program_id = await office.program_id(program)
    with count_bar() as progress:
        task = progress.add_task("Orders and members", total=None)

        def told(done: int) -> None:
            progress.update(task, advance=done)

        rebuilt = await Rebuilding(office.db, office.clock, program_id, told).run(AUTHOR)
    return rebuilt, await audit(office.db, office.clock, program_id, author=AUTHOR)
