"""What a statement reads, told by the plan that ran."""

import json
from typing import NamedTuple

from sqlalchemy import text


class Plan(NamedTuple):
    """`indexes` used; `read`: rows that its scans of tables looked at; `fetched`: from the heap."""

    indexes: frozenset[str]
    read: int
    fetched: int


async def plan_of(db, statement, *, generic=False, **binds):
    """The plan for these values, or the one for any values that a busy connection comes to."""
    mode = "force_generic_plan" if generic else "force_custom_plan"
    async with db.engine.connect() as connection:
        await connection.execute(text(f"SET LOCAL plan_cache_mode = {mode}"))
        explained = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.text}")
        found = (await connection.execute(explained, binds)).scalar_one()
        await connection.rollback()
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    nodes = list(_nodes(plan))
    return Plan(
        frozenset(node["Index Name"] for node in nodes if "Index Name" in node),
        round(sum(_rows(node) for node in nodes if "Relation Name" in node)),
        sum(node.get("Heap Fetches", 0) for node in nodes),
    )


def _rows(node):
    return (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]


def _nodes(node):
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)
