"""Reads a statement as a cluster would: which tables, by which key, in which sub-query.

A reader of our own SQL, not of all SQL: tables stand behind FROM, JOIN, INTO, UPDATE and USING,
never behind a comma, and keys are compared by `=`.
"""

import re
from dataclasses import dataclass, field

from app.models import PLACEMENTS

COMMENT = re.compile(r"--[^\n]*")
TEXT = re.compile(r"'(?:[^']|'')*'")
QUERY = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|VALUES)\b")
SET_OPERATION = re.compile(r"\b(?:UNION(?:\s+ALL)?|INTERSECT|EXCEPT)\b")
KEYWORDS = (
    "WHERE|ON|SET|JOIN|LEFT|RIGHT|INNER|CROSS|FULL|GROUP|ORDER|USING|LIMIT|UNION|VALUES|RETURNING|"
    "FOR|HAVING|WINDOW|SELECT|DO|DEFAULT|AND|AS|WITH"
)
NESTED = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
FUNCTION = re.compile(
    rf"\b(FROM|JOIN|USING|LATERAL)\s+\w+{NESTED}\s*(?:WITH ORDINALITY\s*)?(?:AS\s+)?(\w+)"
)
PLACE = re.compile(
    rf"\b(?:FROM|JOIN|UPDATE|USING)\s+(?:LATERAL\s+)?(\w+|<\d+>)(?:\s+AS)?"
    rf"(?:\s+(?!(?:{KEYWORDS})\b)(\w+))?"
)
NOT_PLACES = re.compile(
    r"\bDISTINCT FROM\b|\bDO\s+UPDATE\b|\bFOR\s+(?:NO KEY\s+)?UPDATE\b|\bEXTRACT\s*\([^)]*\)"
)
SET = re.compile(r"\bSET\b.*?(?=\bFROM\b|\bWHERE\b|\bRETURNING\b|$)")
INTO = re.compile(r"\bINSERT INTO (\w+)")
CTE = re.compile(r"\b(\w+)(?:\s*\([^()]*\))?\s+AS\s+(?:(?:NOT\s+)?MATERIALIZED\s+)?(<\d+>)")
COLUMN = r"(?:(\w+)\.)?(\w+)"
EQUAL = re.compile(rf"(?<![\w.]){COLUMN}\s*=\s*{COLUMN}\b(?!\s*\()")
ONE = re.compile(rf"(?<![\w.]){COLUMN}\s*=\s*CAST\(:(\w+) AS uuid\)")
MANY = re.compile(rf"(?<![\w.]){COLUMN}\s*=\s*ANY\s*\(CAST\(:\w+ AS uuid\[\]\)\)")
SHARED = re.compile(r"\bUSING\s*\(([^()]*)\)")


