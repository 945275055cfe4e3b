"""Commands that decide and prove: check, audit."""

from datetime import datetime
from typing import Annotated

import typer

from app.checks import service as checks
from app.checks.plans import Asked, CheckStatus
from app.cli.bars import count_bar
from app.cli.opening import AUTHOR, Office, Program, Refused, work

AsOf = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Default: today.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count the moves, write nothing.")]
Force = Annotated[bool, typer.Option("--force", help="Skip minimum stay, grace, downgrades off.")]
Why = Annotated[str | None, typer.Option("--reason", help="Needed with --force.")]


def register(cli: typer.Typer) -> None:
    cli.command("check")(check)


def check(
    program: Program,
    as_of: AsOf = None,
    dry_run: DryRun = False,  # noqa: FBT002 - typer's
    force: Force = False,  # noqa: FBT002 - typer's
    reason: Why = None,
) -> None:
    """Run a tier check of every member and wait for its end. For cron, or by hand."""
    if force and not reason:
        message = "--force needs --reason."
        raise Refused(message)

    async def do(office: Office) -> CheckStatus:
        asked = Asked(
            program_id=await office.program_id(program),
            as_of=as_of.date() if as_of else None,
            dry_run=dry_run,
            force=force,
            reason=reason,
            author=AUTHOR,
            request_id=None,
        )
        return await run_check(office, asked)

    status = work(do)
    typer.echo(
        f"{status.state}: {status.moves_up} up, {status.moves_down} down, as of {status.as_of}"
    )
    if status.state != "finished":
        raise typer.Exit(1)


async def run_check(office: Office, asked: Asked) -> CheckStatus:
    """A check to its end, with a progress bar."""
    begun = await office.db.run(lambda session: checks.ask(session, asked, office.now))
    with count_bar() as progress:
        task = progress.add_task("Members", total=begun.members_total or None)

        def told(status: CheckStatus) -> None:
            progress.update(task, completed=status.members_done, total=status.members_total)

        return await checks.run_to_end(office.db, office.clock, asked.program_id, begun.id, told)
