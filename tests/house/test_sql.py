"""Statements: binds are cast, nothing reads a clock, each says what it is for."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATEMENTS = sorted((ROOT / "app").rglob("*.sql"))
ALLOWED_CLOCK = {"startup_facts.sql"}

COMMENT = re.compile(r"--[^\n]*")
TEXT = re.compile(r"'(?:[^']|'')*'")
CAST = re.compile(r"CAST\(\s*:\w+\s+AS\s+[^()]+(?:\([^()]*\))?\s*\)", re.IGNORECASE)
BIND = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")  # as SQLAlchemy finds them
CLOCK = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\("
    r"|\bcurrent_(date|time|timestamp)\b|\blocaltime(stamp)?\b",
    re.IGNORECASE,
)


def _bare(statement):
    return TEXT.sub("''", COMMENT.sub("", statement))


@pytest.fixture(params=STATEMENTS, ids=[str(path.relative_to(ROOT / "app")) for path in STATEMENTS])
def statement(request):
    return request.param


def test_a_comment_above_says_what_it_does(statement):
    first = statement.read_text("utf-8").splitlines()[0]

    assert re.fullmatch(r"-- .{10,}", first)


def test_every_bind_is_cast(statement):
    without_casts = CAST.sub("", _bare(statement.read_text("utf-8")))

    assert BIND.findall(without_casts) == []


def test_no_double_colon(statement):
    assert "::" not in _bare(statement.read_text("utf-8"))


def test_no_clock_is_read(statement):
    if statement.name not in ALLOWED_CLOCK:
        assert CLOCK.findall(_bare(statement.read_text("utf-8"))) == []


def test_a_comment_holds_no_bind(statement):
    """SQLAlchemy reads `:name` in comments too."""
    comments = COMMENT.findall(statement.read_text("utf-8"))

    assert [bind for line in comments for bind in BIND.findall(line)] == []


def test_these_tests_see():
    assert BIND.findall(CAST.sub("", "SELECT :a, CAST(:b AS numeric(3, 1))")) == ["a"]
    assert BIND.findall(CAST.sub("", "CAST(:b AS date[])")) == []
    assert CLOCK.search("SELECT NOW()")
    assert CLOCK.search("current_date")
    assert "::" in _bare("SELECT 1::int")
    assert _bare("SELECT 'a::b' -- now()").strip() == "SELECT ''"
