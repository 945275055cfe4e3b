"""Export of the definition, the customers and the changes of a program."""

import json
import sys
from pathlib import Path
from typing import IO, Annotated, Literal

import typer

from app.cli.opening import Office, Program, work
from app.evaluation import exporting as evaluation
from app.kit import logs
from app.kit.db import unhurried
from app.kit.downloads import written
from app.programs import service as programs
from app.standings import exporting as standings

What = Annotated[
    Literal["definition", "customers", "changes"],
    typer.Argument(help="customers: also organizations, each with what it holds."),
]
Form = Annotated[
    Literal["ndjson", "csv", "xlsx"],
    typer.Option("--format", help="The definition is JSON anyway."),
]
Out = Annotated[Path | None, typer.Option(dir_okay=False, help="Default: standard output.")]


def register(cli: typer.Typer) -> None:
    cli.command("export")(export)


def export(what: What, program: Program, form: Form = "ndjson", out: Out = None) -> None:
    """Write the definition, the customers or all changes of a program, of one instant.

    The definition is what `PUT /v1/definition` takes. Cells that a spreadsheet would take for a
    formula get an apostrophe before them; in XLSX they are text cells.
    """
    logs.set_up_logs("warning")
    if out is None:
        _export(what, program, form, sys.stdout.buffer)
        return
    with out.open("wb") as file:
        _export(what, program, form, file)


def _export(what: str, program: str, form: str, file: IO[bytes]) -> None:
    async def do(office: Office) -> None:
        program_id = await office.program_id(program)
        async with office.snapshot() as session:
            await unhurried(session)
            rules = await programs.rules_of(session, program_id)
            if what == "definition":
                said = json.dumps(rules.definition.model_dump(mode="json"), indent=2)
                file.write(f"{said}\n".encode())
                return
            rows = (
                evaluation.customers(session, rules, programs.today(rules, office.now))
                if what == "customers"
                else standings.changes(session, program_id)
            )
            columns = evaluation.COLUMNS if what == "customers" else standings.COLUMNS
            async for part in written(rows, columns, form):
                file.write(part)

    work(do)
