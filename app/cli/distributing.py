"""Moving: the database spreads over the machines of a Citus cluster."""

import asyncio
from typing import Annotated

import typer

from app.cli.bars import count_bar
from app.cli.opening import place_of
from app.kit import logs
from app.kit.citus.moving import CannotDistribute, Moving, moving
from app.kit.citus.plan import Step
from app.kit.db import connect
from app.kit.opening import CannotStart, running
from app.models import PLACEMENTS
from app.settings import Settings, read_settings

DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the statements, run none.")]


def register(cli: typer.Typer) -> None:
    cli.command("distribute")(distribute)


def distribute(dry_run: DryRun = False) -> None:  # noqa: FBT002 - typer's
    """Spread an external database with the Citus extension over its cluster.

    To be run as the owner of the tables, like `migrate`. Safe to run again: what stands is left.
    """
    logs.set_up_logs("warning")
    steps = asyncio.run(_distribute(read_settings(), dry_run=dry_run))
    if dry_run:
        typer.echo("".join(f"{step.statement};\n" for step in steps), nl=False)
    done = "would be moved" if dry_run else "moved"
    typer.echo(f"{len(steps)} of {len(PLACEMENTS)} tables {done}; the others stand.", err=dry_run)


async def _distribute(settings: Settings, *, dry_run: bool) -> list[Step]:
    async with running(place_of(settings)) as at:
        db = connect(at.owner, pool=2, overflow=0, statement_timeout="60s")
        try:
            async with moving(db, PLACEMENTS) as left:
                if not dry_run:
                    await _move(left)
                return left.steps
        except CannotDistribute as error:
            raise CannotStart(error.lines) from error
        finally:
            await db.close()


async def _move(left: Moving) -> None:
    with count_bar() as progress:
        task = progress.add_task("Tables", total=len(left.steps))

        def told(step: Step) -> None:
            progress.console.print(step.statement, highlight=False, soft_wrap=True)
            progress.update(task, description=step.table)
            if step is not left.steps[0]:
                progress.advance(task)

        await left.run(told)
        progress.update(task, completed=len(left.steps))
