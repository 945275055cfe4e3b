"""One order at each platform of the second half: made, paid, closed, returned as each tells it."""

from tests.adapters.lives import Life, Step
from tests.adapters.lives_shops import DAY, at, epoch


def shopware(sequence, clock, state, payment):
    order = {
        "id": "0f1", "orderNumber": "10001", "amountTotal": 119.0, "amountNet": 100.0,
        "orderDateTime": at("09:00:00"), "updatedAt": at(clock), "currency": {"isoCode": "EUR"},
        "orderCustomer": {"customerId": "7"}, "stateMachineState": {"technicalName": state},
        "transactions": [
            {"createdAt": at("09:00:00"), "stateMachineState": {"technicalName": "failed"}},
            {"createdAt": at("09:30:00"), "stateMachineState": {"technicalName": payment}},
        ],
        "lineItems": [],
    }  # fmt: skip
    data = {"event": f"state_enter.order.state.{state}", "payload": {"order": order}}
    said = {"data": data, "source": {"eventId": f"e{sequence}"}, "timestamp": epoch(clock)}
    return Step(said, {"x-shopware-sequence": str(sequence)})


SHOPWARE = Life(
    "shopware",
    (
        shopware(3, "09:00:00", "open", "open"),
        shopware(5, "10:00:00", "open", "paid"),
        shopware(8, "10:00:00", "in_progress", "paid"),
        shopware(13, "11:00:00", "completed", "paid"),
        shopware(21, "10:59:00", "completed", "refunded_partially"),  # its clock went back
    ),
    "closed",
    "0",
)


def adobe(clock, state, refunded=None):
    order = {
        "entity_id": "13", "increment_id": "000000013", "state": state, "status": state,
        "customer_id": 7, "order_currency_code": "EUR", "grand_total": 100,
        "total_refunded": refunded, "created_at": f"{DAY} 09:00:00",
        "updated_at": f"{DAY} {clock}", "items": [],
    }  # fmt: skip
    said = {"event_id": f"a-{clock}-{state}-{refunded}", "event": {"data": {"value": order}}}
    return Step(said, {"x-adobe-event-code": "observer.sales_order_save_commit_after"})


ADOBE = Life(
    "adobe_commerce",
    (
        adobe("09:00:00", "new"),
        adobe("10:00:00", "processing"),
        adobe("11:00:00", "complete"),
        adobe("11:00:00", "complete", "5.0000"),
        adobe("13:00:00", "complete", "30.0000"),
    ),
    "closed",
    "30",
)


def commerceml(clock, *names, returned=None):
    named = "".join(
        f"<ЗначениеРеквизита><Наименование>{name}</Наименование><Значение>{value}</Значение>"
        "</ЗначениеРеквизита>"
        for name, value in names
    )
    documents = "".join(
        f"<ПодчиненныйДокумент><Ид>{name}</Ид><Дата>{DAY}</Дата>"
        f"<ХозОперация>Возврат товара</ХозОперация><Сумма>{amount}</Сумма></ПодчиненныйДокумент>"
        for name, amount in (returned or {}).items()
    )
    below = "" if returned is None else f"<ПодчиненныеДокументы>{documents}</ПодчиненныеДокументы>"
    text = (
        '<?xml version="1.0" encoding="windows-1251"?>'
        f'<КоммерческаяИнформация ДатаФормирования="{DAY}T{clock}"><Документ><Ид>A-1</Ид>'
        f"<Дата>{DAY}</Дата><Время>09:00:00</Время><ХозОперация>Заказ товара</ХозОперация>"
        "<Роль>Продавец</Роль><Валюта>EUR</Валюта><Сумма>100.00</Сумма><Контрагенты><Контрагент>"
        "<Ид>7#a#b</Ид><Роль>Покупатель</Роль></Контрагент></Контрагенты>"
        f"<ЗначенияРеквизитов>{named}</ЗначенияРеквизитов>{below}</Документ>"
        "</КоммерческаяИнформация>"
    )
    return Step(text.encode("windows-1251"))


PAID = ("Заказ оплачен", "true")
CLOSED = (PAID, ("Финальный статус", "true"))

COMMERCEML = Life(
    "commerceml",
    (
        commerceml("09:00:00"),
        commerceml("10:00:00", PAID),
        commerceml("11:00:00", *CLOSED),
        commerceml("12:00:00", *CLOSED, returned={"r1": "30.00", "r2": "5.00"}),
        commerceml("13:00:00", *CLOSED, returned={"r2": "5.00"}),
    ),
    "closed",
    "5",
)


def cs_cart(clock, status):
    return Step(
        {
            "order_id": "1",
            "user_id": "7",
            "status": status,
            "total": "100.00",
            "timestamp": str(epoch("09:00:00")),
            "updated_at": str(epoch(clock)),
        }
    )


CS_CART = Life(
    "cs_cart",
    (
        cs_cart("09:00:00", "O"),
        cs_cart("10:00:00", "P"),
        cs_cart("10:00:00", "C"),
        cs_cart("12:00:00", "C"),
        cs_cart("13:00:00", "I"),
    ),
    "cancelled",
    "0",
)


def agora(clock, **said):
    flags = {"Проведен": 1, "Оплата": 0, "Отгружен": 0, "Закрыт": 0, "Отменен": 0, **said}
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in flags.items())
    text = (
        '<AgoraMessage xmlns="urn:agora"><ЗаказПокупателя><Ссылка>a1</Ссылка>'
        f"<ВремяИзменения>{DAY}T{clock}</ВремяИзменения><Дата>{DAY}T09:00:00</Дата>"
        "<ВалютаДокумента>EUR</ВалютаДокумента><Контрагент>o-7</Контрагент>"
        f"<СуммаДокумента>100.00</СуммаДокумента>{fields}</ЗаказПокупателя></AgoraMessage>"
    )
    return Step(text.encode())


AGORA = Life(
    "agora",
    (
        agora("09:00:00"),
        agora("10:00:00", Оплата="100.00"),
        agora("10:00:00", Оплата="100.00", Отгружен=1),
        agora("12:00:00", Оплата="100.00", Отгружен=1, Закрыт=1),
    ),
    "closed",
    "0",
)

LIVES = (SHOPWARE, ADOBE, COMMERCEML, CS_CART, AGORA)
