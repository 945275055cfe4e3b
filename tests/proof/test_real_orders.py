"""The reference model against a year of real orders: every change, position and explanation."""

import csv
import gzip
import json
import os
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from .explained import explain, falls_off
from .replay import replay

SHARED = Path(os.environ.get("TIERS_SHARED", Path(__file__).parents[3] / "shared"))
ORDERS = SHARED / "data" / "orders"
NEAR = 12  # the file names the latest twelve that do not count
NAME = 'spend@{"rolling_days": 90}'

pytestmark = pytest.mark.skipif(
    not ORDERS.exists(), reason=f"the real orders are not at {ORDERS}; set TIERS_SHARED"
)


def rows(name):
    with gzip.open(ORDERS / name, "rt") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def orders():
    """The events of each customer."""
    found = defaultdict(list)
    with gzip.open(ORDERS / "uci_online_retail.ndjson.gz", "rt") as file:
        for line in file:
            event = json.loads(line)
            found[event["order"]["customer_id"]].append(event)
    return found


@pytest.fixture(scope="module")
def program():
    text = (ORDERS / "README.md").read_text()
    definition = json.loads(text.split("```json")[1].split("```")[0])
    return {"program": {"definition": definition, "today": "2010-11-30"}}


def walked(program, events, until):
    return replay([program, {"import": events}, {"clock": until}])


def told(one):
    spend = f"{one['values'][NAME] / 100:.2f}"
    place = (one["from"] or "", one["to"] or "")
    return (one["as_of"], *place, one["occasion"], one["reason"], spend)


def differences(program, orders, customers):
    """Counted changes and positions, and the customers where the model differs."""
    changes, positions = defaultdict(list), {}
    for row in rows("uci_expected_changes.csv.gz"):
        names = ("as_of", "from", "to", "occasion", "reason", "spend")
        changes[row["customer_id"]].append(tuple(row[name] for name in names))
    for row in rows("uci_expected_positions.csv.gz"):
        positions[row["customer_id"]] = (row["tier"], date.fromisoformat(row["since"]))
    compared, wrong = 0, []
    for customer in customers:
        world = walked(program, orders[customer], "2011-12-09")
        standing = world.held[f"customer:{customer}", "tiers"]
        world.tell({"clock": "2012-03-13"})
        compared += len(world.changes)
        expected = positions.get(customer, (None, standing.since))
        same = [told(one) for one in world.changes] == changes[customer]
        gone = world.held[f"customer:{customer}", "tiers"].level is None
        if not (same and gone and (standing.level, standing.since) == expected):
            wrong.append(customer)
    return compared, wrong


def test_a_twentieth_of_the_customers_move_as_expected(program, orders):
    compared, wrong = differences(program, orders, sorted(orders)[::20])

    assert wrong == []
    assert compared > 300


@pytest.mark.proof
def test_every_customer_moves_as_expected(program, orders):
    compared, wrong = differences(program, orders, sorted(orders))

    assert wrong == []
    assert compared == 8348


def test_the_explained_members_are_explained(program, orders):
    explained = json.loads((ORDERS / "uci_expected_explained.json").read_text())

    for case in explained:
        world = walked(program, orders[case["customer_id"]], case["as_of"])
        member = f"customer:{case['customer_id']}"
        answer = explain(world, member, "tiers")

        money = [(order, str(day), f"{spend / 100:.2f}") for order, day, spend in answer["counted"]]
        assert money == [tuple(one) for one in case["counted"]]
        left_out = [(order, str(day), because) for order, day, because in answer["excluded"]]
        assert left_out[-NEAR:] == [tuple(one) for one in case["excluded"]]
        assert world.held[member, "tiers"].level == case["tier"]
        assert answer["missing"] == (
            case["next"] and {case["next"]["key"]: case["next"]["missing"]}
        )


def test_the_explained_members_fall_off_as_expected(program, orders):
    explained = json.loads((ORDERS / "uci_expected_explained.json").read_text())

    for case in [one for one in explained if one["keep"]]:
        world = walked(program, orders[case["customer_id"]], case["as_of"])

        on, to, needed = falls_off(world, f"customer:{case['customer_id']}", "tiers", 100)

        keep = case["keep"]
        assert (str(on), to) == (keep["falls_off_on"], keep["to"])
        assert f"{float(needed) / 100:.2f}" == keep["needed_to_keep"]
