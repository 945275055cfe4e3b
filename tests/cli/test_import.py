"""Imports: what is recorded, what is refused, and that nothing is lost or counted twice."""

import csv
import gzip
import json
import signal
import time
from collections import Counter
from contextlib import suppress

import pytest

from app.inbound.coalescer import Coalescer
from app.inbound.errors import EventConflict
from app.inbound.intake import Intake
from app.inbound.items import EVENT
from app.inbound.pipeline import Pipeline
from app.kit.clock import SystemClock
from tests.cli import events

TABLES = {
    "orders": (
        "SELECT source, order_id, o.version, state, history, refunds, o.currency, rate_from,"
        " refunded, over_refunded, date_substituted, basis_substituted, counted_on,"
        " counted_amount, excluded_because, m.kind, CASE m.kind WHEN 'guest' THEN '' ELSE"
        " m.external_id END AS home FROM orders o JOIN members m USING (member_id)"
        " WHERE o.PROGRAM ORDER BY source, order_id"
    ),
    "order_events": (
        "SELECT source, event_id, type, version, occurred_at, content_hash, parsed, raw,"
        " CASE outcome WHEN 'superseded' THEN 'accepted' ELSE outcome END AS outcome, reason"
        " FROM order_events WHERE PROGRAM ORDER BY source, event_id"
    ),
    "day_totals": (
        "SELECT kind, external_id, day, spend, orders, largest, points FROM day_totals d"
        " JOIN members m USING (member_id) WHERE d.PROGRAM ORDER BY kind, external_id, day"
    ),
    "members": (
        "SELECT kind, external_id, decided FROM members WHERE PROGRAM AND kind <> 'guest'"
        " ORDER BY kind, external_id"
    ),
    "points": (
        "SELECT kind, day, sum(points) AS points FROM points_entries WHERE PROGRAM"
        " GROUP BY kind, day HAVING sum(points) <> 0 ORDER BY kind, day"
    ),
}
HELD = (
    "SELECT kind, external_id, level_key, review_on FROM positions p JOIN members m"
    " USING (member_id) WHERE p.PROGRAM ORDER BY kind, external_id"
)


async def contents(rows, key):
    return {name: await rows(statement, key) for name, statement in TABLES.items()}


async def test_a_file_and_single_events_leave_the_same_rows(
    tiers, db, rows, program, another, ndjson
):
    other = await another()
    told = events.history(200, 30)
    path = ndjson(told)

    imported = tiers("import", "orders", path, "-p", program, "--jobs", "2")
    await tell_one_by_one(db, rows, other, told)

    assert imported.returncode == 0, imported.stderr
    assert await contents(rows, program) == await contents(rows, other)
    assert sum(len(found) for found in (await contents(rows, program)).values()) > 600


async def tell_one_by_one(db, rows, key, told):
    """The way of the API, each event in a transaction of its own."""
    [found] = await rows("SELECT id FROM programs WHERE key = :key", key)
    pipeline = Pipeline(db)
    intake, clock = Intake(pipeline, Coalescer(pipeline)), SystemClock()
    for event in told:
        with suppress(EventConflict):
            await intake.take_one(found["id"], EVENT.validate_python(event), clock.now())


async def test_everybody_touched_is_decided_once(tiers, rows, program, ndjson):
    path = ndjson(events.snapshot(n, f"c-{n % 5}", total="600.00") for n in range(20))

    assert tiers("import", "orders", path, "-p", program).returncode == 0

    told = await rows("SELECT occasion, type, direction FROM changes WHERE PROGRAM AND seq = 1")
    moves = [one for one in told if one["direction"]]
    assert moves == [{"occasion": "import", "type": "tier.assigned", "direction": "up"}] * 5
    held = await rows(HELD)
    assert [one["level_key"] for one in held] == ["silver"] * 5
    assert {one["review_on"] for one in held} == {None}


