"""One XML reader for everything that comes in: rows of a stream, in little memory.

No document type, so no entities; nothing is ever loaded. UTF-8 with or without a mark, and
windows-1251 where the declaration says so.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

Element = etree._Element  # noqa: SLF001 - the library names its class so

MAX_DEPTH = 64
MAX_ROW = 4 * 1024 * 1024
CHUNK = 64 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "windows-1251": "cp1251", "cp1251": "cp1251"}
EMPTY = "The document is empty."
TOO_LONG = f"One element has more than {MAX_ROW} bytes."
TOO_DEEP = f"Elements are nested more than {MAX_DEPTH} levels deep."
NO_TYPES = "A document type is refused, and so is a very long prolog."
OTHER_ROOT = "The root element is another than expected."
TWO_ENCODINGS = "The encoding must be UTF-8 or windows-1251, as declared."

_PROLOG = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DECLARED = re.compile(rb"""\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


class NotXml(Exception):
    """Not one XML document of the kind that we read; its text never holds values of the body."""


class Repeated(Exception):
    """An element that is to be there once is there twice, or holds elements for a text."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The element {name} must be there once and hold a text.")


@dataclass(frozen=True, slots=True)
class Row:
    """One element of the wanted names. `line`: where it begins; `root`: attributes of the root.

    The element is emptied when the next row is asked for.
    """

    name: str
    element: Element
    line: int
    root: dict[str, str]
    root_name: str

    def alone(self) -> bytes:
        """A document of the same root with no other row."""
        root = etree.Element(self.root_name, self.root)
        head, foot = etree.tostring(root, encoding="utf-8"), f"</{self.root_name}>".encode()
        row = etree.tostring(self.element, encoding="utf-8", with_tail=False)
        return b"".join((head.removesuffix(b"/>"), b">", row, foot))


def rows(
    chunks: Iterable[bytes], names: AbstractSet[str], roots: AbstractSet[str] = frozenset()
) -> Iterator[Row]:
    """The outermost elements of these names, whatever their namespace, as they end.

    `roots`: the names that the root may have, none = any. Raises NotXml: rows before the fault
    have been given by then.
    """
    reader = _Reader(names, roots)
    parser: etree.XMLPullParser | None = None
    for chunk in _pieces(chunks):
        if parser is None:
            parser = _parser(chunk)
        yield from reader.read(parser, chunk)
    if parser is None:
        raise NotXml(EMPTY)
    yield from reader.finish(parser)


def one(element: Element, name: str) -> Element | None:
    """The only child of this name. Raises Repeated."""
    found = element.findall(f"{{*}}{name}")
    if len(found) > 1:
        raise Repeated(name)
    return found[0] if found else None


def children(element: Element, *path: str) -> list[Element]:
    """The elements at the end of a path of names."""
    return element.findall("/".join(f"{{*}}{name}" for name in path))


def text(element: Element, name: str) -> str:
    """The text of the only child of this name, "" when it has none. Raises Repeated."""
    found = one(element, name)
    return "" if found is None else text_of(found)


def text_of(element: Element) -> str:
    """The text of an element without the blanks around it. Raises Repeated if it has children."""
    if len(element):
        raise Repeated(name_of(element))
    return (element.text or "").strip()


def name_of(element: Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


@dataclass(slots=True)
class _Reader:
    """Follows the parser's events; what is no row is dropped as it ends."""

    names: AbstractSet[str]
    roots: AbstractSet[str]
    root: dict[str, str] = field(default_factory=dict)
    root_name: str = ""
    depth: int = 0
    row_depth: int = 0
    row_fed: int = 0

    def read(self, parser: etree.XMLPullParser, chunk: bytes) -> Iterator[Row]:
        _told(parser, chunk)
        yield from self._events(parser)
        if self.row_depth:
            self.row_fed += len(chunk)
            if self.row_fed > MAX_ROW:
                raise NotXml(TOO_LONG)

    def finish(self, parser: etree.XMLPullParser) -> Iterator[Row]:
        try:
            parser.close()
        except etree.XMLSyntaxError as error:
            raise _refused(error) from None
        yield from self._events(parser)

    def _events(self, parser: etree.XMLPullParser) -> Iterator[Row]:
        seen: Any = parser.read_events()
        try:
            for event, element in seen:
                if event == "start":
                    self._begin(element)
                elif self._end(element):
                    yield self._row(element)
                    _drop(element)
        except etree.XMLSyntaxError as error:
            raise _refused(error) from None

    def _row(self, element: Element) -> Row:
        line: Any = element.sourceline
        return Row(name_of(element), element, int(line or 0), self.root, self.root_name)

    def _begin(self, element: Element) -> None:
        if not self.depth:
            if self.roots and name_of(element) not in self.roots:
                raise NotXml(OTHER_ROOT)
            self.root_name = name_of(element)
            self.root = {str(name): str(value) for name, value in element.attrib.items()}
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotXml(TOO_DEEP)
        if not self.row_depth and name_of(element) in self.names:
            self.row_depth, self.row_fed = self.depth, 0

    def _end(self, element: Element) -> bool:
        """Whether a row has ended."""
        ended = self.depth == self.row_depth
        self.depth -= 1
        if ended:
            self.row_depth = 0
        elif not self.row_depth:
            _drop(element)
        return ended


def _parser(head: bytes) -> etree.XMLPullParser:
    """A parser for the document that begins so."""
    marked = head.startswith(BYTE_ORDER_MARK)
    start = len(BYTE_ORDER_MARK) if marked else 0
    found = _PROLOG.match(head, start)
    after = head[found.end() : found.end() + 2] if found else b""
    if after == b"<!":
        raise NotXml(NO_TYPES)
    return etree.XMLPullParser(
        events=("start", "end"),
        encoding=_encoding(head, start, marked=marked),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _encoding(head: bytes, start: int, *, marked: bool) -> str:
    declared = _DECLARED.match(head, start)
    name = "utf-8" if declared is None else declared.group(1).decode("ascii").lower()
    encoding = ENCODINGS.get(name)
    if encoding is None or (marked and encoding != "utf-8"):
        raise NotXml(TWO_ENCODINGS)
    return encoding


def _told(parser: etree.XMLPullParser, chunk: bytes) -> None:
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        raise _refused(error) from None


def _refused(error: etree.XMLSyntaxError) -> NotXml:
    line, column = error.position
    return NotXml(f"The document is not well-formed at line {line}, column {column}.")


def _drop(element: Element) -> None:
    """Free the element, and the empty shells of those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes in pieces that are small, and the first of them large enough to judge by."""
    held = b""
    for chunk in chunks:
        held += chunk
        while len(held) >= CHUNK:
            yield held[:CHUNK]
            held = held[CHUNK:]
    if held:
        yield held
