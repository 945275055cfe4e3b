"""A year of real orders through the service: every change and position as the data set says."""

import csv
import gzip
import json
import os
import random
from pathlib import Path

import pytest

from tests.proof.driver import LINES, Driver, service

SHARED = Path(os.environ.get("TIERS_SHARED", Path(__file__).parents[3] / "shared"))
ORDERS = SHARED / "data" / "orders"
PART = 8_000
DAYS = ("2011-02-28", "2011-06-30", "2011-09-30", "2011-12-09", "2012-03-13")
CHANGES = """
SELECT c.as_of, m.external_id, c.from_level, c.to_level, c.occasion, c.reason, c.metrics
  FROM changes c JOIN members m USING (member_id)
 WHERE c.program_id = :program_id AND c.direction IS NOT NULL"""
HELD = """
SELECT m.external_id, p.level_key, p.since_on FROM positions p JOIN members m USING (member_id)
 WHERE p.program_id = :program_id AND p.position > 0"""

pytestmark = pytest.mark.skipif(
    not ORDERS.exists() and not os.environ.get("CI"),
    reason=f"the real orders are not at {ORDERS}; set TIERS_SHARED",
)


def expected(name):
    with gzip.open(ORDERS / name, "rt") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def events():
    """In any order, and one in twenty told twice."""
    with gzip.open(ORDERS / "uci_online_retail.ndjson.gz", "rt") as file:
        lines = file.read().splitlines()
    chance = random.Random(20_101_130)
    lines += chance.sample(lines, len(lines) // 20)
    chance.shuffle(lines)
    return lines


def definition():
    text = (ORDERS / "README.md").read_text()
    return json.loads(text.split("```json")[1].split("```")[0])


@pytest.fixture(scope="module")
async def driver(database_url):
    """The program of the data set, all facts told on the day before the first."""
    async with service(database_url) as (api, db):
        made = Driver(api, db)
        await made.on_program({"definition": definition(), "today": "2010-11-30"})
        lines = events()
        for start in range(0, len(lines), PART):
            body = "\n".join(lines[start : start + PART])
            headers = {**made.headers, **LINES}
            answer = await api.post("/v1/order-events/batch", content=body, headers=headers)
            words = {one["outcome"] for one in answer.json()["results"]}
            assert words <= {"accepted", "duplicate", "superseded"}
        yield made


async def test_every_change_and_position_comes_out_the_same(driver):
    before = await driver.rows(CHANGES, program_id=driver.program_id)
    held = None
    for day in DAYS:
        await driver.on_clock(day)
        if day == "2011-12-09":
            held = await driver.rows(HELD, program_id=driver.program_id)

    found = await driver.rows(CHANGES, program_id=driver.program_id)

    assert before == []
    assert sorted(map(told, found)) == sorted(row[:7] for row in wanted_changes())
    assert len(found) == 8_348
    positions = sorted((row["external_id"], row["level_key"], str(row["since_on"])) for row in held)
    assert positions == sorted(expected("uci_expected_positions.csv.gz"))
    assert await driver.rows(HELD, program_id=driver.program_id) == []


def wanted_changes():
    return expected("uci_expected_changes.csv.gz")


def told(row):
    [spend] = [one for one in row["metrics"] if one["metric"] == "spend"]
    levels = (row["from_level"] or "", row["to_level"] or "")
    words = (row["occasion"], row["reason"], spend["value"])
    return (str(row["as_of"]), row["external_id"], *levels, *words)
