"""What comes out: definitions, customers, changes, and the proof of it all."""

import csv
import io
import json

import pytest

from tests.cli import events
from tests.jobs import world


@pytest.fixture
def shop(tiers, program, ndjson):
    """Two customers with a tier, one of them for an organization; and one with nothing."""
    tiers_of = [
        events.snapshot(1, "=c", total="1200.00"),
        events.snapshot(2, "c-2", total="50.00", organization_id="o-1"),
    ]
    tiers("import", "orders", ndjson(tiers_of), "-p", program)
    people = [{"id": "=c", "tags": ["b", "a"]}, {"id": "c-3", "organization_id": "o-1"}]
    path = ndjson(people, "customers.ndjson")
    tiers("import", "customers", path, "-p", program)
    return program


def told(done):
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_definition_is_exported_as_it_is_put(tiers, shop):
    done = tiers("export", "definition", "-p", shop)

    definition = json.loads(done.stdout)
    assert [one["key"] for one in definition["tiers"]] == ["bronze", "silver", "gold"]
    assert set(definition) == {"settings", "tiers", "loyalty_stages"}


def test_customers_come_with_what_they_hold(tiers, shop):
    found = told(tiers("export", "customers", "-p", shop))

    held = [(one["kind"], one["id"], one["organization_id"], one["tier"]) for one in found]
    assert held == [
        ("customer", "=c", None, "silver"),
        ("customer", "c-2", None, None),
        ("customer", "c-3", "o-1", "bronze"),
        ("organization", "o-1", None, "bronze"),
    ]
    assert found[0]["tags"] == ["a", "b"]


def test_changes_come_in_their_order(tiers, shop):
    found = told(tiers("export", "changes", "-p", shop))

    moves = [(one["type"], one["id"], one["to_level"]) for one in found if one["kind"]]
    assert sorted(moves) == [("tier.assigned", "=c", "silver"), ("tier.assigned", "o-1", "bronze")]
    assert found == sorted(found, key=lambda one: one["recorded_at"])


@pytest.mark.parametrize("what", ["customers", "changes"])
def test_a_table_says_the_same_and_holds_no_formula(tiers, shop, what, tmp_path):
    path = tmp_path / "out.csv"

    tiers("export", what, "-p", shop, "--format", "csv", "--out", path)

    found = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    lines = told(tiers("export", what, "-p", shop))
    ids = [one["id"] or "" for one in lines]
    assert [one["id"] for one in found] == ["'=c" if one == "=c" else one for one in ids]


def test_an_audit_is_clean_or_fails(tiers, shop):
    done = tiers("audit", "-p", shop)

    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[0] == "4 of 4 members proved, share 1.000000."


async def test_an_audit_finds_what_was_meddled_with(tiers, shop, db):
    await world.execute(
        db,
        "UPDATE day_totals SET spend = spend + 1 WHERE program_id ="
        " (SELECT id FROM programs WHERE key = :key)",
        key=shop,
    )

    done = tiers("audit", "-p", shop, "--json")

    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["share"] < "1.000000"
    assert {one["member"] for one in report["mismatches"]}
