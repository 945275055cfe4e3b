"""Import of orders, people, overrides and what an old system holds, from files."""

import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from app.cli.bars import percent_bar
from app.cli.crew import Crew, Task
from app.cli.files import Lines, form_of
from app.cli.opening import AUTHOR, Office, Program, work
from app.cli.progress import Place, Report
from app.cli.recording import COLUMNS, DIFFERENCES, PART, Import
from app.inbound.imports.lines import Keeping, Terms
from app.inbound.imports.service import OF_SOURCE
from app.inbound.imports.sources import source_of_files
from app.inbound.models import Source
from app.kit import logs
from app.programs import service as programs
from app.standings.moves import Applied

MOST_HANDS = 4
LARGE = 4_000_000  # bytes for which further processes are worth their start

Files = Annotated[
    list[Path],
    typer.Argument(exists=True, dir_okay=False, help="NDJSON, CSV (both also as .gz) or XLSX."),
]
Form = Annotated[
    Literal["ndjson", "csv", "xlsx"] | None,
    typer.Option("--format", help="Default: by the file's name."),
]
Encoding = Annotated[Literal["utf-8", "windows-1251"], typer.Option(help="Of CSV.")]
Errors = Annotated[
    Path | None,
    typer.Option(dir_okay=False, help="Write the refused lines here, as .csv or .ndjson."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Continue an import that was stopped.")]
Hands = Annotated[
    int | None, typer.Option("--jobs", min=1, max=64, help="Processes; default: one a core, to 4.")
]
SourceKey = Annotated[
    str | None,
    typer.Option("--source", help="The files are of this source's platform (1C, CS-Cart …)."),
]
ReportPath = Annotated[
    Path | None,
    typer.Option("--report", dir_okay=False, help="Write the differences, .csv or .ndjson."),
]
How = Annotated[
    Literal["keep", "floor"] | None,
    typer.Option(
        "--as-overrides",
        help="keep: hold exactly what is imported; floor: fall no lower. Needs --until, --reason.",
    ),
]
Until = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The last day of the overrides."),
]
Why = Annotated[str | None, typer.Option("--reason", help="Why the overrides are set.")]


@dataclass(frozen=True)
class Options:
    """What every import is asked with."""

    files: Files
    program: Program
    form: Form = None
    encoding: Encoding = "utf-8"
    errors: Errors = None
    resume: Resume = False
    jobs: Hands = None

    @property
    def of(self) -> str | None:
        """The source whose platform wrote the files."""
        return None

    @property
    def keeping(self) -> Keeping | None:
        return None

    @property
    def report(self) -> Path | None:
        return None


@dataclass(frozen=True)
class OrderOptions(Options):
    """What an import of orders is asked with."""

    source: SourceKey = None

    @property
    def of(self) -> str | None:
        return self.source


@dataclass(frozen=True)
class TierOptions(Options):
    """What a comparison is asked with."""

    differences: ReportPath = None
    as_overrides: How = None
    until: Until = None
    reason: Why = None

    @property
    def keeping(self) -> Keeping | None:
        """Raises BadParameter when something of it is not said."""
        if self.as_overrides is None:
            return None
        if self.until is None or self.reason is None:
            message = "--as-overrides needs --until and --reason."
            raise typer.BadParameter(message)
        return Keeping(self.as_overrides, self.until.date(), self.reason)

    @property
    def report(self) -> Path | None:
        return self.differences


SAYINGS = {
    "orders": "Record order events, then decide once about everybody touched.",
    "customers": "Make customers known, with their tags and organizations.",
    "organizations": "Make organizations known.",
    "representatives": "Say who orders for which organization, on which days.",
    "overrides": "Set what persons have decided about members.",
    "points": "Take over the points that members had elsewhere: once each, as an adjustment.",
    "tiers": "Compare what an old system says members hold with what they hold here, and why.",
}
imports = typer.Typer(
    no_args_is_help=True,
    help="Take in files. What is refused is told and harms nothing else; the exit code is 1 then."
    " Importing a file twice changes nothing.",
)


def register(cli: typer.Typer) -> None:
    cli.add_typer(imports, name="import")


def _command(kind: str, options: type[Options]) -> Callable[..., None]:
    """A command whose parameters are the fields of `options`."""

    def command(**given: Any) -> None:
        run(kind, options(**given))

    command.__doc__ = SAYINGS[kind]
    command.__dict__["__signature__"] = inspect.signature(options)
    command.__annotations__ = get_type_hints(options, include_extras=True)
    return command


def run(kind: str, options: Options) -> None:
    """Do an import whole. Raises Exit when lines were refused."""
    logs.set_up_logs("warning")
    place = _place(options)
    keeping = options.keeping

    async def do(office: Office) -> None:
        program_id = await office.program_id(options.program)
        rules = await office.db.run(partial(programs.rules_of, program_id=program_id))
        source = await _source(office, program_id, options.of)
        sources = _files(kind, options, ZoneInfo(rules.zone), source)
        url = office.db.engine.url.render_as_string(hide_password=False)
        terms = Terms(program_id, kind, office.now, AUTHOR, AUTHOR, keeping, source)
        task = Task(url, terms)
        hands = options.jobs or _hands(sum(one.size for one in sources))
        with Crew(task, hands) as crew, percent_bar() as bar:
            refused = Report(options.errors, place, COLUMNS)
            differing = Report(options.report, place, DIFFERENCES)
            run = Import(crew, place, refused, differing, bar)
            await run.record(sources, PART * hands)
            applied = await run.decide(office, task)
        _tell(place, applied, run.unwritten)

    work(do)
    place.path.unlink(missing_ok=True)
    if place.outcomes["refused"]:
        raise typer.Exit(1)


def _place(options: Options) -> Place:
    if options.resume:
        return Place.found(options.program, options.files)
    return Place(options.program, [str(one) for one in options.files])


async def _source(office: Office, program_id: UUID, key: str | None) -> Source | None:
    if key is None:
        return None
    return await office.db.run(partial(source_of_files, program_id=program_id, key=key))


def _files(kind: str, options: Options, zone: ZoneInfo, source: Source | None) -> list[Lines]:
    form = options.form or (OF_SOURCE if source else None)
    return [
        Lines(one, form_of(one, kind, form, options.encoding)._replace(zone=zone, source=source))
        for one in options.files
    ]


def _hands(size: int) -> int:
    return min(MOST_HANDS, os.cpu_count() or 1) if size > LARGE else 1


def _tell(place: Place, applied: Applied, unwritten: list[str]) -> None:
    counts = ", ".join(f"{count} {word}" for word, count in sorted(place.outcomes.items()))
    typer.echo(f"{place.outcomes.total()} lines: {counts or 'nothing'}.")
    typer.echo(f"Moves: {applied.up} up, {applied.down} down.")
    for ladder, told, held, times in place.compared:
        sign = "=" if told == held else "≠"
        typer.echo(f"{ladder}: imported {told or 'none'} {sign} computed {held or 'none'}: {times}")
    for line in unwritten:
        typer.echo(line, err=True)
    if unwritten and place.outcomes["refused"] > len(unwritten):
        typer.echo(f"… {place.outcomes['refused']} in all: --errors FILE lists them.", err=True)


OPTIONS = {"orders": OrderOptions, "tiers": TierOptions}
for one in SAYINGS:
    imports.command(one)(_command(one, OPTIONS.get(one, Options)))
