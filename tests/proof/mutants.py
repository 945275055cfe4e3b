"""P22: small faults made by rule, one at a time, in a copy of the tree; a test has to fail.

Half of those drawn are of the policy, half of statements. Who survives needs a reason in
`survivors.toml`, or a test.
"""

import tomllib
from hashlib import sha256
from pathlib import Path
from typing import get_args

from rich.progress import track

from tests.proof.calibrate import ROOT
from tests.proof.campaign import Result, Size, console
from tests.proof.graders import Grader, Kind, graders
from tests.proof.grading import HUNG, Task
from tests.proof.mutating import Mutant, mutants
from tests.proof.reach import reached

NUMBER = {"smoke": 2, "ci": 40, "release": None}
KILLED = 0.95
REASONS = Path(__file__).with_name("survivors.toml")
SUITES = {
    "policy": ["policy"],
    "access": ["access", "api/test_token_keys.py"],
    "checks": ["sql/test_[aprw]*", "jobs/test_s*", "api/test_checks*"],
    "cli": ["cli"],
    "console": ["console"],
    "customers": ["sql/test_customers*", "customers", "api/test_people*", "api/test_organ*"],
    "evaluation": ["sql/test_[ew]*", "evaluation", "api/test_preview*", "api/test_expl*"],
    "inbound": ["sql/test_inbox*", "sql/test_fetches*", "inbound", "api/test_i*", "api/test_f*"],
    "insight": ["sql/test_insight*", "api/test_analytics*"],
    "kit": ["kit"],
    "orders": ["sql/test_[op]*", "api/test_facts*", "api/test_orders*", "api/test_stat*"],
    "outbound": ["sql/test_d*", "sql/test_pu*", "jobs", "api/test_endpoint*", "api/test_push*"],
    "points": ["sql/test_points*", "api/test_points*"],
    "programs": ["programs", "api/test_programs*", "api/test_versions*", "api/test_definition*"],
    "standings": ["sql/test_standings*", "api/test_overrides*", "api/test_changes*"],
}


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: what is changed stays the same, so that no test can see it.

    Who is known to survive is tried again at release size only.
    """
    chosen = drawn(NUMBER[size], seed)
    if blind:
        chosen = [same(chosen[0])]
    known = tomllib.loads(REASONS.read_text("utf-8"))
    tried = [one for one in chosen if size == "release" or name_of(one) not in known]
    killed, failures = 0, []
    for kind in get_args(Kind):
        asked = [one for one in tried if one.file.endswith(".py") == (kind == "python")]
        seen, doubted = graded(kind, asked)
        killed += sum(map(bool, seen))
        failures += [f"{test} fails without any fault" for test in doubted]
        failures += [
            f"no test sees line {one.line} of {name_of(one)}"
            for one, test in zip(asked, seen, strict=True)
            if not test and name_of(one) not in known
        ]
    if killed < len(chosen) * KILLED:
        failures.append(f"{killed} of {len(chosen)} are killed")
    counts = {"mutants": len(chosen), "killed": killed, "survived": len(chosen) - killed}
    return Result(seed, counts, failures)


def graded(kind: Kind, asked: list[Mutant]) -> tuple[list[str | None], list[str]]:
    """Of each the test that sees it, and those of these tests that see what is not there."""
    if not asked:
        return [], []
    seen = []
    with graders(kind) as several:
        found = track(several.each(killed, asked), kind, total=len(asked), console=console)
        for one, test in zip(asked, found, strict=True):
            console.print(f"{name_of(one)}: {test or 'SURVIVED'}", markup=False, soft_wrap=True)
            seen.append(test)
        return seen, several.failing(sorted({test for test in seen if test and test != HUNG}))


def drawn(number: int | None, seed: int) -> list[Mutant]:
    """So many of what can be made, half of each kind; all for None.

    Each has its lot by its name, so that an edit elsewhere draws nobody else.
    """

    def lot(one: Mutant) -> bytes:
        return sha256(f"mutants/{seed}/{name_of(one)}".encode()).digest()

    found = [made("app/policy/*.py"), made("app/**/*.sql")]
    if number is not None:
        found = [sorted(kind, key=lot)[: number // 2] for kind in found]
    return [one for kind in found for one in kind]


def made(pattern: str) -> list[Mutant]:
    files = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern))
    return [one for file in files for one in mutants(ROOT, file)]


def name_of(one: Mutant) -> str:
    return one.named((ROOT / one.file).read_text("utf-8"))


def same(one: Mutant) -> Mutant:
    return one._replace(new=(ROOT / one.file).read_text("utf-8")[one.start : one.end])


def killed(grader: Grader, one: Mutant) -> str | None:
    """The test that sees it: first those that are known to execute it, then those around it."""
    guides = [test for test in reached().get(one.file, ()) if is_test(test, grader.tree)]
    for tests in (guides, suite(one.file, grader.tree)):
        if tests and (failed := grader.failures(Task(list(one), tests))):
            return failed[0]
    return None


def is_test(name: str, tree: Path) -> bool:
    file, _, function = name.partition("::")
    return (tree / file).is_file() and f" {function}(" in (tree / file).read_text("utf-8")


def suite(file: str, tree: Path) -> list[str]:
    """The tests of the package that holds the file."""
    tests = tree / "tests"
    found = [path for told in SUITES[Path(file).parts[1]] for path in sorted(tests.glob(told))]
    return [path.relative_to(tree).as_posix() for path in found if path.suffix in {"", ".py"}]
