"""What the campaign of mutants makes of a file, and where it looks for tests."""

import ast
import tomllib

import pytest

from tests.proof.calibrate import ROOT
from tests.proof.mutants import REASONS, SUITES, drawn, made, suite
from tests.proof.mutating import mutants

PYTHON = '''
LIMIT = 1
@remember(most=8)
def held(ways, at_least=1):
    """Not 1 of these."""
    if (ways) < 3 and not False:
        raise ValueError
    return ways is None
'''
OF_PYTHON = ["[1 → 2]", "[< → <=]", "[and → or]", "[3 → 4]", "[False → True]", "[raise", "[is → is"]
STATEMENT = """-- Of 1 day.
UPDATE t SET n = 1
 WHERE a <= :a AND b = 'x = 1'
   AND c <> 2
   AND d -> e"""
OF_SQL = ["[<= → <]", "[= → <>]", "[AND c <> 2 → ]", "[AND d -> e → ]"]


@pytest.mark.parametrize(
    ("file", "text", "expected"), [("a.py", PYTHON, OF_PYTHON), ("a.sql", STATEMENT, OF_SQL)]
)
def test_each_rule_makes_its_mutants(file, text, expected, tmp_path):
    (tmp_path / file).write_text(text, "utf-8")
    names = [one.named(text) for one in mutants(tmp_path, file)]

    assert [part for part in expected if not any(part in name for name in names)] == []
    assert len(names) == len(expected)


def test_mutants_of_the_policy_are_programs_that_differ():
    for one in made("app/policy/*.py"):
        text = (ROOT / one.file).read_text("utf-8")
        assert ast.dump(ast.parse(one.planted(text))) != ast.dump(ast.parse(text)), one


def test_every_statement_has_tests_to_see_its_mutants():
    packages = {path.relative_to(ROOT).parts[1] for path in (ROOT / "app").glob("**/*.sql")}

    assert sorted(packages - SUITES.keys()) == []
    assert [name for name in SUITES if not suite(f"app/{name}/x.sql", ROOT)] == []


def test_survivors_are_of_mutants_that_exist():
    found = [*made("app/policy/*.py"), *made("app/**/*.sql")]
    names = {one.named((ROOT / one.file).read_text("utf-8")) for one in found}

    assert sorted(tomllib.loads(REASONS.read_text("utf-8")).keys() - names) == []


def test_the_same_seed_draws_the_same():
    assert drawn(8, 3) == drawn(8, 3)
    assert drawn(8, 3) != drawn(8, 4)
