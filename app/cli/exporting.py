"""Export of the definition, the customers and the changes of a program."""

import json
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import IO, Annotated, Any, Literal

import typer

from app.cli.opening import Office, Program, work
from app.kit import logs
from app.kit.sheets import csv_line, json_line
from app.programs import service as programs
from app.standings import exporting

What = Annotated[
    Literal["definition", "customers", "changes"],
    typer.Argument(help="customers: also organizations, each with what it holds."),
]
Form = Annotated[
    Literal["ndjson", "csv"], typer.Option("--format", help="The definition is JSON anyway.")
]
Out = Annotated[Path | None, typer.Option(dir_okay=False, help="Default: standard output.")]


def register(cli: typer.Typer) -> None:
    cli.command("export")(export)


def export(what: What, program: Program, form: Form = "ndjson", out: Out = None) -> None:
    """Write the definition, the customers or all changes of a program, of one instant.

    The definition is what `PUT /v1/definition` takes. Cells that a spreadsheet would take for a
    formula get an apostrophe before them.
    """
    logs.set_up_logs("warning")
    if out is None:
        _export(what, program, form, sys.stdout)
        return
    with out.open("w", encoding="utf-8", newline="") as file:
        _export(what, program, form, file)


def _export(what: str, program: str, form: str, file: IO[str]) -> None:
    async def do(office: Office) -> None:
        program_id = await office.program_id(program)
        async with office.snapshot() as session:
            rules = await programs.rules_of(session, program_id)
            if what == "definition":
                json.dump(rules.definition.model_dump(mode="json"), file, indent=2)
                file.write("\n")
                return
            today = programs.today(rules, office.now)
            rows = (
                exporting.members(session, program_id, today)
                if what == "customers"
                else exporting.changes(session, program_id)
            )
            await (_write_table if form == "csv" else _write_lines)(rows, file)

    work(do)


async def _write_lines(rows: AsyncIterator[Mapping[str, Any]], file: IO[str]) -> None:
    async for row in rows:
        file.write(json_line(row))


async def _write_table(rows: AsyncIterator[Mapping[str, Any]], file: IO[str]) -> None:
    named = False
    async for row in rows:
        if not named:
            file.write(csv_line(row))
            named = True
        file.write(csv_line(row.values()))
