"""An uploaded file, read from its pieces in the database as if it were one."""

import asyncio
import io
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from typing import IO, Any, cast

from app.inbound.imports import files as imports_files
from app.inbound.imports.files import Form
from app.inbound.imports.lines import Line

PIECE = 1_048_576  # bytes of every piece but the last
MOST_HELD = 4
PATIENCE = 30.0

Fetch = Callable[[int], Awaitable[bytes]]


class Pieces(io.RawIOBase):
    """A file of so many bytes; `fetch` gives a piece, in the loop that this was made in.

    Reading is done in another thread, which waits for the loop.
    """

    def __init__(self, size: int, fetch: Fetch) -> None:
        self._size = size
        self._fetch = fetch
        self._loop = asyncio.get_running_loop()
        self._at = 0
        self._held: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        number, inside = divmod(self._at, PIECE)
        if self._at >= self._size:
            return 0
        found = self._piece(number)[inside : inside + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _piece(self, number: int) -> bytes:
        if number not in self._held:
            fetching = asyncio.run_coroutine_threadsafe(self._got(number), self._loop)
            self._held[number] = fetching.result(PATIENCE)
            if len(self._held) > MOST_HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(number)
        return self._held[number]

    async def _got(self, number: int) -> bytes:
        return await self._fetch(number)


class Reader:
    """The lines of a stored file behind one of them, block by block.

    `line`: the last one that was given; `read`: how many bytes that took.
    """

    def __init__(self, pieces: Pieces, form: Form, line: int) -> None:
        self._pieces = pieces
        self._form = form
        self._lines: Iterator[Line] | None = None
        self.line = line

    @property
    def read(self) -> int:
        return self._pieces.tell()

    async def block(self, most: int) -> list[Line]:
        """The next lines, none at the end. Raises FileRefused."""
        found = await asyncio.to_thread(self._next, most)
        if found:
            self.line = found[-1].number
        return found

    def _next(self, most: int) -> list[Line]:
        if self._lines is None:
            file = cast("IO[bytes]", io.BufferedReader(self._pieces, PIECE))
            after = self.line
            lines = imports_files.lines_of(file, self._form)
            self._lines = (line for line in lines if line.number > after)
        return list(islice(self._lines, most))