@dataclass
class Scope:
    """One query without its sub-queries, which stand in `text` as <number>."""

    text: str
    outer: "Scope | None"
    inner: dict[str, list["Scope"]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # alias: table, CTE, <number>, function
    shared: dict[str, str] = field(default_factory=dict)  # CTE: <number>
    into: str = ""

    def spread(self):
        """Alias: table, of the tables that are spread over machines."""
        return {alias: table for alias, table in self.names.items() if key_of(table)}

    def all(self):
        yield self
        for branches in self.inner.values():
            for one in branches:
                yield from one.all()

    def home(self, alias):
        """The nearest scope that has the alias."""
        if alias in self.names:
            return self
        return self.outer.home(alias) if self.outer else None

    def behind(self, alias):
        """The queries that a CTE or a sub-query in FROM stands for."""
        table, scope = self.names[alias], self
        if table.startswith("<"):
            return self.inner[table]
        while scope and table not in scope.shared:
            scope = scope.outer
        return scope.inner[scope.shared[table]] if scope else []


def key_of(table):
    placement = PLACEMENTS.get(table)
    return placement.by if placement else None


def read(statement):
    """The queries of a statement with all their sub-queries; branches of a UNION are one each."""
    text = " ".join(TEXT.sub("''", COMMENT.sub("", statement)).split())
    return [scope for branch in _branches(text, None) for scope in branch.all()]


def _branches(text, outer):
    held, found = _fold(text)
    branches = []
    for part in SET_OPERATION.split(held):
        named = FUNCTION.sub(r"\1 function AS \2", part)
        scope = Scope(named, outer)
        scope.shared = dict(CTE.findall(named))
        for table, alias in PLACE.findall(NOT_PLACES.sub(" ", named)):
            scope.names[alias or table] = table
        scope.into = "".join(INTO.findall(named))
        marks = re.findall(r"<\d+>", part)
        scope.inner = {mark: _branches(found[mark], scope) for mark in marks}
        branches.append(scope)
    return branches


def _fold(text):
    """The text with each sub-query as <number>, and the sub-queries."""
    found, begins, kept, last = {}, [], [], 0
    for place, letter in enumerate(text):
        if letter == "(":
            begins.append(place)
        elif letter == ")":
            begun = begins.pop()
            nested = any(QUERY.match(text, one + 1) for one in begins)
            if QUERY.match(text, begun + 1) and not nested:
                mark = f"<{len(found)}>"
                found[mark] = text[begun + 1 : place]
                kept += [text[last:begun], mark]
                last = place + 1
    return "".join([*kept, text[last:]]), found


class Ties:
    """Which rows of a statement's tables lie on one machine, because their keys are equal."""

    def __init__(self, scopes):
        self._to = {}
        self.many = set()
        for scope in scopes:
            self._compare(scope)
            self._look_through(scope)

    def of(self, scope, alias):
        return self._root((id(scope), alias))

    def anchor(self, scope, alias):
        """`one` or `many` members by a bind, or `all`."""
        root = self.of(scope, alias)
        if any(isinstance(one, str) and self._root(one) == root for one in list(self._to)):
            return "one"
        return "many" if any(self._root(one) == root for one in self.many) else "all"

    def _compare(self, scope):
        compared = SET.sub(" ", scope.text)
        for left_alias, left, right_alias, right in EQUAL.findall(compared):
            sides = [_side(scope, left_alias, left), _side(scope, right_alias, right)]
            if all(sides):
                self._tie(*sides)
        for alias, column, bind in ONE.findall(compared):
            if side := _side(scope, alias, column):
                self._tie(side, f":{bind}")
        for alias, column in MANY.findall(compared):
            if side := _side(scope, alias, column):
                self.many.add(side)
        self._share(scope, compared)

    def _share(self, scope, compared):
        for columns in SHARED.findall(compared):
            sides = [(id(scope), one) for one in scope.names if _shares(scope, one, columns)]
            for one in sides[1:]:
                self._tie(sides[0], one)

    def _look_through(self, scope):
        for alias, table in scope.names.items():
            if table == "function":
                self.many.add((id(scope), alias))
            for branch in scope.behind(alias):
                if "member_id" in branch.text:
                    for name in branch.names:
                        self._tie((id(scope), alias), (id(branch), name))

    def _tie(self, one, other):
        self._to.setdefault(one, one)
        self._to.setdefault(other, other)
        first, second = self._root(one), self._root(other)
        self._to[second if isinstance(first, str) else first] = (
            first if isinstance(first, str) else second
        )

    def _root(self, one):
        while self._to.get(one, one) != one:
            one = self._to[one]
        return one


def _shares(scope, alias, columns):
    key = key_of(scope.names[alias])
    return (key or "member_id") in columns and scope.names[alias] != "function"


def _side(scope, alias, column):
    """The place whose key this column is, None if it is another column."""
    if not alias:
        spread = [one for one, table in scope.spread().items() if key_of(table) == column]
        return (id(scope), spread[0]) if len(spread) == 1 else None
    home = scope.home(alias)
    if home is None:
        return None
    key = key_of(home.names[alias])
    return None if key and key != column else (id(home), alias)
