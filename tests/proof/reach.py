"""Which tests execute which statement: `pytest -p tests.proof.reach`, written to `reached.json`.

Whoever looks for a fault in a statement runs these first. A guide, not a promise: it may be old.
"""

import json
import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, TextClause, event, text

ROOT = Path(__file__).parents[2]
REACHED = Path(__file__).with_name("reached.json")
NEW, KEPT = 3, 5


class Reach:
    """Of every statement, how long each test took that executed it."""

    def __init__(self) -> None:
        files = sorted((ROOT / "app").glob("**/*.sql"))
        self.files: dict[str, list[str]] = defaultdict(list)
        for path in files:
            said = text(path.read_text("utf-8")).text
            self.files[said].append(path.relative_to(ROOT).as_posix())
        self.executed: dict[str, set[str]] = defaultdict(set)
        self.seconds: dict[str, float] = {}

    def note(self, _: Any, statement: object, *__: Any) -> None:
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        if isinstance(statement, TextClause) and test:
            for file in self.files.get(statement.text, ()):
                self.executed[file].add(test)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.seconds[report.nodeid] = report.duration

    def pytest_sessionfinish(self) -> None:
        """What is known already remains, behind what is new."""
        known, found = reached(), {}
        for file in sorted(file for files in self.files.values() for file in files):
            tests = [*self.quickest(self.executed[file]), *known.get(file, ())]
            found[file] = list(dict.fromkeys(tests))[:KEPT]
        kept = {file: tests for file, tests in found.items() if tests}
        REACHED.write_text(json.dumps(kept, indent=0) + "\n", "utf-8")

    def quickest(self, tests: set[str]) -> list[str]:
        """Of each file of tests the quickest, of all of them a few."""
        passed = sorted((self.seconds[one], one) for one in tests if one in self.seconds)
        first: dict[str, str] = {}
        for _, one in passed:
            first.setdefault(one.partition("::")[0], one.partition("[")[0])
        more = [one.partition("[")[0] for _, one in passed]
        return list(dict.fromkeys([*first.values(), *more]))[:NEW]


def pytest_configure(config: pytest.Config) -> None:
    reach = Reach()
    event.listen(Engine, "before_execute", reach.note)
    config.pluginmanager.register(reach)


def reached() -> Mapping[str, list[str]]:
    if not REACHED.exists():
        return {}
    found: Mapping[str, list[str]] = json.loads(REACHED.read_text("utf-8"))
    return found
