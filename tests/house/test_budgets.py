"""The budgets of the house: files and functions stay small, and some things are not there."""

import ast
import io
import re
import tokenize
from functools import cache
from pathlib import Path
from statistics import mean

import pytest

ROOT = Path(__file__).parents[2]
APP = sorted((ROOT / "app").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
STATEMENTS = sorted((ROOT / "app").rglob("*.sql"))
FILE_LINES, MODEL_LINES, SCREEN_LINES = 300, 600, 60
FUNCTION_LINES, MOST_FUNCTION_LINES, AVERAGE_LINES = 40, 35, 12
PARAMETERS = 7
COMMENT_SHARE = 0.03
COMMITS = ("app/kit/", "app/cli", "app/worker.py")


def _name(path):
    return str(path.relative_to(ROOT))


def _lines(node):
    return node.end_lineno - node.lineno + 1


@cache
def _tree(path):
    return ast.parse(path.read_text("utf-8"))


def _functions(paths):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    for path in paths:
        for node in ast.walk(_tree(path)):
            if isinstance(node, kinds):
                yield f"{_name(path)}:{node.lineno} {node.name}", node


def _comments(path):
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)
    return [token for token in tokens if token.type == tokenize.COMMENT]


@pytest.mark.parametrize("paths", [APP, TESTS], ids=["app", "tests"])
def test_no_file_is_long(paths):
    lengths = {_name(path): len(path.read_text("utf-8").splitlines()) for path in paths}

    assert {name: lines for name, lines in lengths.items() if lines > _cap(name)} == {}


def _cap(name):
    return MODEL_LINES if name.startswith("tests/proof/") else FILE_LINES


def test_a_statement_fits_a_screen():
    lengths = {_name(path): len(path.read_text("utf-8").splitlines()) for path in STATEMENTS}

    assert {name: lines for name, lines in lengths.items() if lines > SCREEN_LINES} == {}


def test_no_function_is_long():
    lengths = {name: _lines(node) for name, node in _functions(APP)}

    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}
    assert mean(lengths.values()) <= AVERAGE_LINES
    most = sorted(lengths.values())[int(len(lengths) * 0.95)]
    assert most <= MOST_FUNCTION_LINES


def test_no_function_takes_many_parameters():
    counts = {name: _parameters(node) for name, node in _functions(APP)}
    many = {name: count for name, count in counts.items() if count > PARAMETERS}

    assert many == {}


def _parameters(node):
    named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return sum(argument.arg not in {"self", "cls"} for argument in named)


def test_comments_are_rare():
    comments = sum(len(_comments(path)) for path in APP)
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in APP)

    assert comments <= COMMENT_SHARE * lines


def test_no_function_imports():
    found = [
        name
        for name, function in _functions([*APP, *TESTS])
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    ]

    assert found == []


def test_no_type_is_ignored():
    assert [_name(path) for path in APP if "type: ignore" in path.read_text("utf-8")] == []


def test_whoever_outlives_every_exception_says_why():
    found = [
        f"{_name(path)}:{node.lineno}"
        for path in APP
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
        and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
        and "BLE001 - " not in path.read_text("utf-8").splitlines()[node.lineno - 1]
    ]

    assert found == []


def test_only_the_edge_commits():
    found = {
        _name(path)
        for path in APP
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "commit"
    }

    assert [name for name in found if not name.startswith(COMMITS)] == []


def test_only_the_clock_reads_the_clock():
    reads = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(")
    found = [_name(path) for path in APP if reads.search(path.read_text("utf-8"))]

    assert found == ["app/kit/clock.py"]


def test_words_that_say_nothing_are_in_no_file_name():
    vague = {"utils", "helpers", "common", "base", "misc", "manager"}

    assert [_name(path) for path in APP if path.stem in vague] == []


def test_the_app_knows_no_tests_and_the_model_knows_no_app():
    model = ROOT / "tests" / "proof" / "model.py"
    of_app = [_name(path) for path in APP if "tests" in _imports(path)]

    assert of_app == []
    assert not model.exists() or "app" not in _imports(model)


def _imports(path):
    nodes = list(ast.walk(_tree(path)))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    sources = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in plain | sources}
