"""The role that the service works under, wherever the tests' server has it."""

import os

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kit.postgres.server import OWNER
from app.kit.roles import SERVICE


def as_service(url):
    """The same database under the service's role; on a server that was given, as it was given."""
    if os.environ.get("TIERS_TEST_DATABASE_URL"):
        return url
    return make_url(url).set(username=SERVICE).render_as_string(hide_password=False)


async def meddle(db, statement, **binds):
    """Do to evidence what the service cannot."""
    url = db.engine.url
    owner = url.set(username=OWNER) if url.username == SERVICE else url
    engine = create_async_engine(owner, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text(statement), binds)
    await engine.dispose()
