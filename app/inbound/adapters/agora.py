"""Agora, the B2B portal's exchange: any element `ЗаказПокупателя` with a `Ссылка` is an order.

The namespace is ignored; instants are local in the source's zone. Page 7, sections 8, 9 and 11.
"""

from collections.abc import Mapping
from decimal import Decimal

from app.inbound.adapters.contract import FactEvent, Headers, Reading, Rules
from app.inbound.adapters.markup import Node, Sheet, read_document
from app.inbound.adapters.neutral import Line, line, snapshot
from app.inbound.adapters.posted import event_id, signed_at, verify
from app.inbound.adapters.values import NOTHING, as_currency, as_status

__all__ = ["STATUS_MAP", "event_id", "read", "signed_at", "verify"]

CANCELLED, CLOSED, PAID = "Отменен", "Закрыт", "Оплата"
SHIPPED, RESERVED, NEW = "Отгружен", "Резерв", "Обработка"
STATUS_MAP: Mapping[str, str] = {
    CANCELLED: "cancelled",
    CLOSED: "closed",
    PAID: "paid",
    SHIPPED: "pending",
    RESERVED: "pending",
    NEW: "pending",
}


def read(_headers: Headers, body: bytes, rules: Rules) -> Reading:
    """The orders of a message. Raises Unreadable."""
    return read_document(body, SHEET, rules)


def read_row(node: Node, _message: dict[str, str], rules: Rules) -> FactEvent:
    """One order. Raises Unreadable."""
    raw = _raw_status(node)
    lines = node.nodes("Товары", "Строка")
    return snapshot(
        {
            "id": node.needed_id("Ссылка"),
            "number": node.id("Номер"),
            "status": as_status(raw, rules),
            "organization_id": node.id("Контрагент"),
            "currency": as_currency(
                node.text("ВалютаДокумента"), rules, node.at("ВалютаДокумента")
            ),
            "total": node.needed_money("СуммаДокумента"),
            "tax": _tax(lines),
            "placed_at": node.local("Дата", rules.time_zone),
            "refunds_complete": False,
            "refunds": [],
            "lines": [_line(place, one) for place, one in enumerate(lines, 1)],
        },
        node.local("ВремяИзменения", rules.time_zone),
        raw,
    )


def _raw_status(node: Node) -> str:
    """The first that holds."""
    holds = {
        CANCELLED: node.flag("Отменен") or node.flag("ПометкаУдаления"),
        CLOSED: node.flag("Закрыт"),
        PAID: (node.amount("Оплата") or NOTHING) > 0,
        SHIPPED: node.flag("Отгружен"),
        RESERVED: node.flag("Проведен"),
        NEW: True,
    }
    return next(word for word, is_so in holds.items() if is_so)


def _tax(lines: list[Node]) -> Decimal | None:
    """Told by the lines; by none, if one of them does not tell it."""
    told = [one.money("СуммаНДС") for one in lines]
    known = [tax for tax in told if tax is not None]
    return sum(known, NOTHING) if known and len(known) == len(told) else None


def _line(place: int, node: Node) -> Line:
    product, quantity = node.id("Номенклатура"), node.amount("Количество")
    return line(str(place), product, quantity, node.amount("Сумма"))


SHEET = Sheet(frozenset({"ЗаказПокупателя"}), "Ссылка", read_row)
