from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2 as httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from app.access import service
from app.access.caller import Scope
from app.access.service import NewKey
from app.kit.db import connect
from app.main import create_app
from app.settings import Settings

ROOT = "r" * 40


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


@pytest.fixture
async def web(web_db, still_clock):
    """The real application on the real database, in process."""
    settings = Settings.model_construct(
        secret_key=SecretStr("s" * 40), root_key=SecretStr(ROOT), rate_limits="off"
    )
    app = create_app(settings, db=web_db, clock=still_clock)
    transport = httpx.ASGITransport(app, client=("127.0.0.9", 1))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://tiers") as client,
    ):
        client.app = app
        yield client


class ProgramKeys:
    """A program made for one test, and keys of it."""

    def __init__(self, db, clock):
        self.id = uuid4()
        self.key = f"p-{self.id.hex[:12]}"
        self._db = db
        self._clock = clock

    async def create(self):
        statement = text(
            "INSERT INTO programs (id, key, name, version, counting, created_at)"
            " VALUES (:id, :key, 'A program', 1, 1, :now)"
        )
        async with self._db.engine.begin() as connection:
            binds = {"id": self.id, "key": self.key, "now": self._clock.now()}
            await connection.execute(statement, binds)

    async def mint(self, *scopes, **more):
        """Headers with a new key of these scopes."""
        made = await self.minted(*scopes, **more)
        return {"Authorization": f"Bearer {made.key}"}

    async def minted(self, *scopes, **more):
        async with self._db.transaction() as session:
            asked = NewKey(self.id, map(Scope, scopes), "key:test", **more)
            return await service.mint(session, asked, self._clock.now())


@pytest.fixture
async def program(web_db, still_clock):
    made = ProgramKeys(web_db, still_clock)
    await made.create()
    return made


@pytest.fixture
async def other_program(web_db, still_clock):
    made = ProgramKeys(web_db, still_clock)
    await made.create()
    return made
