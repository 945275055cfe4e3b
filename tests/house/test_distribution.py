"""Statements a cluster can run: about one member, some, or all, and nothing that it refuses.

Page 3, section 7. What is refused all the same stands in KNOWN, each with its reason; whoever mends
one takes it out.
"""

import re
from pathlib import Path

import pytest

from tests.house import statements
from tests.house.statements import Ties, key_of

ROOT = Path(__file__).parents[2]
BODY = re.compile(r"AS \$\$\s*BEGIN(.*?)END\s*\$\$", re.DOTALL)
ARGUMENT = re.compile(r"= ANY \((of_\w+)\)")
OWN = re.compile(r"= (of_\w+|to_\w+)\b")

PINS = "orders and their pins lie by different keys: to be asked one after the other"
ERASES = "an erasure goes from pins to facts and back: to be done in two steps"
HOLDS = "an erasure holds changes of several members against the relay: to be done one by one"
NEW_HOME = "an erasure gives rows another home: to be taken out and put in again"
AUDITS = "an audit compares changes with deliveries, which stay at home: to be done in Python"
KNOWN = {
    "checks/sql/audit/a12.sql": AUDITS,
    "orders/sql/drop_strays.sql": PINS,
    "orders/sql/erase_belongings.sql": ERASES,
    "orders/sql/erase_guests.sql": ERASES,
    "orders/sql/filed_events.sql": PINS,
    "orders/sql/inbox_event.sql": PINS,
    "standings/sql/hold_changes.sql": HOLDS,
    "erase_facts/0": ERASES,
    "erase_names/1": NEW_HOME,
}

LOCKS = re.compile(r"\bFOR (?:NO KEY UPDATE|UPDATE|SHARE|KEY SHARE)\b")
REFUSED = {
    "a MERGE": re.compile(r"\bMERGE INTO\b"),
    "a ROLLUP, CUBE or GROUPING SETS": re.compile(r"\b(?:ROLLUP|CUBE|GROUPING SETS)\b"),
    "several commands in one string": re.compile(r";\s*\S"),
    "a sub-query in VALUES": re.compile(r"\bVALUES\s*\([^)]*<\d+>"),
    "a notification for each row": re.compile(r"\bpg_notify\("),
    "tables joined by a comma": re.compile(r"\bFROM \w+(?: \w+)?, "),
}
UNSTEADY = re.compile(
    r"\b(?:random|gen_random_uuid|clock_timestamp|now|nextval|to_char|date_trunc|age|concat|format"
    r"|jsonb?_build_\w+|to_jsonb?)\(|\bCAST\(\w*\.?\w*_at AS date\)"
)


def texts():
    """Every statement: the files of the app, and the bodies of the functions of the revisions."""
    for path in sorted((ROOT / "app").rglob("*.sql")):
        yield str(path.relative_to(ROOT / "app")), path.read_text("utf-8")
    for path in sorted((ROOT / "alembic" / "versions").glob("*.py")):
        for name, body in _functions(path.read_text("utf-8")):
            for number, command in enumerate(filter(str.strip, body.split(";"))):
                asked = ARGUMENT.sub(r"= ANY (CAST(:\1 AS uuid[]))", command)
                yield f"{name}/{number}", OWN.sub(r"= CAST(:\1 AS uuid)", asked)


def _functions(text):
    for made in re.split(r"CREATE FUNCTION ", text)[1:]:
        if body := BODY.search(made):
            yield made.partition("(")[0], body[1]


def complaints(statement):
    """Its class, `home` for tables that are not spread, and what a cluster refuses of it."""
    scopes = statements.read(statement)
    if not any(scope.spread() or key_of(scope.into) for scope in scopes):
        return "home", []
    ties = Ties(scopes)
    about = _about(scopes, ties)
    found = [word for word, shape in REFUSED.items() for one in scopes if shape.search(one.text)]
    for scope in scopes:
        found += _within(scope, ties, about)
    return about, sorted(set(found))


def _about(scopes, ties):
    kinds = {ties.anchor(scope, alias) for scope in scopes for alias in scope.spread()}
    for scope in scopes:
        if key_of(scope.into):
            kinds.add("many" if scope.names else "one")
    return next(kind for kind in ("all", "many", "one") if kind in kinds)


def _within(scope, ties, about):
    spread = scope.spread()
    if len({ties.of(scope, alias) for alias in spread}) > 1:
        yield "a join by another column than the key"
    if spread and not _tied_outside(scope, ties):
        yield "a sub-query tied to rows that lie nowhere"
    if spread and about != "one" and LOCKS.search(scope.text):
        yield "a lock on the rows of several members"
    changes = re.match(r"\s*UPDATE (\w+)(.*?)(?:\bWHERE\b|$)", scope.text)
    if changes and (key := key_of(changes[1])):
        if re.search(rf"(?:\bSET|,) {key} =", changes[2].partition(" FROM ")[0]):
            yield "a new key of a row"
        if UNSTEADY.search(changes[2]):
            yield "a function that is not immutable in an UPDATE"
    if (
        scope.outer
        and re.match(r"\s*(?:INSERT|UPDATE|DELETE)\b", scope.text)
        and (spread or key_of(scope.into))
    ):
        yield "a change within another statement"


