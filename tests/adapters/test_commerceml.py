"""CommerceML: what a document says, and odd ones."""
# ruff: noqa: RUF001 - the words are Russian

import re
from datetime import datetime

import pytest

from app.inbound.adapters import ADAPTERS
from app.inbound.adapters.contract import Reason, Unreadable
from app.inbound.adapters.markup import as_local
from tests.adapters.hostile import answer
from tests.adapters.said import MOSCOW, only, rules, xml
from tests.adapters.samples import each

ODD_TEXTS = (
    "", " ", "0", "-1", "1", "23 000", "1,5", "1e5", "NaN", "9" * 40, "0." + "1" * 30, "T", "true",
    "maybe", "2026-02-30", "2026-03-01T25:00:00", "01.13.2026", "0001-01-01T00:00:00",
    "9999-12-31T23:59:59", "١٢", "x" * 5_000, "a\nb", "\u2028", "\x85", "#", "##", "[", "a/b",
    "&lt;b&gt;", "<b/>", "<b>1</b>",
)  # fmt: skip
ORDER = {
    "Ид": "A-1", "Номер": "A-1", "Дата": "2026-03-01", "Время": "12:00:00",
    "ХозОперация": "Заказ товара", "Роль": "Продавец", "Валюта": "руб.", "Сумма": "100.00",
}  # fmt: skip


def requisites(**named):
    values = [
        {"Наименование": name.replace("_", " "), "Значение": value} for name, value in named.items()
    ]
    return {"ЗначенияРеквизитов": {"ЗначениеРеквизита": values}}


def commerceml(status_map=None, **more):
    body = (
        f"<КоммерческаяИнформация>{xml({'Документ': {**ORDER, **more}})}</КоммерческаяИнформация>"
    )
    return ADAPTERS["commerceml"].read({}, body.encode(), rules("commerceml", status_map))


def reason(reading):
    [failure] = reading.failed
    return failure.reason


def test_what_is_not_in_the_sum_is_added_and_taken_off():
    beside = [{"УчтеноВСумме": "false", "Сумма": "20"}, {"УчтеноВСумме": "true", "Сумма": "3"}]

    order = only(
        commerceml(
            Налоги={"Налог": beside},
            Скидки={"Скидка": beside[:1]},
            ДопРасходы={"ДопРасход": beside},
        )
    )

    assert (order["total"], order["tax"], order["discount"]) == ("120.00", "23", "20")
    assert order["at"] is None


def test_a_tax_that_does_not_say_whether_the_sum_has_it_is_no_guess():
    assert reason(commerceml(Налоги={"Налог": {"Сумма": "20"}})) is Reason.missing_field
    assert only(commerceml(Налоги={"Налог": {"Сумма": "0"}}))["total"] == "100.00"
    assert reason(commerceml(Скидки={"Скидка": {"УчтеноВСумме": "0", "Сумма": "101"}})) is (
        Reason.bad_amount
    )


def test_delivery_is_known_by_its_id_or_as_a_service_of_that_name():
    service = requisites(ТипНоменклатуры="Услуга")
    goods = [
        {"Ид": "ORDER_DELIVERY", "Наименование": "Доставка", "Сумма": "5.00"},
        {"Ид": "x", "Наименование": "Доставка курьером", "Сумма": "7.00", **service},
        {"Ид": "y", "Наименование": "Доставка (книга)", "Сумма": "9.00"},
        {"Ид": "z", "Наименование": "Монтаж", "Сумма": "11.00", **service},
    ]

    order = only(commerceml(Товары={"Товар": goods}))

    assert order["shipping"] == "12.00"
    assert [(one["id"], one["product_id"]) for one in order["lines"]] == [("3", "y"), ("4", "z")]


@pytest.mark.parametrize(
    ("named", "raw", "status"),
    [
        ({}, "none/open", "pending"),
        ({"Статус_заказа": "[P] Оплачен"}, "Оплачен/open", "pending"),
        ({"Статус_заказа": "Собран / ждёт"}, "Собран - ждёт/open", "pending"),
        ({"Статуса_заказа_ИД": "F", "Заказ_оплачен": "да"}, "F/paid", "paid"),
        ({"Дата_оплаты_по_1С": "2026-03-02T10:00:00"}, "none/paid", "paid"),
        ({"Дата_оплаты_по_1С": "T"}, "none/open", "pending"),
        ({"Дата_оплаты_по_1С": "0001-01-01T00:00:00"}, "none/open", "pending"),
        ({"Финальный_статус": "1", "Заказ_оплачен": "true"}, "none/closed", "closed"),
        ({"Финальный_статус": "1", "Отменен": "TRUE"}, "cancelled/none", "cancelled"),
        ({"ПометкаУдаления": "true"}, "cancelled/none", "cancelled"),
    ],
)
def test_the_status_is_a_code_and_a_mark(named, raw, status):
    order = only(commerceml(**requisites(**named)))

    assert (order["raw"], order["status"]) == (raw, status)


def test_a_deleted_document_is_cancelled():
    assert only(commerceml(ПометкаУдаления="true"))["status"] == "cancelled"


def test_the_shop_s_own_map_comes_before_the_marks():
    order = only(commerceml({"W/*": "paid"}, **requisites(Статуса_заказа_ИД="W")))

    assert order["status"] == "paid"


