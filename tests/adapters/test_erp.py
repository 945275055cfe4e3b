"""Agora, CS-Cart, Shopware and Adobe: what their pages say."""

import json

import pytest

from app.inbound.adapters import ADAPTERS
from app.inbound.adapters.contract import Unreadable
from tests.adapters.said import only, rules, xml


def agora(**more):
    order = {"Ссылка": "a1", "СуммаДокумента": "10", "ВалютаДокумента": "EUR", **more}
    body = f'<m:AgoraMessage xmlns:m="urn:a">{xml({"m:ЗаказПокупателя": order})}</m:AgoraMessage>'
    return ADAPTERS["agora"].read({}, body.encode(), rules("agora"))


@pytest.mark.parametrize(
    ("flags", "raw"),
    [
        ({}, "Обработка"),
        ({"Проведен": "1"}, "Резерв"),
        ({"Проведен": "1", "Отгружен": "1"}, "Отгружен"),
        ({"Проведен": "1", "Отгружен": "1", "Оплата": "0.01"}, "Оплата"),
        ({"Оплата": "5", "Закрыт": "1"}, "Закрыт"),
        ({"Закрыт": "1", "Отменен": "1"}, "Отменен"),
        ({"Закрыт": "1", "ПометкаУдаления": "1"}, "Отменен"),
    ],
)
def test_the_first_mark_of_agora_that_holds_is_the_status(flags, raw):
    assert only(agora(**flags))["raw"] == raw


def test_tax_of_agora_is_told_by_all_lines_or_by_none():
    lines = [{"Сумма": "5", "СуммаНДС": "1"}, {"Сумма": "5", "СуммаНДС": "0.5"}]

    assert only(agora(Товары={"Строка": lines}))["tax"] == "1.5"
    assert only(agora(Товары={"Строка": [lines[0], {"Сумма": "5"}]}))["tax"] is None
    assert only(agora())["tax"] is None


def cs_cart(said, headers=None, **currencies):
    body = json.dumps(said).encode()
    adapter = ADAPTERS["cs_cart"]
    reading = adapter.read({}, body, rules("cs_cart", **{"": "EUR", **currencies}))
    return reading, adapter.event_id(headers or {}, body)


def test_an_order_of_cs_cart_without_an_instant_gets_the_receipt_s():
    order = {"order_id": "1", "status": "P", "total": "5"}

    assert cs_cart(order)[1].endswith("@")
    assert not cs_cart({**order, "updated_at": "1772449200"})[1].endswith("@")
    assert cs_cart({"orders": [order]})[1].endswith("@")
    assert cs_cart(order, {"webhook-id": "msg_1"})[1] == "msg_1"


def test_a_page_of_cs_cart_skips_parents_and_fails_only_what_is_bad():
    good = {"order_id": "1", "status": "P", "total": "5", "products": []}
    orders = [good, {**good, "order_id": "2", "is_parent_order": "Y"}, {**good, "status": "W"}]

    reading, _ = cs_cart({"orders": orders})

    assert [one.said["order"]["id"] for one in reading.events] == ["1"]
    assert [(one.order_id, one.reason) for one in reading.failed] == [("1", "unmapped_status")]
    assert cs_cart({"orders": []})[0].ignored == "empty"
    assert cs_cart({"orders": orders[1:2] * 2})[0].ignored == "parent_order"


def test_a_page_without_orders_is_refused():
    with pytest.raises(Unreadable, match="not_valid"):
        cs_cart({"users": []})


def shopware(said, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ADAPTERS["shopware"].read(named, json.dumps(said).encode(), rules("shopware"))


def test_shopware_needs_its_sequence_and_its_shape():
    written = {"data": {"event": "order.written", "payload": [{"entity": "order"}]}}
    placed = {"data": {"event": "checkout.order.placed", "payload": {"order": {}}}}

    for said in (written, placed):
        with pytest.raises(Unreadable, match="sequence_missing"):
            shopware(said)
    for payload in ([], {}, {"order": []}, None):
        placed["data"]["payload"] = payload
        with pytest.raises(Unreadable, match="topic_mismatch"):
            shopware(placed, x_shopware_sequence="1")
    written["data"]["payload"] = {"order": {}}
    with pytest.raises(Unreadable, match="topic_mismatch"):
        shopware(written, x_shopware_sequence="1")


def test_orders_that_shopware_only_names_are_named_once():
    entities = [
        {"entity": "order", "primaryKey": "a"},
        {"entity": "order_line_item", "primaryKey": "b"},
        {"entity": "order", "primaryKey": "a"},
    ]
    said = {"data": {"event": "order.written", "payload": entities}}

    assert shopware(said, x_shopware_sequence="1").fetch == ("a",)


def test_a_document_that_shopware_s_api_gave_has_the_sequence_of_who_asked():
    order = {
        "id": "a", "amountTotal": 10, "currency": {"isoCode": "EUR"}, "updatedAt": None,
        "stateMachineState": {"technicalName": "open"},
    }  # fmt: skip

    reading = ADAPTERS["shopware"].read_documents(
        "a", {"order": order, "sequence": 42}, rules("shopware")
    )

    [event] = reading.events
    assert (event.said["sequence"], event.raw_status) == (42, "open/none")
    assert event.said["event_id"]


def adobe(value, topic="com.adobe.commerce.observer.sales_order_save_commit_after"):
    headers = {"x-adobe-event-code": topic} if topic else {}
    body = json.dumps({"event": {"data": {"value": value}}}).encode()
    return ADAPTERS["adobe_commerce"].read(headers, body, rules("adobe_commerce"))


ADOBE = {
    "entity_id": 1, "state": "processing", "status": "fraud", "grand_total": "90",
    "order_currency_code": "EUR", "gift_cards_amount": "7.5", "customer_balance_amount": 2,
}  # fmt: skip


def test_gift_cards_and_balance_are_part_of_the_total():
    order = only(adobe(ADOBE))

    assert (order["total"], order["other_tender"]) == ("99.5", "9.5")
    assert (order["raw"], order["status"]) == ("processing/fraud", "paid")
    assert (order["discount"], order["customer_id"]) == (None, None)


@pytest.mark.parametrize(
    "value", [{}, {**ADOBE, "order_id": 7}, {"id": 1}, {k: ADOBE[k] for k in list(ADOBE)[1:]}]
)
def test_what_is_no_order_of_adobe_is_not_taken_for_one(value):
    with pytest.raises(Unreadable, match="topic_mismatch"):
        adobe(value)
    with pytest.raises(Unreadable, match="topic_mismatch"):
        adobe(value, topic="")
