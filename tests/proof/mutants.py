"""P22: small faults made by rule, one at a time, in a copy of the tree; a test has to fail.

Half of those drawn are of the policy, half of statements. Who survives needs a reason in
`survivors.toml`, or a test.
"""

import tomllib
from pathlib import Path
from random import Random

from rich.progress import track

from tests.proof.calibrate import ROOT, copied, first_failed
from tests.proof.campaign import Result, Size, console
from tests.proof.mutating import Mutant, mutants

NUMBER = {"smoke": 2, "ci": 40, "release": None}
KILLED = 0.95
REASONS = Path(__file__).with_name("survivors.toml")
SUITES = {
    "policy": ["policy"],
    "access": ["access", "api/test_token_keys.py"],
    "checks": ["sql/test_audit*", "sql/test_rebuild*", "jobs/test_s*", "api/test_checks*"],
    "cli": ["cli"],
    "console": ["console"],
    "customers": ["sql/test_customers*", "customers", "api/test_people*", "api/test_organ*"],
    "evaluation": ["sql/test_evaluation*", "evaluation", "api/test_preview*", "api/test_expl*"],
    "inbound": ["sql/test_inbox*", "sql/test_fetches*", "inbound", "api/test_i*", "api/test_f*"],
    "insight": ["sql/test_insight*", "api/test_analytics*"],
    "kit": ["kit"],
    "orders": ["sql/test_orders*", "api/test_facts*", "api/test_orders*", "api/test_stat*"],
    "outbound": ["sql/test_deliveries*", "jobs", "api/test_endpoint*", "api/test_push*"],
    "points": ["sql/test_points*", "api/test_points*"],
    "programs": ["programs", "api/test_programs*", "api/test_versions*", "api/test_definition*"],
    "standings": ["sql/test_standings*", "api/test_overrides*", "api/test_changes*"],
}


def run(size: Size, seed: int, *, blind: bool) -> Result:
    """Blind: what is changed stays the same, so that no test can see it."""
    chosen = drawn(NUMBER[size], seed)
    if blind:
        chosen = [same(chosen[0])]
    known = tomllib.loads(REASONS.read_text("utf-8"))
    survived, failures = 0, []
    with copied() as tree:
        for one in track(chosen, "mutants", console=console):
            name = one.named((tree / one.file).read_text("utf-8"))
            seen = killed(one, tree)
            console.print(f"{name}: {seen or 'SURVIVED'}", markup=False, soft_wrap=True)
            survived += not seen
            if not seen and name not in known:
                failures.append(f"no test sees line {one.line} of {name}")
    if survived > len(chosen) * (1 - KILLED):
        failures.append(f"{survived} of {len(chosen)} survived")
    counts = {"mutants": len(chosen), "killed": len(chosen) - survived, "survived": survived}
    return Result(seed, counts, failures)


def drawn(number: int | None, seed: int) -> list[Mutant]:
    """So many of what can be made, half of each kind; all for None."""
    found = [made("app/policy/*.py"), made("app/**/*.sql")]
    if number is None:
        return [one for kind in found for one in kind]
    rng = Random(f"mutants/{seed}")
    return [one for kind in found for one in rng.sample(kind, number // 2)]


def made(pattern: str) -> list[Mutant]:
    files = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern))
    return [one for file in files for one in mutants(ROOT, file)]


def same(one: Mutant) -> Mutant:
    return one._replace(new=(ROOT / one.file).read_text("utf-8")[one.start : one.end])


def killed(one: Mutant, tree: Path) -> str | None:
    """The test that sees it, of those that an engineer there would run."""
    path = tree / one.file
    whole = path.read_text("utf-8")
    path.write_text(one.planted(whole), "utf-8")
    try:
        return first_failed(suite(one.file, tree), tree)
    finally:
        path.write_text(whole, "utf-8")


def suite(file: str, tree: Path) -> list[str]:
    """The tests of the package that holds the file."""
    tests = tree / "tests"
    found = [path for told in SUITES[Path(file).parts[1]] for path in sorted(tests.glob(told))]
    return [path.relative_to(tree).as_posix() for path in found if path.suffix in {"", ".py"}]
