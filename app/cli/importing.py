"""Import of order events and customers from files."""

import asyncio
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.progress import Progress, TaskID

from app.cli.bars import percent_bar
from app.cli.crew import Crew, Task
from app.cli.files import Source
from app.cli.opening import Office, Program, work
from app.cli.progress import Place, Report
from app.inbound import importing
from app.inbound.importing import NOBODY, Line, Taken
from app.kit import logs
from app.standings.moves import Applied

PART = 5_000  # lines of one hand in one block
DECIDED_AT_ONCE = 2_000
MOST_HANDS = 4
LARGE = 4_000_000  # bytes for which further processes are worth their start
MOST_SAID = 10

Files = Annotated[
    list[Path],
    typer.Argument(exists=True, dir_okay=False, help="NDJSON or CSV, also compressed (.gz)."),
]
Kind = Annotated[Literal["orders", "customers"], typer.Option(help="What the lines are.")]
Form = Annotated[
    Literal["ndjson", "csv"] | None, typer.Option("--format", help="Default: by the file's name.")
]
Errors = Annotated[
    Path | None, typer.Option(dir_okay=False, help="Write the refused lines here, as CSV.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Continue an import that was stopped.")]
Hands = Annotated[
    int | None, typer.Option("--jobs", min=1, max=64, help="Processes; default: one a core, to 4.")
]


def register(cli: typer.Typer) -> None:
    cli.command("import")(import_files)


def import_files(
    files: Files,
    program: Program,
    kind: Kind = "orders",
    form: Form = None,
    errors: Errors = None,
    resume: Resume = False,  # noqa: FBT002 - typer's
    jobs: Hands = None,
) -> None:
    """Record the order events or customers of files, then decide once about everybody touched.

    Lines are recorded without deciding. What is refused is told and harms nothing else; the
    exit code is 1 then. Importing a file twice changes nothing.
    """
    logs.set_up_logs("warning")
    place = Place.found(program, files) if resume else Place(program, [str(one) for one in files])
    sources = [Source(one, kind, form) for one in files]
    hands = jobs or _hands(sum(one.size for one in sources))

    async def do(office: Office) -> None:
        task = Task(
            office.db.engine.url.render_as_string(hide_password=False),
            kind,
            await office.program_id(program),
            office.now,
        )
        with Crew(task, hands) as crew, percent_bar() as bar:
            run = Import(crew, place, Report(errors, place), bar)
            await run.record(sources, PART * hands)
            applied = await run.decide(office, task)
        _tell(place, applied, run.unwritten)

    work(do)
    place.path.unlink(missing_ok=True)
    if place.outcomes["refused"]:
        raise typer.Exit(1)


class Import:
    """One import under way; `unwritten`: the first problems that are in no report."""

    def __init__(self, crew: Crew, place: Place, report: Report, bar: Progress) -> None:
        self._crew = crew
        self._place = place
        self._report = report
        self._bar = bar
        self.unwritten: list[str] = []

    async def record(self, sources: list[Source], block: int) -> None:
        """Record what is not yet: while a block is written, the next one is read."""
        self._place.save()
        for number, source in enumerate(sources):
            if number < self._place.file:
                continue
            if number > self._place.file:
                self._place.file, self._place.line = number, 0
            shown = self._bar.add_task(source.path.name, total=source.size)
            pending: asyncio.Task[None] | None = None
            for lines in _blocks(source, self._place.line, block):
                if pending is not None:
                    await pending
                pending = asyncio.create_task(self._take(source, lines, source.read, shown))
                await asyncio.sleep(0)
            if pending is not None:
                await pending
            self._bar.update(shown, completed=source.size)

    async def decide(self, office: Office, task: Task) -> Applied:
        """The one decision of everybody touched, also by an import that was killed."""
        applied = Applied()
        shown = self._bar.add_task("Decisions", total=None)
        after, count = NOBODY, 0
        most = DECIDED_AT_ONCE * MOST_HANDS
        while found := await importing.touched(office.db, task.program_id, after, most):
            after, count = found[-1], count + len(found)
            starts = range(0, len(found), DECIDED_AT_ONCE)
            parts = [found[start : start + DECIDED_AT_ONCE] for start in starts]
            applied += await self._crew.decide(parts)
            self._bar.update(shown, completed=count)
        self._bar.update(shown, completed=count, total=count)
        return applied

    async def _take(self, source: Source, lines: list[Line], read: int, shown: TaskID) -> None:
        taken: Taken = await self._crew.take(lines)
        for one in self._report.add(taken.problems, source.path):
            if len(self.unwritten) < MOST_SAID:
                self.unwritten.append(f"{source.path}:{one.line}: {one.detail or one.reason}")
        self._place.outcomes += taken.outcomes
        self._place.line = lines[-1].number
        self._place.save()
        self._bar.update(shown, completed=read)


def _blocks(source: Source, after: int, size: int) -> Iterator[list[Line]]:
    lines = (line for line in source.lines() if line.number > after)
    while block := list(islice(lines, size)):
        yield block


def _hands(size: int) -> int:
    return min(MOST_HANDS, os.cpu_count() or 1) if size > LARGE else 1


def _tell(place: Place, applied: Applied, unwritten: list[str]) -> None:
    counts = ", ".join(f"{count} {word}" for word, count in sorted(place.outcomes.items()))
    typer.echo(f"{place.outcomes.total()} lines: {counts or 'nothing'}.")
    typer.echo(f"Moves: {applied.up} up, {applied.down} down.")
    for line in unwritten:
        typer.echo(line, err=True)
    if unwritten and place.outcomes["refused"] > len(unwritten):
        typer.echo(f"… {place.outcomes['refused']} in all: --errors FILE lists them.", err=True)
