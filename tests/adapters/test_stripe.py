"""Stripe: decimals, what an order is called, and which events move money."""

import json
from decimal import Decimal

import pytest

from app.inbound.adapters import stripe
from app.inbound.adapters.contract import Rules, Unreadable
from tests.adapters.lives_shops import LOST, charge, epoch, invoice
from tests.adapters.lives_shops import at as instant
from tests.adapters.lives_shops import stripe as event_step

RULES = Rules(stripe.STATUS_MAP)
SESSION = {
    "object": "checkout.session", "id": "cs_1", "mode": "payment", "payment_status": "paid",
    "payment_intent": "pi_1", "currency": "eur", "amount_total": 1_500,
    "created": epoch("09:00:00"),
    "total_details": {"amount_tax": 100, "amount_shipping": 200, "amount_discount": 300},
}  # fmt: skip


def read(kind, about, **more):
    step = event_step(kind, "10:00:00", about)
    return stripe.read({}, json.dumps({**step.said, **more}).encode(), RULES)


def told(kind, about):
    [event] = read(kind, about).events
    return event.said


@pytest.mark.parametrize(
    ("currency", "total"),
    [("eur", "100"), ("jpy", "10000"), ("KRW", "10000"), ("kwd", "10"), ("tnd", "10"),
     ("huf", "100"), ("isk", "100"), ("ugx", "10000"), ("clp", "10000")],
)  # fmt: skip
def test_decimals_are_of_stripes_own_list(currency, total):
    said = told("invoice.paid", {**invoice("paid"), "currency": currency})

    assert Decimal(said["order"]["total"]) == Decimal(total)
    assert said["order"]["currency"] == currency.upper()


@pytest.mark.parametrize(
    ("kind", "about", "order_id"),
    [
        ("invoice.paid", invoice("paid"), "1"),
        ("invoice.paid", {**invoice("paid"), "metadata": {}, "payment_intent": "pi_1"}, "in_1"),
        ("checkout.session.completed", SESSION, "pi_1"),
        ("checkout.session.completed", {**SESSION, "metadata": {"order_id": "A"}}, "A"),
        ("checkout.session.completed", {**SESSION, "payment_intent": None}, "cs_1"),
        ("charge.refunded", {**charge(1), "metadata": None, "invoice": "in_1"}, "in_1"),
        ("charge.refunded", {**charge(1), "metadata": {}, "payment_intent": "pi_1"}, "pi_1"),
        ("charge.refunded", {**charge(1), "metadata": {}}, "ch_1"),
        ("charge.dispute.closed", {**LOST, "metadata": {}, "charge": "ch_1"}, "ch_1"),
    ],
)
def test_an_order_is_called_as_the_shop_says_or_as_its_parts_share(kind, about, order_id):
    assert told(kind, about)["order"]["id"] == order_id


def test_a_check_out_is_an_order_of_its_own():
    said = told("checkout.session.completed", SESSION)

    order = said["order"]
    assert (order["total"], order["tax"], order["shipping"], order["discount"]) == (
        "15.00", "1.00", "2.00", "3.00",
    )  # fmt: skip
    assert (order["status"], order["paid_at"]) == ("paid", instant("10:00:00"))
    assert order["placed_at"] == instant("09:00:00")


def test_a_payment_that_takes_days_pays_the_order_when_it_comes():
    waiting = told("checkout.session.completed", {**SESSION, "payment_status": "unpaid"})
    paid = told("checkout.session.async_payment_succeeded", SESSION)

    assert (waiting["order"]["status"], waiting["order"]["paid_at"]) == ("pending", None)
    assert (paid["order"]["status"], paid["order"]["id"]) == ("paid", waiting["order"]["id"])


@pytest.mark.parametrize("more", [{"mode": "subscription"}, {"mode": "setup"}, {"invoice": "in_1"}])
def test_a_check_out_that_an_invoice_tells_is_ignored(more):
    reading = read("checkout.session.completed", {**SESSION, **more})

    assert reading.ignored == "told_by_invoice"


