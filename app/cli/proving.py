"""The audit: proves every member's position anew from the facts."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from app.checks.audit import audit
from app.checks.auditing import Report
from app.cli.opening import AUTHOR, Office, work
from app.kit import logs

Program = Annotated[
    str | None, typer.Option("--program", "-p", help="The key of the program; default: all.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def register(cli: typer.Typer) -> None:
    cli.command("audit")(prove)


def prove(program: Program = None, as_json: AsJson = False) -> None:  # noqa: FBT002 - typer's
    """Ask the queries that answer 0 or there is a bug, and decide every member anew.

    The exit code is 0 only if nothing was found and every member was proved.
    """
    logs.set_up_logs("warning")

    async def do(office: Office) -> Report:
        program_id = await office.program_id(program) if program else None
        return await audit(office.db, office.clock, program_id, author=AUTHOR)

    report = work(do)
    typer.echo(_json(report) if as_json else _text(report))
    if not report.is_clean:
        raise typer.Exit(1)


def _json(report: Report) -> str:
    said = {"share": report.share, "members_total": report.members_total, **report.to_json()}
    return json.dumps(said, indent=2)


def _text(report: Report) -> str:
    found = {code: count for code, count in report.violations.items() if count}
    lines = [
        f"{report.members_proved} of {report.members_total} members proved, share {report.share}.",
        f"{len(report.violations)} queries, violations: {found or 'none'}.",
        *(
            " ".join(f"{name}={value}" for name, value in asdict(one).items() if value is not None)
            for one in report.mismatches
        ),
    ]
    return "\n".join(lines)
