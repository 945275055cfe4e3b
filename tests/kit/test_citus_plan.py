"""What a move to a cluster has still to do, and why it may not begin."""

import pytest

from app.kit.citus.placements import LOCAL, REFERENCE, distributed
from app.kit.citus.plan import Cluster, Found, faults, plan

SMALL = {
    "orders": distributed("member_id", beside="members"),
    "members": distributed("member_id"),
    "programs": REFERENCE,
    "checks": LOCAL,
}
PROGRAMS = Found("programs", "reference", None, 1)
MEMBERS = Found("members", "distributed", "member_id", 2)
ORDERS = Found("orders", "distributed", "member_id", 2)


def by_table(*found):
    return {one.table: one for one in found}


def tables(steps):
    return [step.table for step in steps]


READY = Cluster(wal_level="logical", registered=True, workers=2, found={})


@pytest.mark.parametrize(
    ("found", "left"),
    [
        ((), ["programs", "members", "orders"]),
        ((PROGRAMS,), ["members", "orders"]),
        ((PROGRAMS, MEMBERS._replace(kind="local", by=None)), ["members", "orders"]),
        ((PROGRAMS, MEMBERS), ["orders"]),
        ((PROGRAMS, MEMBERS, ORDERS), []),
    ],
)
def test_what_stands_is_left(found, left):
    assert tables(plan(SMALL, by_table(*found))) == left


def test_the_statements():
    assert [step.statement for step in plan(SMALL, {})] == [
        "SELECT create_reference_table('programs')",
        (
            "SELECT create_distributed_table_concurrently("
            "'members', 'member_id', colocate_with => 'none')"
        ),
        (
            "SELECT create_distributed_table_concurrently("
            "'orders', 'member_id', colocate_with => 'members')"
        ),
    ]


@pytest.mark.parametrize(
    ("cluster", "told"),
    [
        (READY, ""),
        (READY._replace(found=by_table(PROGRAMS, MEMBERS, ORDERS)), ""),
        (READY._replace(wal_level="replica"), "wal_level is replica"),
        (READY._replace(registered=False), "coordinator is no node"),
        (READY._replace(workers=0), "No node takes rows"),
        (READY._replace(found=by_table(MEMBERS._replace(by="program_id"))), "members is"),
        (READY._replace(found=by_table(MEMBERS._replace(table="checks"))), "not local"),
        (READY._replace(found=by_table(MEMBERS, ORDERS._replace(group=9))), "lie beside"),
    ],
)
def test_a_cluster_that_lacks_something_is_told_so(cluster, told):
    assert told in "\n".join(faults(SMALL, cluster))
    assert bool(faults(SMALL, cluster)) == bool(told)
