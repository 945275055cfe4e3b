"""WooCommerce, BigCommerce, Saleor and standard: what the samples do not show."""

import json

import pytest

from app.inbound.adapters import bigcommerce, saleor, standard, woocommerce
from app.inbound.adapters.contract import NO_INSTANT, Reading, Rules, Unreadable
from tests.adapters.lives_shops import at
from tests.adapters.lives_shops import bigcommerce as bigcommerce_step
from tests.adapters.lives_shops import saleor as saleor_step
from tests.adapters.lives_shops import standard as standard_step
from tests.adapters.lives_shops import woocommerce as woocommerce_step

PAGE_8 = {
    woocommerce: {
        "pending": "pending on-hold checkout-draft auto-draft",
        "paid": "processing refunded",
        "closed": "completed",
        "cancelled": "cancelled failed trash",
    },
    bigcommerce: {
        "pending": "0 1 7 12 13",
        "paid": "2 3 8 9 11 14",
        "closed": "10",
        "cancelled": "4 5 6",
    },
}


def refusal(read, *given):
    with pytest.raises(Unreadable) as error:
        read(*given)
    return error.value.reason


def woo(step, topic=None, **said):
    headers = {"x-wc-webhook-topic": topic} if topic else step.headers
    return woocommerce.read(headers, body({**step.said, **said}), Rules(woocommerce.STATUS_MAP))


def body(said):
    return json.dumps(said).encode()


def order_of(reading):
    [event] = reading.events
    return event.said["order"]


UPDATED = woocommerce_step("updated", "10:00:00", "processing")


@pytest.mark.parametrize("adapter", PAGE_8, ids=lambda one: one.__name__.rsplit(".")[-1])
def test_the_default_map_is_the_pages(adapter):
    wanted = {raw: ours for ours, raws in PAGE_8[adapter].items() for raw in raws.split()}

    assert wanted == adapter.STATUS_MAP


def test_woocommerce_counts_gift_cards_in_the_total():
    cards = [{"amount": "15.00"}, {"amount": "5.00"}]

    order = order_of(woo(UPDATED, gift_cards=cards))

    assert (order["total"], order["other_tender"]) == ("120.00", "20.00")


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("order.deleted", {}),
        ("order.updated", {"line_items": None, "billing_period": "month"}),
    ],
)
def test_woocommerces_shape_must_fit_its_topic(topic, said):
    assert refusal(lambda: woo(UPDATED, topic, **said)) == "topic_mismatch"


def test_a_woocommerce_body_of_an_id_alone_is_a_deletion_only():
    headers = {"x-wc-webhook-topic": "order.updated"}

    assert refusal(woocommerce.read, headers, b'{"id": 1}', Rules()) == "topic_mismatch"


def test_a_woocommerce_deletion_is_named_by_its_receipt_too():
    deleted, updated = ({"x-wc-webhook-topic": f"order.{one}"} for one in ("deleted", "updated"))

    found = woocommerce.event_id(deleted, b'{"id": 1}')

    assert found.endswith(NO_INSTANT)
    assert NO_INSTANT not in woocommerce.event_id(updated, b'{"id": 1}')
    assert found != woocommerce.event_id(deleted, b'{"id": 2}')


def test_woocommerces_orders_and_refunds_in_an_odd_state():
    no_refunds = order_of(woo(UPDATED, refunds=None))
    moneyless = order_of(woo(UPDATED, refunds=[{"id": 5, "total": "0.00"}]))
    dateless = woo(UPDATED, date_modified_gmt=None).events[0].said

    assert (no_refunds["refunds_complete"], no_refunds["refunds"]) == (False, [])
    assert (moneyless["refunds_complete"], moneyless["refunds"]) == (True, [])
    assert dateless["occurred_at"] is None
    assert refusal(lambda: woo(UPDATED, date_modified_gmt="yesterday")) == "bad_time"
    assert refusal(lambda: woo(UPDATED, status="shipped")) == "unmapped_status"


def test_woocommerces_document_is_the_state_that_a_webhook_tells():
    rules = Rules(woocommerce.STATUS_MAP)
    [told] = woo(UPDATED).events

    [event] = woocommerce.read_documents("1", {"order": UPDATED.said}, rules).events

    assert {**event.said, "event_id": None} == {**told.said, "event_id": None}
    assert event.raw_status == told.raw_status == "processing"
    other = refusal(woocommerce.read_documents, "2", {"order": UPDATED.said}, rules)
    assert other == "topic_mismatch"


@pytest.mark.parametrize(
    ("scope", "data", "told"),
    [
        ("store/order/updated", {"type": "order", "id": 250}, ("250",)),
        ("store/channel/7/order/archived", {"type": "order", "id": 250}, ("250",)),
        ("store/order/refund/created", {"type": "refund", "order_id": 9007199254740993},
         ("9007199254740993",)),
        ("store/order/message/created", {"type": "order", "id": 250}, "other_topic"),
        ("store/channel/x/order/updated", {"type": "order", "id": 250}, "other_topic"),
        ("store/order/updated", {"type": "product", "id": 250}, "topic_mismatch"),
        ("store/order/updated", {"type": "order"}, "missing_field"),
    ],
)  # fmt: skip
def test_bigcommerce_names_an_order_to_fetch(scope, data, told):
    try:
        reading = bigcommerce.read({}, body({"scope": scope, "data": data}), Rules())
        found = reading.fetch or reading.ignored
    except Unreadable as error:
        found = error.reason

    assert found == told


