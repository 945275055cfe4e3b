"""A 1C that exchanges with a site: the requests of an unmodified one, in its order."""

import base64
import io
import zipfile
from urllib.parse import quote

PASSWORD = "the exchange's own password"
HERE = "127.0.0.0/8"

ORDER = (
    "<Документ><Ид>{name}</Ид><Номер>{name}</Номер><Дата>2026-11-20</Дата><Время>12:00:00</Время>"
    "<ХозОперация>Заказ товара</ХозОперация><Роль>Продавец</Роль><Валюта>{currency}</Валюта>"
    "<Сумма>{total}</Сумма><Контрагенты><Контрагент><Ид>{customer}#login#Имя</Ид>"
    "<Наименование>Имя</Наименование><Роль>Покупатель</Роль></Контрагент></Контрагенты>"
    "<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Заказ оплачен</Наименование>"
    "<Значение>true</Значение></ЗначениеРеквизита></ЗначенияРеквизитов></Документ>\n"
)
PACKAGE = (
    '<?xml version="1.0" encoding="windows-1251"?>\n'
    '<КоммерческаяИнформация ВерсияСхемы="2.10" ДатаФормирования="{at}">\n{orders}'
    "</КоммерческаяИнформация>"
)


def order(name, total="100.00", customer="77", currency="EUR"):
    return ORDER.format(name=name, total=total, customer=customer, currency=currency)


def package(*orders, at="2026-11-21T09:00:00"):
    return PACKAGE.format(at=at, orders="".join(orders)).encode("windows-1251")


def packed(body, name="orders.xml"):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return held.getvalue()


async def exchanging(town, **more):
    """A 1C whose source takes it from here."""
    said = {"secrets": [PASSWORD], "unsigned": {"allowed_addresses": [HERE]}, **more}
    answer = await town.api.post(
        "/v1/sources", json={"key": "erp", "platform": "commerceml", **said}
    )
    assert answer.status_code == 201, answer.text
    return OneC(town.api, answer.json()["path"].rpartition("/")[2])


async def left(town, table="exchange_parts"):
    found = await town.rows(f"SELECT count(*) AS n FROM {table} WHERE program_id = :program_id")
    return found[0]["n"]


class OneC:
    """Knows its password and the cookie that it was given."""

    def __init__(self, client, token, password=PASSWORD):
        self.client, self.token, self.password = client, token, password
        self.headers = {}

    async def ask(self, mode, kind="sale", body=None, filename=None, **more):
        """The raw answer."""
        path = f"/v1/exchange/{self.token}?type={kind}&mode={mode}"
        path += "" if filename is None else f"&filename={quote(filename)}"
        path += "".join(f"&{name}={value}" for name, value in more.items())
        method = "GET" if body is None else "POST"
        headers = {"Authorization": "", **self.headers}
        return await self.client.request(method, path, headers=headers, content=body)

    async def lines(self, *args, **more):
        """The answer's lines, as 1C reads them."""
        answer = await self.ask(*args, **more)
        assert answer.status_code == 200, answer.text
        assert "charset=windows-1251" in answer.headers["content-type"]
        return answer.content.decode("windows-1251").splitlines()

    async def check(self, kind="sale"):
        """Begin a session."""
        credentials = base64.b64encode(f"1c:{self.password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {credentials}"}
        word, name, value = await self.lines("checkauth", kind)
        self.headers = {"Cookie": f"{name}={value}"}
        return word

    async def begin(self, kind="sale"):
        """A session and its limits, as 1C begins every exchange."""
        assert await self.check(kind) == "success"
        return dict(line.split("=") for line in await self.lines("init", kind, version="2.09"))

    async def send(self, filename, body, size=None):
        """A file in parts."""
        for start in range(0, len(body), size or len(body)):
            part = body[start : start + (size or len(body))]
            assert await self.lines("file", body=part, filename=filename) == ["success"]

    async def imported(self, filename, most=20):
        """Ask until it is done; the last answer's lines."""
        for _ in range(most):
            lines = await self.lines("import", filename=filename)
            if lines[0] != "progress":
                return lines
        raise AssertionError(lines)