async def test_importing_twice_changes_nothing(tiers, rows, program, ndjson):
    path = ndjson(events.history(60, 10))
    tiers("import", "orders", path, "-p", program)
    before = await contents(rows, program)

    again = tiers("import", "orders", path, "-p", program)

    assert again.returncode == 0
    assert "duplicate" in again.stdout
    assert "accepted" not in again.stdout
    assert await contents(rows, program) == before


async def test_every_process_knows_who_was_erased(tiers, rows, program, ndjson):
    gone, told = "c-gone", [events.snapshot(n, f"c-{n % 9}") for n in range(60)]
    first = ndjson([events.snapshot(99, gone), events.redacted(gone)], "first.ndjson")
    again = ndjson([*told, events.snapshot(100, gone)], "again.ndjson")
    assert tiers("import", "orders", first, "-p", program).returncode == 0

    done = tiers("import", "orders", again, "-p", program, "--jobs", "2")

    assert "60 accepted" in done.stdout, done.stderr
    known = await rows("SELECT external_id FROM members WHERE PROGRAM AND kind = 'customer'")
    assert {one["external_id"] for one in known} == {None, *(f"c-{n}" for n in range(9))}
    late = "SELECT reason FROM order_events WHERE PROGRAM AND outcome = 'quarantined'"
    assert await rows(late) == [{"reason": "customer_redacted"}]


async def test_refused_lines_are_reported_and_harm_nothing(tiers, rows, program, ndjson, tmp_path):
    good = events.snapshot(1)
    lines = [
        good,
        "{",
        {**events.snapshot(2), "event_id": "=cmd()", "occurred_at": "yesterday"},
        '{"event_id": "3", "event_id": "4"}',
        {**events.snapshot(5), "event_id": good["event_id"]},
        "",
        events.snapshot(6),
    ]
    report = tmp_path / "errors.csv"

    done = tiers("import", "orders", ndjson(lines), "-p", program, "--errors", report)

    assert done.returncode == 1
    assert "2 accepted, 4 refused" in done.stdout
    with report.open(newline="") as file:
        found = list(csv.DictReader(file))
    assert [(one["line"], one["id"], one["reason"]) for one in found] == [
        ("2", "", "not_parsable"),
        ("3", "'=cmd()", "not_valid"),
        ("4", "", "not_valid"),
        ("5", good["event_id"], "event_conflict"),
    ]
    assert found[1]["detail"].startswith("/occurred_at: ")
    stored = await rows("SELECT order_id FROM orders WHERE PROGRAM ORDER BY order_id")
    assert [one["order_id"] for one in stored] == ["1", "6"]


def test_without_a_report_the_first_refused_lines_are_said(tiers, program, ndjson):
    path = ndjson(["{"] * 12)

    done = tiers("import", "orders", path, "-p", program)

    assert done.returncode == 1
    assert done.stderr.count(f"{path}:") == 10
    assert "12 in all" in done.stderr


async def test_a_spreadsheet_tells_the_same_as_json(
    tiers, rows, program, another, ndjson, tmp_path
):
    other = await another()
    told = [
        events.snapshot(1, total="700.00"),
        events.snapshot(2, "c-ü", total="50.5", tax="3", status="closed"),
        events.refund(1, "100.00"),
    ]
    path = tmp_path / "orders.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8-sig", newline="") as file:
        names = dict.fromkeys(name for event in told for name in flat(event))
        table = csv.DictWriter(file, list(names))
        table.writeheader()
        table.writerows(map(flat, told))

    from_table = tiers("import", "orders", path, "-p", program)
    tiers("import", "orders", ndjson(told), "-p", other)

    assert from_table.returncode == 0, from_table.stderr
    assert await contents(rows, program) == await contents(rows, other)


def flat(event):
    cells = {name: event[name] for name in ("event_id", "type", "occurred_at")}
    refund = {f"refund_{name}": cell for name, cell in event.get("refund", {}).items()}
    return cells | event["order"] | refund


