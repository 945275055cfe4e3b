"""Tests run against one small fault after another: `python -m tests.proof.grading <python|sql>`.

Each line of standard input is a task, each line of standard output says which of its tests
failed. What every run needs is loaded once; each run is a fork of that, so that nothing of a
fault remains. Statements are changed where they are held, Python where it will be read.
"""

import gc
import importlib
import json
import os
import select
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from pkgutil import walk_packages
from typing import NamedTuple, NoReturn

import pytest
import sqlalchemy.ext.asyncio  # noqa: F401 - likewise
from hypothesis import HealthCheck, settings
from sqlalchemy import TextClause, text

import app
from tests.proof.mutating import Mutant

PATIENCE = 900.0  # of one run; a fault that makes tests wait for ever is seen by that
WORK = 20.0  # seconds of a processor for one test; one that makes them work for ever, by that
HUNG, UNUSABLE = "hung", "unusable"
QUIET = ("-q", "-p", "no:cacheprovider", "-p", "no:schemathesis")
LOADED_BEFORE = ("-W", "ignore::pytest.PytestAssertRewriteWarning")


class Task(NamedTuple):
    """`mutant` None: the tree as it is. `most`: so many failures are enough."""

    mutant: list[str | int] | None
    tests: list[str]
    most: int = 1


class Failures:
    """Keeps which tests failed, and lets those that try many examples come last.

    A fault is not seen by making examples slowly: a busy machine does that too.
    """

    def __init__(self) -> None:
        self.found: list[str] = []

    def pytest_sessionstart(self) -> None:
        patient = settings(settings(), suppress_health_check=[HealthCheck.too_slow])
        settings.register_profile("patient", patient)
        settings.load_profile("patient")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: hasattr(getattr(item, "obj", None), "hypothesis"))

    def pytest_runtest_logstart(self) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, WORK)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.found.append(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.found.append(report.nodeid)


class Statements:
    """Every statement that the loaded modules hold, by its text."""

    def __init__(self) -> None:
        glances = importlib.import_module("app.kit.glances")
        self.dialect = glances.DIALECT
        self.held: dict[str, list[TextClause]] = defaultdict(list)
        self.sent: dict[str, list[object]] = defaultdict(list)
        for one in gc.get_objects():
            if type(one) is TextClause:
                self.held[one.text].append(one)
            elif type(one) is glances.Glance:
                self.sent[vars(one)["_text"]].append(one)

    def become(self, old: str, new: str) -> Callable[[], None]:
        """What changes those that hold it. Raises LookupError when nobody does."""
        before, after = text(old), text(new)
        sent = self.sent[self._sent(before)]
        held = self.held[before.text]
        if not held and not sent:
            raise LookupError(old)

        def change() -> None:
            for one in held:
                one.text = after.text
            for glance in sent:
                vars(glance)["_text"] = self._sent(after)

        return change

    def _sent(self, statement: TextClause) -> str:
        return str(statement.compile(dialect=self.dialect))


@contextmanager
def planted(mutant: Mutant | None, statements: Statements | None) -> Iterator[Callable[[], None]]:
    """In the file of this folder; yields what changes that which is loaded of it."""
    if mutant is None:
        yield lambda: None
        return
    path = Path(mutant.file)
    whole = path.read_text("utf-8")
    broken = mutant.planted(whole)
    path.write_text(broken, "utf-8")
    try:
        yield statements.become(whole, broken) if statements else lambda: None
    finally:
        path.write_text(whole, "utf-8")


def failures(task: Task, statements: Statements | None) -> list[str]:
    mutant = None if task.mutant is None else Mutant(*task.mutant)
    with planted(mutant, statements) as change:
        return forked(task, change)


def forked(task: Task, change: Callable[[], None]) -> list[str]:
    """Which tests failed, in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGVTALRM, lambda *_: answer_with([HUNG], writer))
        os.setsid()
        change()
        answer_with(run(task), writer)
    os.close(writer)
    with os.fdopen(reader) as answer:
        in_time = select.select([answer], [], [], PATIENCE)[0]
        if not in_time:
            os.killpg(child, signal.SIGKILL)
        found = answer.read() if in_time else json.dumps([HUNG])
    os.waitpid(child, 0)
    return list(json.loads(found or json.dumps([f"{UNUSABLE}, died"])))


def answer_with(found: list[str], writer: int) -> NoReturn:
    os.write(writer, json.dumps(found).encode())
    os._exit(0)


def run(task: Task) -> list[str]:
    """The tests that fail, and whatever else goes wrong."""
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silence, stream)
    found = Failures()
    code = pytest.main(
        [*task.tests, *QUIET, *LOADED_BEFORE, f"--maxfail={task.most}"], plugins=[found]
    )
    if not found.found and code != pytest.ExitCode.OK:
        return [f"{UNUSABLE} {code!r}"]
    return found.found


def serve(lines: Iterable[str], statements: Statements | None) -> None:
    for line in lines:
        answer = failures(Task(*json.loads(line)), statements)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def loaded(kind: str) -> Statements | None:
    """All that holds statements, or nothing that holds policy."""
    names = ["app.kit.db", "app.kit.migrations", "app.kit.postgres"]
    if kind == "sql":
        names = [one.name for one in walk_packages(app.__path__, "app.") if "__" not in one.name]
    for name in names:
        importlib.import_module(name)
    return Statements() if kind == "sql" else None


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    held = loaded(sys.argv[1])
    gc.collect()
    gc.freeze()
    serve(sys.stdin, held)
