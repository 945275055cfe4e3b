"""CommerceML 2: orders of a shop as 1C and the sites it exchanges with write them.

Posted by a script that signs them (Standard Webhooks), pushed by 1C itself, or read of a file.
Instants are local in the source's zone. Page 7, sections 8, 9 and 11.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from app.inbound.adapters.contract import FactEvent, Headers, Reading, Reason, Rules, Unreadable
from app.inbound.adapters.markup import Node, Sheet, as_local, read_document
from app.inbound.adapters.neutral import Line, Refund, line, snapshot
from app.inbound.adapters.posted import event_id, signed_at, verify
from app.inbound.adapters.values import NOTHING, as_currency, as_flag, as_status

__all__ = ["CURRENCY_MAP", "STATUS_MAP", "event_id", "read", "signed_at", "verify"]

STATUS_MAP: Mapping[str, str] = {
    "cancelled/*": "cancelled",
    "*/closed": "closed",
    "*/paid": "paid",
    "*/open": "pending",
}
CURRENCY_MAP: Mapping[str, str] = {"руб": "RUB", "руб.": "RUB", "RUR": "RUB", "643": "RUB"}  # noqa: RUF001

ORDER, RETURN = "заказтовара", "возвраттовара"
SELLER, BUYER = "Продавец", "Покупатель"
DELIVERY, SERVICE, DELIVERY_NAME = "ORDER_DELIVERY", "Услуга", "доставка"
CODE_IN_TEXT = re.compile(r"^\[[^\]]*\]\s*")
LOGIN = "#"


def read(_headers: Headers, body: bytes, rules: Rules) -> Reading:
    """The orders of a package. Raises Unreadable."""
    return read_document(body, SHEET, rules)


def read_row(node: Node, package: dict[str, str], rules: Rules) -> FactEvent | None:
    """One `Документ`: None when it is no order of ours. Raises Unreadable."""
    operation = _squeezed(node.text("ХозОперация"))
    if operation not in (ORDER, RETURN) or node.text("Роль") != SELLER:
        return None
    if operation == RETURN:
        raise Unreadable(Reason.refund_without_order, node.at("ХозОперация"))
    told = Requisites.of(node)
    raw = told.raw_status(node, rules)
    status = as_status(raw, rules, "/ЗначенияРеквизитов")
    changed = told.local("Дата изменения статуса", rules)
    customer, organization = _buyer(node)
    goods, shipping = _lines(node)
    return snapshot(
        {
            "id": node.needed_id("Ид"),
            "number": node.id("Номер"),
            "status": status,
            "customer_id": customer,
            "organization_id": organization,
            "currency": as_currency(node.text("Валюта"), rules, node.at("Валюта")),
            "total": _total(node),
            "tax": _sum(node, "Налоги", "Налог") if node.has("Налоги") else None,
            "shipping": shipping,
            "discount": _sum(node, "Скидки", "Скидка"),
            "placed_at": as_local(_placed(node), node.at("Дата"), rules.time_zone),
            "paid_at": told.paid_at(rules),
            "closed_at": changed if status == "closed" else None,
            "cancelled_at": changed if status == "cancelled" else None,
            "refunds_complete": node.has("ПодчиненныеДокументы"),
            "refunds": _refunds(node, rules),
            "lines": goods,
        },
        as_local(package.get("ДатаФормирования", "").strip(), "/ДатаФормирования", rules.time_zone),
        raw,
    )


class Requisites(NamedTuple):
    """The named values of a document or a line."""

    by_name: dict[str, str]
    pointer: str

    @classmethod
    def of(cls, node: Node) -> "Requisites":
        """Raises Unreadable where one name has two values."""
        found: dict[str, str] = {}
        for one in node.nodes("ЗначенияРеквизитов", "ЗначениеРеквизита"):
            name, value = one.text("Наименование"), _value(one)
            if found.setdefault(name, value) != value:
                raise Unreadable(Reason.not_valid, one.pointer)
        return cls(found, node.at("ЗначенияРеквизитов"))

    def get(self, name: str) -> str:
        return self.by_name.get(name, "")

    def flag(self, name: str) -> bool:
        return as_flag(self.get(name), f"{self.pointer}/{name}")

    def local(self, name: str, rules: Rules) -> datetime | None:
        return as_local(self.get(name), f"{self.pointer}/{name}", rules.time_zone)

    def paid_at(self, rules: Rules) -> datetime | None:
        return self.local("Дата оплаты по 1С", rules)  # noqa: RUF001

    def raw_status(self, node: Node, rules: Rules) -> str:
        """`code/mark`, or `cancelled/code`; a slash inside a code would split it elsewhere."""
        text = CODE_IN_TEXT.sub("", self.get("Статус заказа"))
        code = (self.get("Статуса заказа ИД") or text or "none").replace("/", "-")
        if self.flag("Отменен") or self.flag("ПометкаУдаления") or node.flag("ПометкаУдаления"):
            return f"cancelled/{code}"
        if self.flag("Финальный статус"):
            return f"{code}/closed"
        paid = self.flag("Заказ оплачен") or self.paid_at(rules) is not None
        return f"{code}/paid" if paid else f"{code}/open"


def _value(requisite: Node) -> str:
    """Several values of one name are told line by line."""
    values = requisite.nodes("Значение")
    return "\n".join(one.element.own.strip() for one in values)


def _squeezed(text: str) -> str:
    """Without blanks and case: the schema's text and its enumeration differ in them."""
    return "".join(text.split()).casefold()


