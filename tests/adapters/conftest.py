import pytest

from app.kit.db import connect
from app.models import metadata
from tests.jobs import world

ALL_TABLES = ", ".join(table.name for table in metadata.sorted_tables)


@pytest.fixture
async def db(database_url):
    """The run's database, emptied."""
    found = connect(database_url, pool=4, overflow=4)
    await world.execute(found, f"TRUNCATE {ALL_TABLES}")
    yield found
    await found.close()
