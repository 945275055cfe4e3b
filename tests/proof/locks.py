"""Who waits for a table and who holds one alone, asked of the server again and again.

Waits for rows are left out: the service makes them itself, some of them long and on purpose.
"""

import asyncio
from contextlib import asynccontextmanager

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

EVERY = 0.02
BRIEF = 120
SEEN = text("""
SELECT a.pid, a.xact_start, c.relname, l.granted, l.mode, l.locktype, a.query,
       extract(epoch FROM clock_timestamp()) AS at,
       extract(epoch FROM clock_timestamp() - l.waitstart) AS waited
  FROM pg_locks l
  JOIN pg_stat_activity a ON a.pid = l.pid
  LEFT JOIN pg_class c ON c.oid = l.relation AND c.relnamespace = to_regnamespace('public')
 WHERE a.datname = current_database() AND a.backend_type = 'client backend'
   AND (l.locktype = 'relation' AND c.relname IS NOT NULL
            AND (NOT l.granted OR l.mode = 'AccessExclusiveLock')
        OR l.locktype = 'virtualxid' AND NOT l.granted)
""")


class Watch:
    """The longest of each in seconds, and what it was.

    Waits are the server's own figures. How long a table was held is the time between the first
    and the last look at it in one transaction: never too much, too little by two looks.
    """

    def __init__(self):
        self.waited, self.waiting = 0.0, ""
        self.held, self.holding = 0.0, ""
        self.looks = 0
        self._since = {}

    def see(self, rows):
        self.looks += 1
        for one in rows:
            if one.granted:
                self._see_held(one)
            elif one.waited is not None and float(one.waited) > self.waited:
                self.waited = float(one.waited)
                self.waiting = f"{one.mode} of {one.relname or one.locktype}: {brief(one)}"

    def _see_held(self, one):
        since = self._since.setdefault((one.pid, one.xact_start, one.relname), one.at)
        if float(one.at - since) > self.held:
            self.held, self.holding = float(one.at - since), f"{one.relname}: {brief(one)}"


def brief(one):
    return " ".join(one.query.split())[:BRIEF]


@asynccontextmanager
async def watching(server):
    """A watch that looks as long as the block lasts, with the eyes of the superuser."""
    url = make_url(server.superuser_url).set(database=make_url(server.url).database)
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    watch, ended = Watch(), asyncio.Event()
    task = asyncio.create_task(_look(engine, watch, ended))
    try:
        yield watch
    finally:
        ended.set()
        await task
        await engine.dispose()


async def _look(engine, watch, ended):
    async with engine.connect() as connection:
        while not ended.is_set():
            watch.see((await connection.execute(SEEN)).all())
            await asyncio.sleep(EVERY)