def _placed(node: Node) -> str:
    on, at = node.text("Дата"), node.text("Время")
    return f"{on}T{at}" if on and at and "T" not in on else on


def _buyer(node: Node) -> tuple[str | None, str | None]:
    """The customer, or the organization when the buyer has an official name."""
    buyers = [one for one in node.nodes("Контрагенты", "Контрагент") if one.text("Роль") == BUYER]
    if len(buyers) > 1:
        raise Unreadable(Reason.not_valid, node.at("Контрагенты"))
    if not buyers:
        return None, None
    buyer = buyers[0]
    identifier = buyer.id("Ид")
    if identifier is not None:
        identifier = identifier.partition(LOGIN)[0].strip() or None
    return (None, identifier) if buyer.text("ОфициальноеНаименование") else (identifier, None)


def _total(node: Node) -> Decimal:
    """What the order costs: its sum, and what is told beside the sum."""
    total = node.needed_money("Сумма")
    total += _beside(node, "Налоги", "Налог") + _beside(node, "ДопРасходы", "ДопРасход")
    total -= _beside(node, "Скидки", "Скидка")
    if total < 0:
        raise Unreadable(Reason.bad_amount, node.at("Сумма"))
    return total


def _beside(node: Node, *path: str) -> Decimal:
    """The sums that the document's own does not contain."""
    return sum((_sum_of(one) for one in node.nodes(*path) if not _contained(one)), NOTHING)


def _contained(part: Node) -> bool:
    """Whether the document's sum has it; of what may be nothing it does not matter."""
    if not part.has("УчтеноВСумме") and _sum_of(part):
        raise Unreadable(Reason.missing_field, part.at("УчтеноВСумме"))
    return part.flag("УчтеноВСумме")


def _sum(node: Node, *path: str) -> Decimal:
    return sum((_sum_of(one) for one in node.nodes(*path)), NOTHING)


def _sum_of(part: Node) -> Decimal:
    return part.money("Сумма") or NOTHING


def _lines(node: Node) -> tuple[list[Line], Decimal]:
    """The goods, and what the delivery costs."""
    goods: list[Line] = []
    shipping = NOTHING
    for place, one in enumerate(node.nodes("Товары", "Товар"), 1):
        told = Requisites.of(one)
        if _is_delivery(one, told):
            shipping += _sum_of(one)
            continue
        identifier = told.get("НомерПозицииКорзины") or str(place)
        goods.append(line(identifier, one.id("Ид"), one.amount("Количество"), one.amount("Сумма")))
    return goods, shipping


def _is_delivery(good: Node, told: Requisites) -> bool:
    if good.text("Ид") == DELIVERY:
        return True
    named = good.text("Наименование").casefold().startswith(DELIVERY_NAME)
    return named and told.get("ТипНоменклатуры") == SERVICE


def _refunds(node: Node, rules: Rules) -> list[Refund]:
    """Returned goods; the money side of a return is another document and would count twice."""
    found: list[Refund] = []
    for one in node.nodes("ПодчиненныеДокументы", "ПодчиненныйДокумент"):
        if _squeezed(one.text("ХозОперация")) != RETURN or one.flag("ПометкаУдаления"):
            continue
        if amount := one.needed_money("Сумма"):
            at = as_local(_placed(one), one.at("Дата"), rules.time_zone)
            found.append({"id": one.needed_id("Ид"), "amount": amount, "at": at})
    return found


SHEET = Sheet(frozenset({"Документ"}), "Ид", read_row, frozenset({"КоммерческаяИнформация"}))
