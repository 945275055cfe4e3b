"""One XML reader for everything that comes in: rows of a stream, in little memory.

No document type, so no entities; nothing is ever loaded. UTF-8 with or without a mark, and
windows-1251 where the declaration says so. Rows may be asked for by one thread after another.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from pyexpat import ExpatError
from typing import NamedTuple
from xml.parsers.expat import ParserCreate
from xml.sax.saxutils import escape, quoteattr

MAX_DEPTH = 64
MAX_ROW = 4 * 1024 * 1024
MAX_TAG = 1024 * 1024
CHUNK = 64 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
WIDE_MARKS = (b"\xfe\xff", b"\xff\xfe")
ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "windows-1251": "cp1251", "cp1251": "cp1251"}
MARKUP = frozenset("&<>")
EMPTY = "The document is empty."
TOO_LONG = f"One element has more than {MAX_ROW} bytes, or one tag more than {MAX_TAG}."
TOO_DEEP = f"Elements are nested more than {MAX_DEPTH} levels deep."
NO_TYPES = "A document type is refused."
OTHER_ROOT = "The root element is another than expected."
TWO_ENCODINGS = "The encoding must be UTF-8 or windows-1251, as declared."

_DECLARED = re.compile(rb"""\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


class NotXml(Exception):
    """Not one XML document of the kind that we read; its text never holds values of the body."""


class Repeated(Exception):
    """An element that is to be there once is there twice, or holds elements for a text."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The element {name} must be there once and hold a text.")


class Element:
    """An element by its name without namespace; `own` is its text beside its children."""

    __slots__ = ("attributes", "children", "name", "own")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.own = ""

    def text_of(self) -> str:
        """Its text without the blanks around it. Raises Repeated when it holds elements."""
        if self.children:
            raise Repeated(self.name)
        return self.own.strip()

    def all(self, *path: str) -> list["Element"]:
        """The elements at the end of a path of names."""
        found = [self]
        for name in path:
            found = [one for held in found for one in held.children if one.name == name]
        return found

    def text(self, name: str) -> str:
        """The text of the only child of this name, "" when there is none. Raises Repeated."""
        found = self.all(name)
        if len(found) > 1:
            raise Repeated(name)
        return found[0].text_of() if found else ""

    def written(self) -> str:
        """As XML; text between its elements is blank and left out."""
        name = self.name
        if self.children:
            inner = "".join([one.written() for one in self.children])
        else:
            inner = self.own if MARKUP.isdisjoint(self.own) else escape(self.own)
        head = _tag(name, self.attributes) if self.attributes else f"<{name}>"
        return f"{head}{inner}</{name}>"


class Row(NamedTuple):
    """One element of the wanted names. `line`: where it begins; `root`: the root's attributes."""

    element: Element
    line: int
    root: dict[str, str]
    root_name: str

    def alone(self) -> bytes:
        """A document of the same root with no other row."""
        head, foot = _tag(self.root_name, self.root), f"</{self.root_name}>"
        return f"{head}{self.element.written()}{foot}".encode()


def rows(
    chunks: Iterable[bytes], names: AbstractSet[str], roots: AbstractSet[str] = frozenset()
) -> Iterator[Row]:
    """The outermost elements of these names, whatever their namespace, as they end.

    `roots`: the names that the root may have, none = any. Raises NotXml: rows before the fault
    have been given by then.
    """
    reader: _Reader | None = None
    for chunk in _pieces(chunks):
        if reader is None:
            reader = _Reader(names, roots, _encoding(chunk))
        yield from reader.read(chunk)
    if reader is None:
        raise NotXml(EMPTY)
    yield from reader.read(b"", last=True)


class _Reader:
    """Follows the parser; what is no row is never kept."""

    def __init__(self, names: AbstractSet[str], roots: AbstractSet[str], encoding: str) -> None:
        self._names, self._roots = names, roots
        self._root: tuple[dict[str, str], str] | None = None
        self._depth = 0
        self._open: list[Element] = []
        self._line = 0
        self._found: list[Row] = []
        self._row_fed = self._fed = 0
        self._parser = ParserCreate(encoding)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse_type

    def read(self, chunk: bytes, *, last: bool = False) -> Iterator[Row]:
        """The rows that end in the chunk. Raises NotXml after those before the fault."""
        fault: NotXml | None = None
        try:
            self._parser.Parse(chunk, last)
        except ExpatError as error:
            fault = NotXml(f"The document is not well-formed at {_place(error)}.")
        except NotXml as error:
            fault = error
        found, self._found = self._found, []
        yield from found
        if fault is not None:
            raise fault from None
        self._limit(len(chunk))

    def _limit(self, fed: int) -> None:
        self._fed += fed
        self._row_fed = self._row_fed + fed if self._open else 0
        unread = self._fed - self._parser.CurrentByteIndex
        if self._row_fed > MAX_ROW or unread > MAX_TAG:
            raise NotXml(TOO_LONG)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotXml(TOO_DEEP)
        if ":" in name:
            name = name.rpartition(":")[2]
        if self._open:
            element = Element(name, attributes)
            self._open[-1].children.append(element)
            self._open.append(element)
            return
        if self._root is None:
            self._begin_document(name, attributes)
        if name in self._names:
            self._row_fed, self._line = 0, self._parser.CurrentLineNumber
            self._open.append(Element(name, attributes))

    def _begin_document(self, name: str, attributes: dict[str, str]) -> None:
        if self._roots and name not in self._roots:
            raise NotXml(OTHER_ROOT)
        self._root = _plain(attributes), name

    def _end(self, _: str) -> None:
        self._depth -= 1
        if self._open:
            element = self._open.pop()
            if not self._open and self._root is not None:
                self._found.append(Row(element, self._line, *self._root))

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].own += text

    def _refuse_type(self, *_: object) -> None:
        raise NotXml(NO_TYPES)


def _encoding(head: bytes) -> str:
    marked = head.startswith(BYTE_ORDER_MARK)
    declared = _DECLARED.match(head, len(BYTE_ORDER_MARK) if marked else 0)
    name = "utf-8" if declared is None else declared.group(1).decode("ascii").lower()
    encoding = ENCODINGS.get(name)
    wide = b"\0" in head[:4] or head.startswith(WIDE_MARKS)
    if encoding is None or wide or (marked and encoding != "utf-8"):
        raise NotXml(TWO_ENCODINGS)
    return encoding


def _plain(attributes: dict[str, str]) -> dict[str, str]:
    """The attributes by their names; what declares a namespace is none."""
    return {
        name.rpartition(":")[2]: value
        for name, value in attributes.items()
        if name != "xmlns" and not name.startswith("xmlns:")
    }


def _tag(name: str, attributes: dict[str, str]) -> str:
    said = "".join(f" {key}={quoteattr(value)}" for key, value in _plain(attributes).items())
    return f"<{name}{said}>"


def _place(error: ExpatError) -> str:
    return f"line {error.lineno}, column {error.offset + 1}"


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
