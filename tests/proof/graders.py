"""Processes that run tests against faults, one a core, all on one server with a ready template."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Literal, TypeVar

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kit.db import connect
from app.kit.migrations import migrate
from app.kit.postgres import embedded
from app.kit.postgres.server import OWNER
from tests.proof.calibrate import copied
from tests.proof.grading import UNUSABLE, Task
from tests.proof.ground import throw_away

Kind = Literal["python", "sql"]
Given = TypeVar("Given")
SETTINGS = {"max_connections": "200", "shared_buffers": "256MB"}
TEMPLATE = "template1"


class Grader:
    """A copy of the tree, and a process that runs its tests."""

    def __init__(self, kind: Kind, tree: Path, server: Path) -> None:
        self.tree = tree
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.proof.grading", kind], cwd=tree, text=True,
            env=os.environ | {"TIERS_TEST_SERVER": str(server), "PYTHONPATH": str(tree)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def failures(self, task: Task) -> list[str]:
        """The tests that fail. Raises RuntimeError where they cannot be run."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        found: list[str] = json.loads(self.process.stdout.readline() or f'["{UNUSABLE}"]')
        if found and found[0].startswith(UNUSABLE):
            message = f"{task}: {found[0]}"
            raise RuntimeError(message)
        return found

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


class Graders:
    """As many as there are cores; each task goes to the first that is free."""

    def __init__(self, kind: Kind, server: Path, stack: ExitStack) -> None:
        self.free: SimpleQueue[Grader] = SimpleQueue()
        self.number = os.cpu_count() or 1
        for _ in range(self.number):
            grader = Grader(kind, stack.enter_context(copied()), server)
            stack.callback(grader.close)
            self.free.put(grader)

    def each(
        self, ask: Callable[[Grader, Given], str | None], given: Iterable[Given]
    ) -> Iterator[str | None]:
        """What is answered for each one given, in that order."""

        def work(one: Given) -> str | None:
            grader = self.free.get()
            try:
                return ask(grader, one)
            finally:
                self.free.put(grader)

        with ThreadPoolExecutor(self.number) as pool:
            yield from pool.map(work, given)

    def failing(self, tests: Sequence[str]) -> list[str]:
        """Which of the tests fail in the tree as it is."""
        grader = self.free.get()
        try:
            return grader.failures(Task(None, list(tests), len(tests))) if tests else []
        finally:
            self.free.put(grader)


@contextmanager
def graders(kind: Kind) -> Iterator[Graders]:
    """Those of the policy need no server."""
    with ExitStack() as stack:
        folder = stack.enter_context(throw_away()) / "server"
        if kind == "sql":
            stack.enter_context(ready(folder))
        yield Graders(kind, folder, stack)


@contextmanager
def ready(folder: Path) -> Iterator[None]:
    """A server of which every new database has all tables, so that none is migrated again."""
    with asyncio.Runner() as runner:
        running = embedded(folder, settings=SETTINGS)
        server = runner.run(running.__aenter__())
        try:
            runner.run(prepared(server.superuser_url, server.url))
            yield
        finally:
            runner.run(running.__aexit__(None, None, None))


async def prepared(superuser: str, owner: str) -> None:
    """What every new database is a copy of belongs to their owner and is migrated."""
    engine = create_async_engine(superuser, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text(f"ALTER DATABASE {TEMPLATE} OWNER TO {OWNER}"))
    db = connect(make_url(owner).set(database=TEMPLATE).render_as_string(hide_password=False))
    await migrate(db)
    await db.close()