def _tied_outside(scope, ties):
    """Whether a correlated sub-query is tied, by the key, to rows that lie on a machine.

    A lateral one that groups by the key may be tied to an array.
    """
    if scope.outer is None:
        return True
    asked = set(re.findall(r"\b(\w+)\.\w+", scope.text)) - set(scope.names)
    outside = [one for one in asked if scope.outer.home(one)]
    roots = {ties.of(scope, alias) for alias in scope.spread()}
    return not outside or any(
        ties.of(home, one) in roots and (_lies(home, one) or _groups(scope))
        for one in outside
        if (home := scope.outer.home(one))
    )


def _lies(scope, alias):
    return bool(key_of(scope.names[alias])) or any(
        _lies(branch, name) for branch in scope.behind(alias) for name in branch.names
    )


def _groups(scope):
    [mark] = [mark for mark, branches in scope.outer.inner.items() if scope in branches]
    keys = "|".join(rf"{alias}\.{key_of(table)}" for alias, table in scope.spread().items())
    return bool(
        re.search(rf"\bLATERAL {mark}", scope.outer.text)
        and re.search(rf"GROUP BY (?:{keys})\b", scope.text)
    )


TEXTS = dict(texts())


def test_every_statement_is_of_a_class_or_its_fault_is_known():
    refused = {name: told for name, text in TEXTS.items() if (told := complaints(text)[1])}

    assert {name: told for name, told in refused.items() if name not in KNOWN} == {}
    assert sorted(set(KNOWN) - set(refused)) == []


def test_all_classes_are_seen():
    kinds = [complaints(text)[0] for text in TEXTS.values()]

    assert {kind: kinds.count(kind) > 10 for kind in ("home", "one", "many", "all")} == {
        "home": True,
        "one": True,
        "many": True,
        "all": True,
    }


M, P = "CAST(:m AS uuid)", "CAST(:ids AS uuid[])"


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("SELECT 1 FROM programs", "home"),
        (f"SELECT 1 FROM orders WHERE member_id = {M}", "one"),
        (f"SELECT 1 FROM orders o WHERE o.order_key = {M}", "all"),
        (f"SELECT 1 FROM order_refs WHERE order_key = {M}", "one"),
        (f"SELECT 1 FROM orders WHERE member_id = ANY ({P})", "many"),
        (f"SELECT 1 FROM unnest({P}) AS a (id) JOIN orders o ON o.member_id = a.id", "many"),
        (f"DELETE FROM orders USING unnest({P}) AS a (id) WHERE orders.member_id = a.id", "many"),
        (f"INSERT INTO orders SELECT id FROM unnest({P}) AS a (id)", "many"),
        ("SELECT 1 FROM orders o JOIN members m ON m.member_id = o.member_id", "all"),
        ("SELECT 1 FROM orders o JOIN members m USING (member_id)", "all"),
        ((f"SELECT 1 FROM members m WHERE m.member_id = {M} AND EXISTS "
         "(SELECT 1 FROM orders o WHERE o.member_id = m.member_id)"), "one"),
        ((f"SELECT (SELECT 1 FROM orders WHERE member_id = {M}) FROM members"
         f" WHERE member_id = {M}"), "one"),
        (("WITH s AS (SELECT member_id FROM orders GROUP BY 1) SELECT 1 FROM s"
         " WHERE EXISTS (SELECT 1 FROM members m WHERE m.member_id = s.member_id)"), "all"),
    ],
)  # fmt: skip
def test_a_class_is_told(statement, kind):
    assert complaints(statement) == (kind, [])


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT 1 FROM orders o JOIN members m ON m.program_id = o.program_id", "a join by"),
        ("SELECT 1 FROM order_refs r JOIN orders o ON o.order_key = r.order_key", "a join by"),
        (("SELECT 1 FROM members m WHERE EXISTS (SELECT 1 FROM orders o"
         " WHERE o.customer_id = m.member_id)"), "a sub-query tied"),
        ((f"SELECT 1 FROM unnest({P}) AS a (id) JOIN LATERAL (SELECT sum(x) FROM orders o"
         " WHERE o.member_id = a.id) s ON true"), "a sub-query tied"),
        (f"SELECT 1 FROM members WHERE member_id = ANY ({P}) FOR UPDATE", "a lock"),
        (f"UPDATE orders SET member_id = {M} WHERE member_id = {M}", "a new key"),
        (f"UPDATE orders SET x = random() WHERE member_id = {M}", "a function"),
        (f"UPDATE orders SET day = CAST(seen_at AS date) WHERE member_id = {M}", "a function"),
        ("WITH gone AS (DELETE FROM orders RETURNING 1) SELECT 1 FROM gone", "a change within"),
        ("SELECT kind FROM members GROUP BY ROLLUP (kind)", "a ROLLUP"),
        ("INSERT INTO orders VALUES (1, (SELECT 2))", "a sub-query in VALUES"),
        ("DELETE FROM orders; DELETE FROM members", "several commands"),
        ("SELECT 1 FROM orders o, members m WHERE o.member_id = m.member_id", "tables joined"),
    ],
)  # fmt: skip
def test_what_is_refused_is_seen(statement, told):
    assert [one for one in complaints(statement)[1] if one.startswith(told)]
