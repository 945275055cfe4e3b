"""The pools that tests of the service share: opening one for each would be half of their time."""

from functools import cache

from app.kit.db import connect
from tests.roles import as_service

POOLS = []


@cache
def shared(database_url):
    """The pool of the service's role, for all tests of this process on this database."""
    POOLS.append(connect(as_service(database_url), pool=5, overflow=5))
    return POOLS[-1]


async def close_all():
    while POOLS:
        await POOLS.pop().close()
    shared.cache_clear()
