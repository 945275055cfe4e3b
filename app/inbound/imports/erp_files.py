"""Files of orders as an ERP writes them, read one order at a time through a source's adapter.

XML of any size in little memory, zip archives of it, and JSON pages of CS-Cart. The orders have
ids made of what they say: a file read twice changes nothing. Touches no database.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import IO, NamedTuple

from app.inbound.adapters import agora, commerceml, cs_cart
from app.inbound.adapters.contract import FactEvent, Failure, Rules, Unreadable
from app.inbound.adapters.markup import Sheet, told_by
from app.inbound.adapters.values import content_id
from app.inbound.imports.archives import ArchiveRefused, files_in, is_archive
from app.kit.strict_xml import NotXml
from app.orders.facts import normal_text

SHEETS: Mapping[str, Sheet] = {"commerceml": commerceml.SHEET, "agora": agora.SHEET}
PAGES = "cs_cart"
PLATFORMS = frozenset({*SHEETS, PAGES})
PIECE = 64 * 1024
MOST_PAGE = 16 * 1024 * 1024

NO_FILES = "Files of orders are read for sources of the platforms agora, commerceml and cs_cart."
PAGE_TOO_LARGE = f"A JSON file of orders may have {MOST_PAGE} bytes; send it in parts."


class FileRefused(Exception):
    """The file cannot be read, or not from here on; its text never holds values of the file."""


class Filed(NamedTuple):
    """One order of a file. `place`: where it begins, as "line 5" or "orders.xml, line 5".

    `raw`: a body that holds this order alone. The event of an order that tells no instant of its
    own has no `event_id`: the import's stands in, and so does its instant.
    """

    place: str
    order_id: str
    event: FactEvent | Failure
    raw: bytes


def orders_in(stream: IO[bytes], platform: str, rules: Rules) -> Iterator[Filed]:
    """The orders of a file, in its order; the stream must be seekable.

    Raises FileRefused, after the orders before the fault.
    """
    if platform not in PLATFORMS:
        raise FileRefused(NO_FILES)
    try:
        if is_archive(stream):
            for name, pieces in files_in(stream):
                if name.lower().endswith((".xml", ".json")):
                    yield from _orders(pieces, f"{name}, ", platform, rules)
        else:
            yield from _orders(iter(lambda: stream.read(PIECE), b""), "", platform, rules)
    except (ArchiveRefused, NotXml) as error:
        raise FileRefused(str(error)) from error


def _orders(pieces: Iterable[bytes], file: str, platform: str, rules: Rules) -> Iterator[Filed]:
    if platform == PAGES:
        yield from _of_page(pieces, file, rules)
        return
    for told in told_by(pieces, SHEETS[platform], rules):
        if told.event is not None:
            place = f"{file}line {told.line}"
            yield Filed(place, told.order_id, _named(told.event), told.raw)


def _of_page(pieces: Iterable[bytes], file: str, rules: Rules) -> Iterator[Filed]:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > MOST_PAGE:
            raise FileRefused(PAGE_TOO_LARGE)
    try:
        told = cs_cart.orders_of(bytes(body), rules)
    except Unreadable as error:
        raise FileRefused(f"{error.pointer} {error.detail}".strip() or error.reason) from error
    for number, one in enumerate(told, 1):
        if one.event is not None:
            yield Filed(f"{file}order {number}", one.order_id, _named(one.event), one.raw)


def _named(event: FactEvent | Failure) -> FactEvent | Failure:
    """With an id made of what it says; of the same text at another time where it has no instant."""
    if isinstance(event, Failure) or event.said["occurred_at"] is None:
        return event
    identifier = content_id("file", normal_text(event.said).encode())
    return FactEvent({**event.said, "event_id": identifier}, event.raw_status)
