"""`tiers import` of more than orders, and of more than plain files."""

import csv

import openpyxl
import pytest

from app.inbound.schemas.sources import SourceIn
from app.inbound.sources.service import SourceEdit, make_source
from app.kit.clock import SystemClock
from app.kit.outgoing import Outgoing
from app.kit.sealing import Seal
from tests.adapters.samples import SAMPLES, needs_samples
from tests.api.deliveries import STANDARD
from tests.cli import events
from tests.cli.conftest import SECRET
from tests.jobs import world


def workbook(path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture
def shop(tiers, program, ndjson):
    """c-1 holds silver, c-2 bronze."""
    told = [events.snapshot(1, "c-1", total="1200.00"), events.snapshot(2, "c-2", total="1.00")]
    assert tiers("import", "orders", ndjson(told), "-p", program).returncode == 0
    return program


def test_differences_of_an_old_system_are_reported_with_their_reasons(tiers, shop, tmp_path):
    path = workbook(
        tmp_path / "old.xlsx", ["customer_id", "tier"], ["c-1", "Gold"], ["c-2", "BRONZE"]
    )
    report = tmp_path / "differences.csv"

    done = tiers("import", "tiers", path, "-p", shop, "--report", report)

    assert done.returncode == 0, done.stderr
    assert "tiers: imported gold ≠ computed silver: 1" in done.stdout
    assert "tiers: imported bronze = computed bronze: 1" in done.stdout
    with report.open(newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["line"], row["id"], row["imported"], row["computed"], row["reason"]) == (
        "2", "c-1", "gold", "silver", "criteria_missing",
    )  # fmt: skip
    assert "missing" in row["detail"]
    assert row["outcome"] == "differs"


async def test_differences_become_overrides_when_that_is_asked(tiers, rows, shop, ndjson):
    path = ndjson([{"customer_id": "c-1", "tier": "gold"}], "old.ndjson")
    command = ("import", "tiers", path, "-p", shop, "--as-overrides", "floor")

    unsaid = tiers(*command)
    done = tiers(*command, "--until", "2099-12-31", "--reason", "As in the old shop")

    assert unsaid.returncode == 2
    assert "needs --until and --reason" in unsaid.stderr
    assert done.returncode == 0, done.stderr
    held = await rows("SELECT level_key FROM positions WHERE PROGRAM ORDER BY level_key")
    assert [one["level_key"] for one in held] == ["bronze", "gold"]
    [override] = await rows("SELECT mode, reason, author FROM overrides WHERE PROGRAM")
    assert override == {"mode": "floor", "reason": "As in the old shop", "author": "key:cli"}


def test_lines_about_people_are_shared_by_processes_and_keep_their_order(tiers, program, ndjson):
    told = [{"id": f"c-{n % 50}", "tags": [f"t-{n}"]} for n in range(500)]

    done = tiers("import", "customers", ndjson(told), "-p", program, "--jobs", "2")
    found = tiers("export", "customers", "-p", program, "--format", "csv").stdout.splitlines()

    assert done.returncode == 0, done.stderr
    tags = {row["id"]: row["tags"] for row in csv.DictReader(found)}
    assert tags == {f"c-{n % 50}": f"t-{n}" for n in range(450, 500)}


@needs_samples
async def test_a_file_of_an_erp_goes_through_its_source(tiers, db, rows, program):
    await connect_shop(db, program)
    path = SAMPLES / "agora" / "orders.xml"

    first = tiers("import", "orders", path, "-p", program, "--source", "erp")
    again = tiers("import", "orders", path, "-p", program, "--source", "erp")
    absent = tiers("import", "orders", path, "-p", program, "--source", "nobody")

    assert first.returncode == 0, first.stderr + first.stdout
    assert first.stdout.startswith("3 lines: ")
    assert "3 lines: 3 duplicate" in again.stdout
    assert {one["source"] for one in await rows("SELECT source FROM orders WHERE PROGRAM")} == {
        "erp"
    }
    assert (absent.returncode, absent.stderr) == (1, "There is no such source.\n")


async def connect_shop(db, program):
    """A source of Agora, made as the API makes it."""
    [found] = await world.fetch(db, "SELECT id FROM programs WHERE key = :key", key=program)
    said = SourceIn.model_validate(
        {
            "key": "erp",
            "platform": "agora",
            "secrets": [STANDARD],
            "currency_map": {"11111111-1111-4111-8111-111111111199": "RUB"},
            "time_zone": "Europe/Moscow",
        }
    )
    outgoing = Outgoing()
    edit = SourceEdit(found.id, "test", Seal(SECRET), SystemClock().now(), outgoing)
    await db.run(lambda session: make_source(session, edit, said))
    await outgoing.close()
