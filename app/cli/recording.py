"""An import under way: blocks of lines to a crew, what came of them into reports."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from rich.progress import Progress, TaskID

from app.cli.crew import Crew, Task
from app.cli.files import Lines
from app.cli.opening import Office
from app.cli.progress import Place, Report
from app.inbound.imports import importers as importing
from app.inbound.imports.importers import NOBODY
from app.inbound.imports.lines import Differs, Line, Problem, Taken
from app.standings.moves import Applied

PART = 5_000  # lines of one hand in one block
DECIDED_AT_ONCE, DECIDED_ABREAST = 2_000, 4
MOST_SAID = 10
COLUMNS = ("line", "column", "id", "reason", "detail", "file")
DIFFERENCES = (
    "line", "kind", "id", "ladder", "imported", "computed", "since", "reason", "detail",
    "holder", "incomplete", "outcome", "file",
)  # fmt: skip


class Import:
    """`unwritten`: the first problems that are in no report."""

    def __init__(
        self, crew: Crew, place: Place, refused: Report, differing: Report, bar: Progress
    ) -> None:
        self._crew = crew
        self._place = place
        self._refused = refused
        self._differing = differing
        self._bar = bar
        self.unwritten: list[str] = []

    async def record(self, sources: list[Lines], block: int) -> None:
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
        most = DECIDED_AT_ONCE * DECIDED_ABREAST
        while found := await importing.touched(office.db, task.terms.program_id, after, most):
            after, count = found[-1], count + len(found)
            starts = range(0, len(found), DECIDED_AT_ONCE)
            parts = [found[start : start + DECIDED_AT_ONCE] for start in starts]
            applied += await self._crew.decide(parts)
            self._bar.update(shown, completed=count)
        self._bar.update(shown, completed=count, total=count)
        return applied

    async def _take(self, source: Lines, lines: list[Line], read: int, shown: TaskID) -> None:
        taken: Taken = await self._crew.take(lines)
        self._refused.add(_refused(one, source.path) for one in taken.problems)
        self._differing.add(_differing(one, source.path) for one in taken.differences)
        if not self._refused.is_written:
            for one in taken.problems[: MOST_SAID - len(self.unwritten)]:
                self.unwritten.append(f"{source.path}:{one.line}: {_said(one)}")
        self._place.add(taken)
        self._place.line = lines[-1].number
        self._place.save()
        self._bar.update(shown, completed=read)


def _blocks(source: Lines, after: int, size: int) -> Iterator[list[Line]]:
    lines = (line for line in source.lines() if line.number > after)
    while block := list(islice(lines, size)):
        yield block


def _said(one: Problem) -> str:
    said = one.detail or one.reason
    return f"{one.column}: {said}" if one.column else said


def _refused(one: Problem, file: Path) -> dict[str, Any]:
    return {**one._asdict(), "file": str(file)}


def _differing(one: Differs, file: Path) -> dict[str, Any]:
    said = one.said.model_dump(mode="json", exclude={"member_id", "holder_id"})
    return {"line": one.line, **said, "outcome": one.word, "file": str(file)}
