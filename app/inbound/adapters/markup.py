"""XML bodies: read row by row, asked element by element, each refusal with its place."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Self, TypeVar
from zoneinfo import ZoneInfo

from app.inbound.adapters.contract import FactEvent, Failure, Reading, Reason, Rules, Unreadable
from app.inbound.adapters.values import MOST_ID, as_amount, as_flag, as_id, as_instant, as_money
from app.kit import strict_xml
from app.kit.strict_xml import Element, NotXml, Repeated

Value = TypeVar("Value")

GERMAN_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})(.*)", re.DOTALL)
DATE_ALONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T?")
NO_YEAR = "0001-01-01"
NO_REFERENCE = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Node:
    """An element, and the path to it. A child that is absent is one that is empty."""

    element: Element
    pointer: str = ""

    def text(self, name: str) -> str:
        """Without the blanks around it."""
        try:
            return self.element.text(name)
        except Repeated as error:
            raise Unreadable(Reason.not_valid, self.at(name), str(error)) from None

    def has(self, name: str) -> bool:
        return bool(self.nodes(name))

    def nodes(self, *path: str) -> list[Self]:
        """The elements at the end of a path."""
        pointer = self.at("/".join(path))
        return [type(self)(one, pointer) for one in self.element.all(*path)]

    def id(self, name: str) -> str | None:
        """A text that identifies; what an ERP writes for "none" is None."""
        text = self.text(name)
        return None if text == NO_REFERENCE else as_id(text, self.at(name))

    def needed_id(self, name: str) -> str:
        return self._needed(name, self.id(name))

    def money(self, name: str) -> Decimal | None:
        return as_money(self.text(name), self.at(name))

    def amount(self, name: str) -> Decimal | None:
        """With its sign."""
        return as_amount(self.text(name), self.at(name))

    def needed_money(self, name: str) -> Decimal:
        return self._needed(name, self.money(name))

    def flag(self, name: str) -> bool:
        return as_flag(self.text(name), self.at(name))

    def local(self, name: str, zone: ZoneInfo) -> datetime | None:
        return as_local(self.text(name), self.at(name), zone)

    def at(self, name: str) -> str:
        """The path of a child."""
        return f"{self.pointer}/{name}"

    def _needed(self, name: str, value: Value | None) -> Value:
        if value is None:
            raise Unreadable(Reason.missing_field, self.at(name))
        return value


def as_local(text: str, pointer: str, zone: ZoneInfo) -> datetime | None:
    """A local date and time, ISO 8601 or dd.mm.yyyy; a date alone is local midnight.

    An empty date arrives as "", as the letter T, or as the first day of the year 1.
    """
    german = GERMAN_DATE.fullmatch(text)
    written = f"{german[3]}-{german[2]}-{german[1]}{german[4]}" if german else text
    if written == "T" or written.startswith(NO_YEAR):
        return None
    if DATE_ALONE.fullmatch(written):
        written = f"{written.rstrip('T')}T00:00:00"
    return as_instant(written, pointer, zone)


class Sheet(NamedTuple):
    """What the rows of a platform's documents are called, and how one is read.

    `read` gives None for a row that is not for us, and raises Unreadable. `root`: the names that
    the document's root may have, none = any.
    """

    rows: frozenset[str]
    id_name: str
    read: Callable[[Node, dict[str, str], Rules], FactEvent | None]
    root: frozenset[str] = frozenset()


class Told(NamedTuple):
    """One row of a document. `order_id` "" when it has none that can be read.

    `raw`: a document of this row alone, to read it again.
    """

    order_id: str
    line: int
    event: FactEvent | Failure | None
    raw: bytes


def read_document(body: bytes, sheet: Sheet, rules: Rules) -> Reading:
    """All rows of a body. Raises Unreadable when it is no document of ours."""
    try:
        told = list(told_by([body], sheet, rules))
    except NotXml as error:
        raise Unreadable(Reason.not_parsable, "", str(error)) from None
    events = [one.event for one in told]
    facts = tuple(one for one in events if isinstance(one, FactEvent))
    failed = tuple(one for one in events if isinstance(one, Failure))
    if facts or failed:
        return Reading(facts, failed=failed)
    return Reading(ignored="other_topic" if told else "empty")


def told_by(chunks: Iterable[bytes], sheet: Sheet, rules: Rules) -> Iterator[Told]:
    """The rows one by one, in little memory. Raises NotXml, after the rows before the fault."""
    for row in strict_xml.rows(chunks, sheet.rows, sheet.root):
        node, line = Node(row.element), row.line
        order_id = _id_of(node, sheet.id_name)
        try:
            event: FactEvent | Failure | None = sheet.read(node, row.root, rules)
        except Unreadable as error:
            said = " ".join(filter(None, (error.pointer, error.detail)))
            event = Failure(order_id, error.reason, f"line {line}: {said}")
        yield Told(order_id, line, event, b"" if event is None else row.alone())


def _id_of(node: Node, name: str) -> str:
    try:
        return (node.id(name) or "")[:MOST_ID]
    except Unreadable:
        return ""
