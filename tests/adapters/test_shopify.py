"""Shopify: topics and shapes, refunds in two currencies, closing, test orders, documents."""

import json

import pytest

from app.inbound.adapters import shopify
from app.inbound.adapters.contract import Reading, Rules, Unreadable
from tests.adapters.lives_shops import DAY, at
from tests.adapters.lives_shops import shopify as order_step

RULES = Rules(shopify.STATUS_MAP)


def read(step):
    return shopify.read(step.headers, step.body, RULES)


def state(**said):
    [event] = read(order_step("updated", "10:00:00", **said)).events
    return event.said["order"], event.raw_status


def refusal(step, topic=None):
    headers = {"x-shopify-topic": topic} if topic else step.headers
    with pytest.raises(Unreadable) as error:
        shopify.read(headers, step.body, RULES)
    return error.value.reason, error.value.pointer


def money(amount, code="EUR"):
    return {"shop_money": {"amount": amount, "currency_code": code}}


@pytest.mark.parametrize(
    ("financial", "fulfillment", "cancelled", "raw", "status"),
    [
        ("pending", None, None, "pending/unfulfilled", "pending"),
        ("authorized", "partial", None, "authorized/partial", "pending"),
        ("paid", None, None, "paid/unfulfilled", "paid"),
        ("paid", "fulfilled", None, "paid/fulfilled", "closed"),
        ("refunded", "fulfilled", None, "refunded/fulfilled", "closed"),
        ("refunded", None, None, "refunded/unfulfilled", "paid"),
        ("voided", "fulfilled", None, "voided/fulfilled", "cancelled"),
        ("paid", "fulfilled", at("12:00:00"), "cancelled/paid", "cancelled"),
    ],
)
def test_a_status_is_of_two_words(financial, fulfillment, cancelled, raw, status):
    order, found = state(
        financial_status=financial, fulfillment_status=fulfillment, cancelled_at=cancelled
    )

    assert (found, order["status"]) == (raw, status)


def test_a_status_nobody_mapped_is_refused_and_named():
    step = order_step("updated", "10:00:00", financial_status=None)

    assert refusal(step) == ("unmapped_status", "/financial_status")


@pytest.mark.parametrize("topic", ["orders/delete", "refunds/create", "customers/merge"])
def test_a_captured_order_under_another_topic_is_a_mismatch(topic):
    assert refusal(order_step("updated", "10:00:00"), topic) == ("topic_mismatch", "")


def test_a_deletion_under_an_orders_topic_is_a_mismatch():
    with pytest.raises(Unreadable, match="topic_mismatch"):
        shopify.read({"x-shopify-topic": "orders/updated"}, b'{"id": 1}', RULES)


@pytest.mark.parametrize(
    ("triggered", "end"),
    [
        ("2026-03-20T10:00:01.123456789+01:00", "@2026-03-20T09:00:01.123456Z"),
        ("noon", "@"),
        ("", "@"),
    ],
)
def test_a_body_without_an_instant_is_named_by_its_trigger_too(triggered, end):
    headers = {"x-shopify-topic": "orders/delete", "x-shopify-triggered-at": triggered}

    [event] = shopify.read(headers, b'{"id": 1}', RULES).events

    assert shopify.event_id(headers, b'{"id": 1}')[32:] == end
    assert event.said["occurred_at"] == (end.removeprefix("@") or None)
    assert "@" not in shopify.event_id({**headers, "x-shopify-topic": "orders/paid"}, b"{}")


def test_operators_topics_are_ignored_with_their_own_reason():
    for topic in ("customers/data_request", "shop/redact"):
        assert shopify.read({"x-shopify-topic": topic}, b"{", RULES) == Reading(
            ignored="operator_action"
        )


def test_graph_ids_win_over_numbers_that_a_relay_has_rounded():
    order, _ = state(
        id=9007199254740992,
        admin_graphql_api_id="gid://shopify/Order/9007199254740993",
        customer={"id": 1, "admin_graphql_api_id": "gid://shopify/Customer/9007199254740995"},
    )

    assert (order["id"], order["customer_id"]) == ("9007199254740993", "9007199254740995")


def test_an_order_of_an_import_was_placed_when_it_was_processed():
    order, _ = state(processed_at="2020-05-01T00:00:00Z", created_at=at("09:00:00"))

    assert order["placed_at"] == "2020-05-01T00:00:00Z"


def test_shipping_includes_its_tax():
    lines = [{"tax_lines": [{"price": "1.90"}, {"price": "0.10"}]}]
    said = {"total_shipping_price_set": money("10.00"), "shipping_lines": lines}

    without, within = (state(**said, taxes_included=one)[0] for one in (False, True))

    assert (without["shipping"], within["shipping"]) == ("12.00", "10.00")