def test_a_row_without_an_event_id_is_its_own(tiers, program, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("id,status,customer_id,currency,total,paid_at\n"
                    "1,paid,c-1,EUR,10.00,2026-11-01T10:00:00Z\n"
                    "2,paid,c-1,EUR,10.00\n")  # fmt: skip

    first = tiers("import", "orders", path, "-p", program)
    again = tiers("import", "orders", path, "-p", program)

    assert "1 accepted, 1 refused" in first.stdout
    assert f"{path}:3: The row has 5 cells, not 6." in first.stderr
    assert "1 duplicate, 1 refused" in again.stdout


def test_unknown_columns_are_named_before_anything_is_read(tiers, program, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("id,colour\n1,red\n")

    done = tiers("import", "orders", path, "-p", program)

    assert done.returncode == 1
    assert "The columns must be some of: cancelled_at, " in done.stderr


@pytest.mark.parametrize("form", ["csv", "ndjson"])
async def test_customers_come_with_tags_and_organizations(tiers, rows, program, form, tmp_path):
    path = tmp_path / f"customers.{form}"
    if form == "csv":
        path.write_text("id,organization_id,tags,joined_on\nc-1,o-1,b;a,2025-01-31\nc-2,,,\n")
    else:
        one = {"id": "c-1", "organization_id": "o-1", "tags": ["b", "a"], "joined_on": "2025-01-31"}
        path.write_text(f'{json.dumps(one)}\n{{"id": "c-2"}}\n')

    done = tiers("import", "customers", path, "-p", program)

    assert done.returncode == 0, done.stderr
    found = await rows(
        "SELECT external_id, tags, CAST(joined_on AS text) AS joined FROM members"
        " WHERE PROGRAM ORDER BY external_id"
    )
    assert [tuple(one.values()) for one in found] == [
        ("c-1", ["a", "b"], "2025-01-31"), ("c-2", [], None), ("o-1", [], None),
    ]  # fmt: skip
    assert len(await rows("SELECT 1 FROM representations WHERE PROGRAM")) == 1


def test_a_bad_customer_is_reported(tiers, program, ndjson):
    path = ndjson([{"id": "c-1", "tags": "a"}, {"id": "c-2"}])

    done = tiers("import", "customers", path, "-p", program)

    assert done.returncode == 1
    assert "1 accepted, 1 refused" in done.stdout


async def test_a_killed_import_is_continued_and_nothing_is_there_twice(
    tiers, rows, program, ndjson
):
    path = ndjson(events.snapshot(n, f"c-{n % 700}", total="11.00") for n in range(9_100))
    run = tiers.begin("import", "orders", path, "-p", program, "--jobs", "1")
    until(lambda: place(path).get("line", 0) > 0, run)
    run.send_signal(signal.SIGKILL)
    run.wait(30)
    stopped = place(path)["line"]

    done = tiers("import", "orders", path, "-p", program, "--resume")

    assert done.returncode == 0, done.stderr
    assert 0 < stopped < 9_100
    assert "9100 lines: " in done.stdout
    assert not place(path)
    found = await contents(rows, program)
    assert (len(found["orders"]), len(found["order_events"])) == (9_100, 9_100)
    assert [(one["spend"], one["orders"]) for one in found["day_totals"]] == [(14_300, 13)] * 700
    assert Counter(one["level_key"] for one in await rows(HELD)) == {"bronze": 700}
    assert {one["review_on"] for one in await rows(HELD)} == {None}


def place(path):
    file = path.with_name(f"{path.name}.tiers-import")
    return json.loads(file.read_text()) if file.exists() else {}


def until(true, run, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert run.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_there_is_nothing_to_resume(tiers, program, ndjson):
    done = tiers("import", "orders", ndjson([events.snapshot(1)]), "-p", program, "--resume")

    assert done.returncode == 1
    assert done.stderr.startswith("There is nothing to resume")


def test_a_program_must_be_there(tiers, ndjson):
    done = tiers("import", "orders", ndjson([events.snapshot(1)]), "-p", "nobody")

    assert (done.returncode, done.stderr) == (1, 'There is no program "nobody".\n')
