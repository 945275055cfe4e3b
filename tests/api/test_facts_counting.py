"""Which orders count, on which day, and how much. Semantics 3."""

from datetime import date

import pytest

from tests.api.facts import refund, snapshot, stored
from tests.api.town import TODAY, opened


@pytest.fixture
async def town(database_url):
    async with opened(database_url) as found:
        yield found


@pytest.mark.parametrize(
    ("settings", "order", "counted", "substituted"),
    [
        ({"amount_basis": "total"}, {}, 12_000, False),
        ({"amount_basis": "paid"}, {"other_tender": "30.00"}, 9_000, False),
        ({"amount_basis": "paid"}, {}, 12_000, True),
        ({"amount_basis": "paid"}, {"other_tender": "120.00"}, 0, False),
        ({"amount_basis": "goods"}, {"shipping": "5.00"}, 11_500, False),
        ({"amount_basis": "goods_without_tax"}, {"shipping": "0", "tax": "20.00"}, 10_000, False),
        ({"amount_basis": "goods_without_tax"}, {"tax": "20.00"}, 12_000, True),
    ],
)
async def test_the_basis_decides_how_much_counts(town, settings, order, counted, substituted):
    await town.publish(**settings)

    await town.tell(snapshot(total="120.00", **order))

    row = await stored(town)
    assert (row["counted_amount"], row["basis_substituted"]) == (counted, substituted)


async def test_half_refunded_without_tax_counts_half(town):
    await town.publish(amount_basis="goods_without_tax")

    await town.tell(snapshot(total="120.00", tax="20.00", shipping="0"))
    await town.tell(refund("60.00"))

    assert await town.spend("customer", "c-7") == {TODAY: 5_000}


DAYS = {
    "placed_at": "2026-11-01T10:00:00Z",
    "paid_at": "2026-11-03T10:00:00Z",
    "closed_at": "2026-11-05T10:00:00Z",
}


@pytest.mark.parametrize(
    ("dated_by", "missing", "day", "substituted"),
    [
        ("placed", (), 1, False),
        ("paid", (), 3, False),
        ("closed", (), 5, False),
        ("counted", (), 3, False),
        ("paid", ("paid_at",), 5, True),
        ("closed", ("paid_at", "closed_at"), 1, True),
        ("counted", ("paid_at", "closed_at"), 1, True),
        ("paid", ("paid_at", "closed_at", "placed_at"), 22, True),
    ],
)
async def test_the_day_of_an_order(town, dated_by, missing, day, substituted):
    await town.publish(dated_by=dated_by)
    stamps = {name: value for name, value in DAYS.items() if name not in missing}
    absent = dict.fromkeys(missing)

    await town.tell(snapshot(**{**stamps, **absent}))

    row = await stored(town)
    assert (row["counted_on"], row["date_substituted"]) == (date(2026, 11, day), substituted)


async def test_an_order_counts_while_its_status_is_in_the_set(town):
    await town.tell(snapshot(total="150.00"))
    await town.tell(snapshot(event_id="e2", at=f"{TODAY}T11:00:00Z", status="cancelled"))

    cancelled = await stored(town)
    await town.tell(snapshot(event_id="e3", at=f"{TODAY}T12:00:00Z", status="closed"))

    assert cancelled["excluded_because"] == "status"
    assert await town.spend("customer", "c-7") == {TODAY: 12_000}


async def test_a_deleted_order_counts_no_more_and_comes_back_when_told_again(town):
    await town.tell(snapshot(total="150.00"))
    gone = {"event_id": "d1", "type": "order.deleted", "occurred_at": f"{TODAY}T11:00:00Z"}
    await town.tell({**gone, "order": {"id": "o1"}})
    deleted = await stored(town)

    await town.tell(snapshot(event_id="e2", at=f"{TODAY}T12:00:00Z", total="90.00"))

    assert deleted["excluded_because"] == "deleted"
    assert await town.spend("customer", "c-7") == {TODAY: 9_000}


async def test_a_guest_order_is_attached_when_the_customer_is_known(town):
    await town.tell(snapshot(total="150.00", customer_id=None))
    guest = await stored(town)

    await town.tell(snapshot(event_id="e2", at=f"{TODAY}T11:00:00Z", total="150.00"))

    assert guest["excluded_because"] == "guest"
    assert (await stored(town))["member_id"] == town.member("customer", "c-7")
    assert await town.level("customer", "c-7") == "silver"


async def test_an_order_that_changes_hands_leaves_its_old_home(town):
    await town.tell(snapshot(total="150.00"))

    await town.tell(snapshot(event_id="e2", at=f"{TODAY}T11:00:00Z", customer_id="c-8"))

    assert await town.spend("customer", "c-7") == {}
    assert await town.spend("customer", "c-8") == {TODAY: 12_000}


async def test_a_foreign_order_waits_for_its_rate_and_then_counts(town):
    """Golden case G14."""
    answer = await town.tell(snapshot(currency="USD", total="100.00"))
    before = await town.spend("customer", "c-7")

    rates = await town.put(f"exchange-rates/{TODAY}", USD="1.10")

    assert (answer["outcome"], before) == ("unconverted", {})
    assert rates.json() == {"date": str(TODAY), "rates": {"USD": "1.10"}}
    assert await town.spend("customer", "c-7") == {TODAY: 11_000}
    assert await town.level("customer", "c-7") == "silver"


async def test_the_rate_sent_with_the_order_is_the_one_that_counts(town):
    await town.put(f"exchange-rates/{TODAY}", USD="9.99")

    await town.tell(snapshot(currency="USD", total="100.00", rate="0.50"))

    assert await town.spend("customer", "c-7") == {TODAY: 5_000}


async def test_currencies_without_decimals_are_converted_into_minor_units(town):
    await town.tell(snapshot(currency="JPY", total="10001", rate="0.00615"))

    assert await town.spend("customer", "c-7") == {TODAY: 6_151}


@pytest.mark.parametrize("rate", ["999999999999.9", "1.1"])
async def test_what_a_rate_makes_too_large_is_no_amount(town, rate):
    order = snapshot(total="999999999999.99", currency="USD", rate=rate)

    answer = await town.tell(order)

    row = await stored(town)
    assert (answer["outcome"], row["excluded_because"]) == ("unconverted", "unconverted")
    assert (row["counted_amount"], await town.spend("customer", "c-7")) == (0, {})


async def test_a_rate_that_comes_later_makes_no_amount_too_large(town):
    await town.tell(snapshot(total="999999999999.99", currency="USD"))

    answer = await town.put(f"exchange-rates/{TODAY}", USD="999999999999.9")

    assert answer.status_code == 200
    assert (await stored(town))["excluded_because"] == "unconverted"