def test_a_gift_card_leaves_the_other_tender_untold():
    assert state(payment_gateway_names=["visa", "gift_card"])[0]["other_tender"] is None
    assert state(payment_gateway_names=["visa"])[0]["other_tender"] == "0"


def test_the_last_fulfilment_that_was_done_closes():
    sent = [
        {"created_at": at("11:00:00"), "status": "success"},
        {"created_at": at("12:00:00"), "status": "cancelled"},
    ]

    closed, _ = state(fulfillment_status="fulfilled", fulfillments=sent)
    partly, _ = state(fulfillment_status="partial", fulfillments=sent)

    assert (closed["closed_at"], partly["closed_at"]) == (at("11:00:00"), None)


def foreign_refund():
    """50.00 of the buyer's dollars; 40.00 of goods, 4.00 of tax and 6.00 of shipping in euros."""
    return {
        "id": 5,
        "order_id": 1,
        "created_at": at("12:00:00"),
        "refund_line_items": [{"subtotal_set": money("40.00"), "total_tax_set": money("4.00")}],
        "order_adjustments": [{"amount_set": money("-5.00"), "tax_amount_set": money("-1.00")}],
        "transactions": [
            {"kind": "refund", "status": "success", "amount": "55.00", "currency": "USD"}
        ],
    }


def test_a_refund_in_the_buyers_currency_is_summed_in_the_shops():
    inside, _ = state(refunds=[foreign_refund()])
    [alone] = shopify.read(
        {"x-shopify-topic": "refunds/create"}, json.dumps(foreign_refund()).encode(), RULES
    ).events

    assert [one["amount"] for one in inside["refunds"]] == ["50.00"]
    assert (alone.said["refund"]["amount"], alone.said["order"]) == ("50.00", {"id": "1"})


def test_a_refund_whose_currency_nothing_tells_is_refused():
    said = {**foreign_refund(), "refund_line_items": [], "order_adjustments": []}

    with pytest.raises(Unreadable, match="unknown_currency"):
        shopify.read({"x-shopify-topic": "refunds/create"}, json.dumps(said).encode(), RULES)


@pytest.mark.parametrize(
    ("kind", "status"), [("refund", "failure"), ("refund", "pending"), ("sale", "success")]
)
def test_only_money_that_moved_is_refunded(kind, status):
    moved = {"kind": kind, "status": status, "amount": "9.00", "currency": "EUR"}
    said = {**foreign_refund(), "transactions": [moved]}

    order, _ = state(refunds=[said])
    alone = shopify.read({"x-shopify-topic": "refunds/create"}, json.dumps(said).encode(), RULES)

    assert (order["refunds"], order["refunds_complete"]) == ([], True)
    assert alone.ignored == "no_money"


@pytest.mark.parametrize(
    ("said", "headers"),
    [
        ({"test": True}, {}),
        ({}, {"x-shopify-test": "true"}),
        ({"financial_status": "voided", "cancelled_at": at("10:00:00")}, {}),
    ],
)
def test_test_orders_are_marked(said, headers):
    step = order_step("paid", "10:00:00", **said)

    assert shopify.read({**step.headers, **headers}, step.body, RULES).test
    assert not read(order_step("paid", "10:00:00")).test


def test_an_order_of_more_lines_than_ours_tells_none():
    lines = [{"id": number, "price": "1.00", "quantity": 1} for number in range(1, 502)]

    assert state(line_items=lines)[0]["lines"] is None
    assert len(state(line_items=lines[:500])[0]["lines"]) == 500


def test_an_orders_document_is_the_state_that_a_webhook_tells():
    step = order_step("updated", "10:00:00")
    [told] = read(step).events

    reading = shopify.read_documents("1", {"order": step.said}, RULES)
    [again] = shopify.read_documents("1", {"order": {**step.said, "note": "x"}}, RULES).events
    [event] = reading.events
    dearer = {"order": {**step.said, "total_price": "100.01"}}
    [other] = shopify.read_documents("1", dearer, RULES).events

    assert {**event.said, "event_id": None} == {**told.said, "event_id": None}
    assert event.said["event_id"] == again.said["event_id"] != other.said["event_id"]
    assert event.said["occurred_at"].startswith(DAY)


@pytest.mark.parametrize("documents", [{}, {"order": None}, {"order": []}, {"order": {"id": 1}}])
def test_a_document_of_another_shape_is_refused(documents):
    with pytest.raises(Unreadable):
        shopify.read_documents("1", documents, RULES)


def test_a_document_of_another_order_is_refused():
    with pytest.raises(Unreadable, match="topic_mismatch"):
        shopify.read_documents("2", {"order": order_step("updated", "10:00:00").said}, RULES)
