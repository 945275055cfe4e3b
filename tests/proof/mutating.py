"""Small faults made by rule: one comparison, boundary, constant or statement of a file changed."""

import ast
import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

OTHER = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"), ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"),
    ast.And: ("and", "or"), ast.Or: ("or", "and"),
}  # fmt: skip
SQL_WORDS = re.compile(
    r"(?<![<>=!:|@-])(?P<comparison><=|>=|<>|<|>|=)(?![<>=|@])"
    r"|(?<![\w.:'])(?P<constant>\d+)(?![\w.'])"
    r"|\n\s*(?P<statement>(?:AND|OR)\b[^\n()]*)(?=\n|$)"
)
SQL_OTHER = {"<=": "<", ">=": ">", "<": "<=", ">": ">=", "=": "<>", "<>": "="}
UNSEEN = re.compile(
    r"--[^\n]*|'[^'\n]*'|\bSET\b[^;]*?(?=\bWHERE\b|\bFROM\b|\bRETURNING\b|$)", re.DOTALL
)


class Mutant(NamedTuple):
    """`file` with the text from `start` to `end` replaced."""

    file: str
    start: int
    end: int
    new: str
    line: int

    def planted(self, text: str) -> str:
        return text[: self.start] + self.new + text[self.end :]

    def named(self, text: str) -> str:
        """What is changed into what; the line is left out, so that the name lasts."""
        old = " ".join(text[self.start : self.end].split())
        head = text[: self.start].rsplit("\n", 1)[-1]
        tail = text[self.end :].split("\n", 1)[0]
        return f"{self.file}: {head.strip()} [{old} → {self.new}] {tail.strip()}".strip()


def mutants(root: Path, file: str) -> list[Mutant]:
    """All that the rules make of one file."""
    text = (root / file).read_text("utf-8")
    found = _of_python(text) if file.endswith(".py") else _of_sql(text)
    return [
        Mutant(file, start, end, new, text.count("\n", 0, start) + 1) for start, end, new in found
    ]


def _of_sql(text: str) -> Iterator[tuple[int, int, str]]:
    """Comments, quoted text and assignments are left alone."""
    hidden = [range(*one.span()) for one in UNSEEN.finditer(text)]
    for word in SQL_WORDS.finditer(text):
        kind = str(word.lastgroup)
        start, end = word.span(kind)
        if any(start in span for span in hidden):
            continue
        if kind == "constant":
            yield start, end, str(int(word[kind]) + 1)
        else:
            yield start, end, SQL_OTHER.get(word[kind], "")


def _of_python(text: str) -> Iterator[tuple[int, int, str]]:
    """Imports, names of things and how a class is stored are no subject of mutation."""
    place = Places(text)
    bodies = (n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef | ast.ClassDef))
    for node in (node for body in bodies for node in _behind(body)):
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                yield place.between(left, right, op)
            case ast.BoolOp(op=op, values=[first, second, *_]):
                yield place.between(first, second, op)
            case ast.Constant(value=bool() as value):
                yield (*place.of(node), str(not value))
            case ast.Constant(value=int() as value):
                yield (*place.of(node), str(value + 1))
            case ast.AugAssign() | ast.Continue() | ast.Raise():
                yield (*place.of(node), "pass")


def _behind(body: ast.AST) -> Iterator[ast.AST]:
    """What stands in it, without decorators."""
    found = list(ast.walk(body))
    decorators = [one for node in found for one in getattr(node, "decorator_list", ())]
    left_out = {id(node) for one in decorators for node in ast.walk(one)}
    return (node for node in found if id(node) not in left_out)


class Places:
    """Where nodes are, in characters: the tree tells lines and bytes."""

    def __init__(self, text: str) -> None:
        self.text, self.raw = text, text.encode()
        sizes = [len(line) for line in self.raw.splitlines(keepends=True)]
        self.lines = [0, *accumulate(sizes)]

    def at(self, line: int, byte: int) -> int:
        return len(self.raw[: self.lines[line - 1] + byte].decode())

    def of(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        end = self.at(node.end_lineno or node.lineno, node.end_col_offset or 0)
        return self.at(node.lineno, node.col_offset), end

    def between(self, first: ast.expr, second: ast.expr, op: ast.AST) -> tuple[int, int, str]:
        """The operator alone, for either side may be in parentheses."""
        old, new = OTHER[type(op)]
        start = self.text.index(old, self.of(first)[1], self.of(second)[0])
        return start, start + len(old), new
