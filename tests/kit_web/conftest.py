from datetime import UTC, datetime, timedelta

import pytest

from app.kit.db import connect


class StillClock:
    """A clock that stands where it is put."""

    def __init__(self):
        self.at = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def now(self):
        return self.at

    def advance(self, **by):
        self.at += timedelta(**by)


@pytest.fixture
def still_clock():
    return StillClock()


@pytest.fixture
async def web_db(database_url):
    db = connect(database_url, pool=5, overflow=5)
    yield db
    await db.close()
