"""What is to be done so that each table lives where it should; pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from app.kit.citus.placements import Placement, Placements


class Found(NamedTuple):
    """How the cluster keeps one table: `kind` as of Placement, or `single` of one shard."""

    table: str
    kind: str
    by: str | None
    group: int


class Cluster(NamedTuple):
    """What a database says of itself; `found` leaves out the tables it knows nothing of."""

    wal_level: str
    registered: bool  # the coordinator is a node itself: local tables can be joined
    workers: int  # that take rows
    found: Mapping[str, Found]


class Step(NamedTuple):
    """One statement, in a transaction of its own."""

    table: str
    statement: str


def plan(placements: Placements, found: Mapping[str, Found]) -> list[Step]:
    """What is still to be done, in order: small tables, heads of groups, those beside them.

    Nothing where a table stands already. Online: only reference tables wait while they are copied.
    """
    waiting = {
        table: wanted
        for table, wanted in placements.items()
        if wanted.kind != "local" and _kind(found, table) != wanted.kind
    }
    ordered = sorted(waiting, key=lambda table: _rank(waiting[table]))
    return [Step(table, _statement(table, waiting[table])) for table in ordered]


def faults(placements: Placements, cluster: Cluster) -> list[str]:
    """Why nothing may be begun: what the cluster lacks, and tables that stand elsewhere."""
    return [*_lacks(cluster), *_misplaced(placements, cluster.found)]


def _rank(wanted: Placement) -> int:
    if wanted.kind == "reference":
        return 0
    return 1 if wanted.beside is None else 2


def _statement(table: str, wanted: Placement) -> str:
    if wanted.kind == "reference":
        return f"SELECT create_reference_table('{table}')"
    return (
        f"SELECT create_distributed_table_concurrently('{table}', '{wanted.by}', "
        f"colocate_with => '{wanted.beside or 'none'}')"
    )


def _lacks(cluster: Cluster) -> Iterable[str]:
    if not cluster.registered:
        yield "The coordinator is no node: SELECT citus_set_coordinator_host('its address')."
    if not cluster.workers:
        yield "No node takes rows: SELECT citus_add_node('its address', 5432) for each worker."
    if cluster.wal_level != "logical":
        yield f"wal_level is {cluster.wal_level}: tables move online with `logical` on every node."


def _misplaced(placements: Placements, found: Mapping[str, Found]) -> Iterator[str]:
    for table, wanted in placements.items():
        stands = found.get(table)
        if stands is None or stands.kind == "local":
            continue
        if (stands.kind, stands.by) != (wanted.kind, wanted.by):
            yield f"{table} is {_words(stands.kind, stands.by)}, not {_words(*wanted[:2])}."
        elif wanted.beside and stands.group != _group(found, wanted.beside):
            yield f"{table} does not lie beside {wanted.beside}."


def _words(kind: str, by: str | None) -> str:
    return f"{kind} by {by}" if by else kind


def _kind(found: Mapping[str, Found], table: str) -> str:
    return found[table].kind if table in found else "local"


def _group(found: Mapping[str, Found], table: str) -> int | None:
    return found[table].group if table in found else None
