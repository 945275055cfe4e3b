"""What an operator watches: every figure of the specification, and that it tells the truth."""

import json
from datetime import timedelta

from prometheus_client import REGISTRY

from app.checks import service as checks
from app.checks.figures import Figures
from app.checks.plans import Plan
from app.kit.db import Overtaken, once_committed
from app.outbound.relay import RelayJob
from tests.jobs import world

NAMED = """
http_requests_total{route,method,status} http_request_seconds{route} http_in_flight
facts_total{source,outcome} fact_delay_seconds{source} ingest_batch_size ingest_commit_seconds
quarantine_size quarantine_oldest_seconds unconverted_orders
moves_total{ladder,direction,occasion} members{ladder,level}
checks_total{occasion,state} check_seconds check_members_remaining
check_last_success_timestamp_seconds
feed_unnumbered feed_oldest_seconds relay_term
deliveries_total{state} delivery_seconds delivery_oldest_seconds endpoints_disabled
address_refused_total auth_failures_total{reason} rate_limited_total
db_pool_in_use db_pool_wait_seconds db_errors_total{class} db_retries_total{sqlstate}
db_longest_transaction_seconds clock_offset_seconds
audit_violations{code} audit_members_proved_ratio audit_last_success_timestamp_seconds
startup_warnings build_info
"""
SPEND = world.TODAY - timedelta(1)
QUARANTINED = (
    "INSERT INTO order_events (member_id, event_key, program_id, source, event_id, type,"
    " received_at, content_hash, raw, outcome, reason) VALUES (gen_random_uuid(),"
    " gen_random_uuid(), :p, 'shop', 'e', 'unreadable', :at, '', :raw, 'quarantined', :reason)"
)


def value(name, **labels):
    return REGISTRY.get_sample_value(f"tiers_{name}", labels)


def described():
    """Metric → its labels, of all that this process knows."""
    found = {}
    for collector in list(REGISTRY._collector_to_names):  # noqa: SLF001 - has no public twin
        names = getattr(collector, "_labelnames", None)
        for metric in collector.describe() if names is not None else ():
            end = "_total" if metric.type == "counter" else ""
            found[metric.name + end] = set(names)
    return found


def test_every_figure_of_the_specification_is_there_with_its_labels():
    known = described()
    for word in NAMED.split():
        name, _, labels = word.rstrip("}").partition("{")
        if name != "build_info":
            assert known[f"tiers_{name}"] == set(filter(None, labels.split(","))), name


async def test_figures_of_a_quiet_service(db, clock):
    await Figures(db, clock).work()

    assert value("quarantine_size") == value("quarantine_oldest_seconds") == 0
    assert value("check_members_remaining") == value("unconverted_orders") == 0
    assert value("audit_members_proved_ratio") == 1
    assert value("db_longest_transaction_seconds") == 0
    assert abs(value("clock_offset_seconds")) > 1  # the clock of tests stands still


async def test_what_waits_to_be_mended_is_seen_and_since_when(db, clock):
    program = await world.program(db)
    when = {"at": clock.now() - timedelta(minutes=20), "p": program}
    await world.execute(db, QUARANTINED, **when, raw=b"x", reason="unreadable")
    await world.execute(db, QUARANTINED, **when, raw=None, reason="unreadable")
    await world.execute(db, QUARANTINED, **when, raw=b"x", reason="event_conflict")

    await Figures(db, clock).work()

    assert value("quarantine_size") == 1
    assert value("quarantine_oldest_seconds") == 1_200


async def test_a_check_is_counted_when_it_has_ended_and_its_moves_when_they_are_numbered(db, clock):
    program = await world.program(db)
    await world.members(db, program, {"a": {SPEND: 200_000}, "b": {SPEND: 1}})
    plan = Plan(program, "check", world.TODAY, 1, scheduled=True)
    ended = value("checks_total", occasion="check", state="finished") or 0
    up = {"ladder": "tiers", "direction": "up", "occasion": "check"}
    moved = value("moves_total", **up) or 0

    check = await db.run(lambda session: checks.start(session, plan, clock.now()))
    await Figures(db, clock).work()
    assert value("check_members_remaining") == 2
    await checks.run_to_end(db, clock, program, check)
    async with db.transaction() as session:
        relay = RelayJob("me")
        await relay.work(session, await relay.claim(session, clock.now()))
    await Figures(db, clock).work()

    assert value("checks_total", occasion="check", state="finished") == ended + 1
    assert value("moves_total", **up) == moved + 1
    assert value("members", ladder="tiers", level="silver") == 1
    assert value("check_members_remaining") == 0
    assert value("check_last_success_timestamp_seconds") == clock.now().timestamp()


async def test_the_last_audit_of_a_program_is_what_counts(db, clock):
    program = await world.program(db)
    for days, proved, violations in ((2, 1, 7), (1, 3, 2)):
        await world.execute(
            db,
            "INSERT INTO checks (id, program_id, occasion, as_of, state, author, members_total,"
            " created_at, due_at, finished_at, result) VALUES (gen_random_uuid(), :p, 'audit',"
            " :day, 'finished', 'audit', 4, :at, :at, :at, CAST(:result AS jsonb))",
            p=program,
            day=world.TODAY - timedelta(days),
            at=clock.now() - timedelta(days),
            result=json.dumps({"members_proved": proved, "violations": {"A2": violations}}),
        )

    await Figures(db, clock).work()

    assert value("audit_violations", code="A2") == 2
    assert value("audit_violations", code="A1") == 0
    assert value("audit_members_proved_ratio") == 0.75
    yesterday = (clock.now() - timedelta(1)).timestamp()
    assert value("audit_last_success_timestamp_seconds") == yesterday


async def test_only_what_is_committed_is_counted_and_a_retry_shows(db):
    told, tries = [], []
    before = value("db_retries_total", sqlstate="overtaken") or 0

    async def work(session):
        tries.append(1)
        once_committed(session, lambda: told.append(len(tries)))
        assert value("db_pool_in_use") >= 0
        if len(tries) == 1:
            raise Overtaken

    await db.run(work)

    assert told == [2]
    assert value("db_retries_total", sqlstate="overtaken") == before + 1