def test_bigcommerces_refunds_are_complete_only_when_they_were_fetched():
    step = bigcommerce_step(14, "12:00:00", {"amount": "30.00"})
    rules = Rules(bigcommerce.STATUS_MAP)

    alone = order_of(bigcommerce.read_documents("1", {"order": step.said["order"]}, rules))
    both = order_of(bigcommerce.read_documents("1", step.said, rules))

    assert (alone["refunds_complete"], alone["refunds"]) == (False, [])
    assert both["refunds_complete"]
    assert [one["amount"] for one in both["refunds"]] == ["30.00"]


def test_bigcommerces_documents_must_be_of_the_order_that_was_asked_for():
    step = bigcommerce_step(14, "12:00:00", {"amount": "30.00"})
    stranger = {"data": [{"id": 5, "order_id": 2, "payments": []}]}
    read = bigcommerce.read_documents
    rules = Rules(bigcommerce.STATUS_MAP)

    assert refusal(read, "2", step.said, rules) == "topic_mismatch"
    assert refusal(read, "1", {**step.said, "refunds": stranger}, rules) == "topic_mismatch"
    assert refusal(read, "1", {}, rules) == "not_valid"


def test_bigcommerces_parts_of_the_total_are_summed():
    said = bigcommerce_step(11, "12:00:00").said["order"]
    more = {"store_credit_amount": "3.00", "gift_certificate_amount": "4.00"}
    more |= {"discount_amount": "1.00", "coupon_discount": "2.00", "customer_id": 0}

    order = order_of(
        bigcommerce.read_documents("1", {"order": said | more}, Rules(bigcommerce.STATUS_MAP))
    )

    assert (order["other_tender"], order["discount"], order["customer_id"]) == (
        "7.00",
        "3.00",
        None,
    )


@pytest.mark.parametrize(
    ("status", "charged", "ours"),
    [
        ("CANCELED", "FULL", "cancelled"), ("EXPIRED", "NONE", "cancelled"),
        ("DRAFT", "FULL", "pending"), ("UNCONFIRMED", "FULL", "pending"),
        ("FULFILLED", "FULL", "closed"), ("FULFILLED", "OVERCHARGED", "closed"),
        ("PARTIALLY_FULFILLED", "FULL", "paid"), ("UNFULFILLED", "OVERCHARGED", "paid"),
        ("FULFILLED", "PARTIAL", "pending"), ("UNFULFILLED", "NONE", "pending"),
    ],
)  # fmt: skip
def test_saleors_status_is_of_two_words(status, charged, ours):
    step = saleor_step("updated", "10:00:00", status, charged)

    [event] = saleor.read(step.headers, step.body, Rules(saleor.STATUS_MAP)).events

    assert (event.said["order"]["status"], event.raw_status) == (ours, f"{status}/{charged}")


def test_saleors_body_must_hold_an_order():
    headers, rules = {"saleor-event": "order_updated"}, Rules(saleor.STATUS_MAP)

    assert refusal(saleor.read, headers, b'{"order": null}', rules) == "topic_mismatch"
    assert refusal(saleor.read, headers, b'{"order": {"id": "1"}}', rules) == "topic_mismatch"
    assert refusal(saleor.read, headers, b'{"user": {"id": "1"}}', rules) == "topic_mismatch"


def test_saleor_names_its_event_in_older_headers_too():
    step = saleor_step("updated", "10:00:00", "DRAFT", "NONE")
    older = {"x-saleor-event": "order_updated"}

    found = saleor.read(older, step.body, Rules(saleor.STATUS_MAP))

    assert found == saleor.read(step.headers, step.body, Rules(saleor.STATUS_MAP))
    assert saleor.event_id(older, step.body) == saleor.event_id(step.headers, step.body)


@pytest.mark.parametrize(
    ("money", "reason"),
    [
        ({"fractionalAmount": 100.5, "fractionDigits": 2}, "bad_amount"),
        ({"fractionalAmount": -1, "fractionDigits": 2}, "bad_amount"),
        ({"fractionalAmount": True, "fractionDigits": 2}, "bad_amount"),
        ({"fractionalAmount": 1, "fractionDigits": 9}, "bad_amount"),
        ({"fractionDigits": 2}, "missing_field"),
        ({"amount": 1.23}, "missing_field"),
    ],
)
def test_saleors_money_is_of_integers(money, reason):
    step = saleor_step("updated", "10:00:00", "DRAFT", "NONE")
    said = {"order": {**step.said["order"], "total": {"gross": {"currency": "EUR", **money}}}}

    assert refusal(saleor.read, step.headers, body(said), Rules(saleor.STATUS_MAP)) == reason


def test_standards_event_keeps_no_source_of_its_own():
    step = standard_step("snapshot", "09:00:00")
    named = body({**step.said, "source": "NOT A KEY"})

    assert standard.read({}, named, Rules()) == standard.read({}, step.body, Rules())
    assert standard.event_id({}, named) == "snapshot-09:00:00"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [({"extra": 1}, "/extra"), ({"occurred_at": at("09:00:00")[:-1]}, "/occurred_at"),
     ({"order": None}, "/order"), ({"event_id": 7}, "/event_id")],
)  # fmt: skip
def test_standards_event_is_as_strict_as_the_api(change, pointer):
    said = {**standard_step("snapshot", "09:00:00").said, **change}

    with pytest.raises(Unreadable) as error:
        standard.read({}, body(said), Rules())

    assert (error.value.reason, error.value.pointer) == ("not_valid", pointer)


def test_a_topic_that_no_header_names_is_none_of_ours():
    found = [one.read({}, b"{", Rules()) for one in (woocommerce, saleor)]

    assert found == [Reading(ignored="other_topic")] * 2
