"""A small TCP proxy before PostgreSQL: it passes on what is said, late, or not at all."""

import asyncio
from contextlib import suppress

from sqlalchemy import make_url

PIECE = 64 * 1024


class Proxy:
    """`delay`: seconds by which what the server says comes later.

    While nothing `passes`, connections are taken and all that is said is kept, as by a network
    that has lost its way; afterwards it arrives.
    """

    def __init__(self, found):
        self._found = found
        self._passes = asyncio.Event()
        self._passes.set()
        self._taken = set()
        self._listener = None
        self.delay = 0.0

    async def __aenter__(self):
        self._listener = await asyncio.start_server(self._take, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_):
        self._listener.close()
        for one in list(self._taken):
            one.cancel()
        await asyncio.gather(*self._taken, return_exceptions=True)

    @property
    def url(self):
        """The address of the database, as the service's role, through this proxy."""
        port = self._listener.sockets[0].getsockname()[1]
        through = make_url(self._found.server.service_url).set(
            host="127.0.0.1", port=port, query={}
        )
        return through.render_as_string(hide_password=False)

    def swallow(self):
        self._passes.clear()

    def pass_on(self):
        self._passes.set()

    async def _take(self, reader, writer):
        task = asyncio.current_task()
        self._taken.add(task)
        try:
            with suppress(OSError, asyncio.CancelledError):
                await self._joined(reader, writer)
        finally:
            self._taken.discard(task)
            writer.close()

    async def _joined(self, reader, writer):
        await self._passes.wait()
        where = make_url(self._found.server.service_url).query
        inside, outside = await asyncio.open_unix_connection(
            f"{where['host']}/.s.PGSQL.{where['port']}"
        )
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pumped(reader, outside, late=False))
                group.create_task(self._pumped(inside, writer, late=True))
        except* OSError:
            pass  # either end has gone: so has the other
        finally:
            outside.close()

    async def _pumped(self, reader, writer, *, late):
        loop, due = asyncio.get_running_loop(), 0.0
        while piece := await reader.read(PIECE):
            await self._passes.wait()
            due = max(due, loop.time() + self.delay * late)
            loop.call_at(due, writer.write, piece)
        await asyncio.sleep(due - loop.time())
        raise ConnectionAbortedError