@pytest.mark.parametrize(
    ("status", "ours"),
    [("draft", "pending"), ("open", "pending"), ("paid", "paid"), ("void", "cancelled"),
     ("uncollectible", "cancelled")],
)  # fmt: skip
def test_an_invoices_status_is_mapped(status, ours):
    said = told("invoice.voided", invoice(status, voided_at=epoch("11:00:00")))

    assert said["order"]["status"] == ours
    assert said["order"]["cancelled_at"] == instant("11:00:00")


def test_tax_is_told_in_three_ways():
    listed = [{"amount": 100}, {"amount": 50}]
    ways = ({"tax": 150}, {"tax": None, "total_taxes": listed}, {"total_tax_amounts": listed}, {})

    found = [told("invoice.paid", {**invoice("paid"), **one})["order"]["tax"] for one in ways]

    assert found == ["1.50", "1.50", "1.50", None]


def test_the_balance_a_customer_used_is_other_tender_and_never_below_zero():
    used, added = (
        told("invoice.paid", {**invoice("paid"), "amount_due": due})["order"]["other_tender"]
        for due in (9_000, 11_000)
    )

    assert (Decimal(used), Decimal(added)) == (10, 0)


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("charge.refunded", charge(0)),
        ("charge.dispute.closed", {**LOST, "status": "won"}),
        ("charge.dispute.closed", {**LOST, "status": "warning_closed"}),
    ],
)
def test_no_money_is_no_event(kind, about):
    assert read(kind, about).ignored == "no_money"


@pytest.mark.parametrize(
    "kind", ["refund.created", "payment_intent.succeeded", "invoice.created", "customer.created"]
)
def test_other_events_are_ignored(kind):
    assert read(kind, invoice("paid")).ignored == "other_topic"


def test_a_refund_is_the_charges_running_sum_and_a_lost_dispute_its_own():
    refund = told("charge.refunded", charge(2_500))["refund"]
    dispute = told("charge.dispute.closed", LOST)["refund"]

    assert (refund["id"], refund["amount"]) == ("ch_1", "25.00")
    assert (dispute["id"], dispute["amount"]) == ("dp_1", "10.00")


def test_test_mode_is_marked():
    assert read("invoice.paid", invoice("paid"), livemode=False).test
    assert not read("invoice.paid", invoice("paid")).test


@pytest.mark.parametrize(
    ("kind", "about", "reason"),
    [
        ("invoice.paid", charge(1), "topic_mismatch"),
        ("charge.refunded", invoice("paid"), "topic_mismatch"),
        ("invoice.paid", {**invoice("paid"), "total": "100"}, "bad_amount"),
        ("invoice.paid", {**invoice("paid"), "total": 100.5}, "bad_amount"),
        ("invoice.paid", {**invoice("paid"), "total": -100}, "bad_amount"),
        ("invoice.paid", {**invoice("paid"), "total": True}, "bad_amount"),
        ("invoice.paid", {**invoice("paid"), "total": None}, "missing_field"),
        ("invoice.paid", {**invoice("paid"), "currency": "xyz"}, "unknown_currency"),
        ("invoice.paid", {**invoice("paid"), "status": "new"}, "unmapped_status"),
    ],
)
def test_what_cannot_be_used_says_why(kind, about, reason):
    with pytest.raises(Unreadable) as error:
        read(kind, about)

    assert error.value.reason == reason


def test_a_credit_on_a_line_is_not_told():
    lines = {"data": [{"id": "il_1", "amount": -500, "quantity": 1, "plan": {"product": "p1"}}]}

    order = told("invoice.paid", {**invoice("paid"), "lines": lines})["order"]

    assert order["lines"] == [
        {"id": "il_1", "product_id": "p1", "quantity": "1", "total": None, "category_ids": []}
    ]