def test_the_status_date_is_of_the_end_that_it_tells():
    changed = {"Дата_изменения_статуса": "05.03.2026 18:00:00"}

    closed = only(commerceml(**requisites(Финальный_статус="true", **changed)))
    cancelled = only(commerceml(**requisites(Отменен="true", **changed)))
    pending = only(commerceml(**requisites(**changed)))

    assert (closed["closed_at"], closed["cancelled_at"]) == ("2026-03-05T15:00:00Z", None)
    assert (cancelled["closed_at"], cancelled["cancelled_at"]) == (None, "2026-03-05T15:00:00Z")
    assert (pending["closed_at"], pending["cancelled_at"]) == (None, None)


@pytest.mark.parametrize(
    ("buyer", "customer", "organization"),
    [
        ({"Ид": "38#login#Имя", "Роль": "Покупатель"}, "38", None),
        ({"Ид": "38", "Роль": "Покупатель", "ОфициальноеНаименование": "ООО"}, None, "38"),
        ({"Ид": "38", "Роль": "Покупатель", "ОфициальноеНаименование": ""}, "38", None),
        ({"Ид": "", "Роль": "Покупатель"}, None, None),
        ({"Ид": "0", "Роль": "Покупатель"}, None, None),
        ({"Ид": "00000000-0000-0000-0000-000000000000", "Роль": "Покупатель"}, None, None),
        ({"Ид": "38", "Роль": "Плательщик"}, None, None),
    ],
)
def test_who_buys(buyer, customer, organization):
    order = only(commerceml(Контрагенты={"Контрагент": buyer}))

    assert (order["customer_id"], order["organization_id"]) == (customer, organization)


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({"ХозОперация": "ЗАКАЗ  ТОВАРА"}, None),
        ({"Ид": ""}, Reason.missing_field),
        ({"Сумма": ""}, Reason.missing_field),
        ({"Сумма": "1 000.00"}, Reason.bad_amount),
        ({"Сумма": ["1", "2"]}, Reason.not_valid),
        ({"Валюта": "тугрик"}, Reason.unknown_currency),
        ({"Дата": "вчера"}, Reason.bad_time),
        (requisites(Отменен="может быть"), Reason.bad_flag),
        ({"Контрагенты": {"Контрагент": [{"Роль": "Покупатель"}] * 2}}, Reason.not_valid),
        ({"ХозОперация": "Возврат товара"}, Reason.refund_without_order),
        ({"ХозОперация": "ВозвратТовара"}, Reason.refund_without_order),
    ],
)
def test_a_bad_document_has_its_reason(more, wanted):
    reading = commerceml(**more)

    assert only(reading)["id"] == "A-1" if wanted is None else reason(reading) is wanted


@pytest.mark.parametrize(
    ("more", "wanted"),
    [({"ХозОперация": "Отпуск товара"}, "other_topic"), ({"Роль": "Покупатель"}, "other_topic")],
)
def test_what_is_not_for_us_is_left_out(more, wanted):
    assert commerceml(**more).ignored == wanted


def test_a_document_of_something_else_is_told_apart():
    read = ADAPTERS["commerceml"].read

    empty = "<КоммерческаяИнформация><Каталог/></КоммерческаяИнформация>".encode()
    assert read({}, empty, rules("commerceml")).ignored == "empty"
    with pytest.raises(Unreadable, match="not_parsable"):
        read({}, b"<AgoraMessage/>", rules("commerceml"))


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-03-01", "2026-02-28T21:00:00Z"),
        ("2026-03-01T", "2026-02-28T21:00:00Z"),
        ("2026-03-01T12:00:00", "2026-03-01T09:00:00Z"),
        ("2026-03-01 12:00:00.5", "2026-03-01T09:00:00.500000Z"),
        ("2026-03-01T12:00:00+05:00", "2026-03-01T07:00:00Z"),
        ("01.03.2026", "2026-02-28T21:00:00Z"),
        ("01.03.2026 12:00:00", "2026-03-01T09:00:00Z"),
        ("T", None),
        ("", None),
        ("0001-01-01", None),
        ("01.01.0001 0:00:00", None),
    ],
)
def test_local_dates_are_of_the_source_s_zone(written, instant):
    found = as_local(written, "", MOSCOW)

    assert found == (None if instant is None else datetime.fromisoformat(instant))


@pytest.mark.parametrize("written", ["2026-02-30", "32.01.2026", "12:00", "2026-03-01T24:00:01"])
def test_an_impossible_date_is_refused(written):
    with pytest.raises(Unreadable, match="bad_time"):
        as_local(written, "", MOSCOW)


@each(lambda one: one.platform in ("commerceml", "agora") and len(one.body) < 8_000)
def test_any_text_in_any_element_has_an_answer(sample):
    text = sample.body.decode("utf-8-sig")
    places = [found.span(1) for found in re.finditer(r">([^<>\n]+)<", text)]
    for start, end in places:
        for odd in ODD_TEXTS:
            body = (text[:start] + odd + text[end:]).encode()
            answer(sample.adapter, sample.headers, body, sample.rules)


@each(lambda one: one.platform in ("commerceml", "agora") and len(one.body) < 8_000)
def test_any_element_twice_or_absent_has_an_answer(sample):
    text = sample.body.decode("utf-8-sig")
    for found in re.finditer(r"<([^<>/ ]+)>[^<>]*</\1>", text):
        start, end = found.span()
        for part in ("", found[0] * 2):
            body = (text[:start] + part + text[end:]).encode()
            answer(sample.adapter, sample.headers, body, sample.rules)
