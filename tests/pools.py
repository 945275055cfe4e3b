"""The pools that tests of the service share: opening one for each would be half of their time."""

from app.kit.db import connect
from tests.roles import as_service

POOLS = {}


def shared(database_url):
    """The pool of the service's role, for all tests of this process on this database."""
    if database_url not in POOLS:
        POOLS[database_url] = connect(as_service(database_url), pool=5, overflow=5)
    return POOLS[database_url]


async def close(database_url):
    if pool := POOLS.pop(database_url, None):
        await pool.close()
