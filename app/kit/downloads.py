"""Tables that are sent row by row, in constant memory, from a snapshot of their own."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from typing import Any, Literal, NamedTuple

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.kit.db import Database, Session, unhurried
from app.kit.errors.problem import Unavailable
from app.kit.sheets import csv_line, flat, json_line
from app.kit.xlsx import Workbook

TableForm = Literal["csv", "ndjson", "xlsx"]
TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
AT_ONCE = 2
GATHERED = 32 * 1024

Parts = AsyncGenerator[bytes, None]
Rows = AsyncGenerator[Mapping[str, Any], None]


class Table(NamedTuple):
    """What is sent: under which name, with which columns, and the rows of a session."""

    name: str
    columns: Sequence[str]
    rows: Callable[[Session], Rows]


class Download(StreamingResponse):
    """Gives its connection back with the last byte, or when the reader goes away."""

    def __init__(self, parts: Parts, name: str, form: TableForm) -> None:
        headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
        super().__init__(parts, media_type=TYPES[form], headers=headers)
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._parts):
            await super().__call__(scope, receive, send)


class Downloads:
    """One per process. Each table has a connection as long as it is sent, so they are few."""

    def __init__(self, db: Database, at_once: int = AT_ONCE) -> None:
        self._db = db
        self._free = at_once

    async def send(self, table: Table, form: TableForm) -> Download:
        """The answer, once its first part is there. Raises Unavailable when others are sent."""
        if self._free <= 0:
            message = "Other exports are under way."
            raise Unavailable(message, retry_after=30)
        parts = self._sent(table, form)
        first = await anext(parts)
        return Download(_resumed(first, parts), table.name, form)

    async def _sent(self, table: Table, form: TableForm) -> Parts:
        self._free -= 1
        try:
            async with AsyncExitStack() as stack:
                session = await stack.enter_async_context(self._db.snapshots())
                await unhurried(session)
                rows = await stack.enter_async_context(aclosing(table.rows(session)))
                async for part in written(rows, table.columns, form):
                    yield part
        finally:
            self._free += 1


async def downloads_of(request: Request) -> Downloads:
    """The application's; the root puts it into the state."""
    found: Downloads = request.app.state.downloads
    return found


async def written(
    rows: AsyncIterator[Mapping[str, Any]], columns: Sequence[str], form: str
) -> Parts:
    """The file of a table, part by part; one part at least."""
    if form == "xlsx":
        async for part in _book(rows, columns):
            yield part
        return
    held = csv_line(columns) if form == "csv" else ""
    async for row in rows:
        cells = {name: row.get(name) for name in columns}
        held += csv_line(cells.values()) if form == "csv" else json_line(cells)
        if len(held) >= GATHERED:
            yield held.encode()
            held = ""
    yield held.encode()


async def _book(rows: AsyncIterator[Mapping[str, Any]], columns: Sequence[str]) -> Parts:
    book = Workbook(columns)
    async for row in rows:
        if part := book.add(flat(row.get(name)) for name in columns):
            yield part
    yield book.end()


async def _resumed(first: bytes, parts: Parts) -> Parts:
    async with aclosing(parts):
        yield first
        async for part in parts:
            yield part
