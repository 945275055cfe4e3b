"""The golden cases of what an order counts, folded by the product in every order of arrival."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from app.inbound.reading import fact_of
from app.inbound.schemas.events import OrderEventIn
from app.kit.texts import exponents
from app.orders.counting import Counting, count
from app.orders.fold import Known, learn

GOLDEN = json.loads((Path(__file__).parents[1] / "proof" / "golden.json").read_text("utf-8"))
EVENT = TypeAdapter(OrderEventIn)
PROGRAM = UUID(int=1)
WORDS = {"currency": "unconverted"}


def counting(settings):
    return Counting(
        currency=settings["currency"],
        exponent=exponents()[settings["currency"]],
        zone=ZoneInfo(settings.get("time_zone", "UTC")),
        counted_statuses=frozenset(settings.get("counted_statuses", ["paid", "closed"])),
        dated_by=settings.get("dated_by", "counted"),
        amount_basis=settings.get("amount_basis", "total"),
        points_per_unit=Decimal(1),
    )


def counted(case, events):
    known = Known()
    for event in events:
        fact = fact_of(PROGRAM, EVENT.validate_python(event), datetime(2026, 11, 30, tzinfo=UTC))
        known = learn(known, fact)
    rates = {(currency, day): Decimal(rate) for day, currency, rate in case["rates"]}
    owned = "customer_id" in (known.order or {})
    return count(
        known,
        counting(case["settings"]),
        lambda currency, day: rates.get((currency, day.isoformat())),
        owned=owned,
    )


@pytest.mark.parametrize("case", GOLDEN["counted"], ids=[one["says"] for one in GOLDEN["counted"]])
def test_what_an_order_counts_in_any_order_of_arrival(case):
    expect = case["expect"]
    because = WORDS.get(expect["because"], expect["because"])

    for events in permutations(case["events"]):
        found = counted(case, events)

        assert found.day == date.fromisoformat(expect["day"])
        assert (found.amount, found.excluded_because) == (expect["spend"], because)
        assert found.date_substituted is expect.get("substituted", found.date_substituted)
